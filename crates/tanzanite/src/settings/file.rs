//! The configuration file: TOML, parsed strictly. An unknown key or a value of the wrong type is an error with line and
//! column.

use super::table::{Kind, Name, SETTINGS, Setting};
use crate::exit::{Exit, Failure, Outcome};
use std::ops::Range;
use std::path::{Path, PathBuf};
use tanzanite_server::files::read_text_at_most;
use toml::de::{DeTable, DeValue};

/// Bytes of a configuration file.
pub(crate) const FILE_BYTES_MAX: u64 = 64 * 1024;

/// One entry of a configuration file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The setting's name.
    pub(crate) name: Name,
    /// The value as text. A relative path is resolved against the file's folder.
    pub(crate) text: String,
    /// The value's line, counted from 1.
    pub(crate) line: usize,
    /// The value's column in characters, counted from 1.
    pub(crate) column: usize,
}

/// Reads a configuration file.
pub(crate) fn read(path: &Path) -> Outcome<Vec<Entry>> {
    let failed = |error: &std::io::Error| {
        Failure::caused(
            Exit::Usage,
            format!("cannot read the settings file {}", path.display()),
            error,
        )
    };
    let text = read_text_at_most(path, FILE_BYTES_MAX).map_err(|error| failed(&error))?;
    parse(path, &text)
}

fn parse(path: &Path, text: &str) -> Outcome<Vec<Entry>> {
    let table = DeTable::parse(text).map_err(|error| {
        wrong(
            path,
            text,
            &error.span().unwrap_or_default(),
            error.message(),
        )
    })?;
    let mut entries = Vec::new();
    for (key, value) in table.get_ref() {
        let known = SETTINGS
            .iter()
            .find(|setting| setting.key == Some(key.get_ref().as_ref()));
        let setting = known.ok_or_else(|| {
            let failure = wrong(
                path,
                text,
                &key.span(),
                &format!("unknown key {:?}", key.get_ref()),
            );
            failure.hint(format!("the keys are {}", keys().join(", ")))
        })?;
        let found = value.get_ref();
        let text_of = text_of(setting, found, path).ok_or_else(|| {
            let what = format!(
                "{} is {}, not {}",
                key.get_ref(),
                wanted(setting.kind),
                found.type_str()
            );
            wrong(path, text, &value.span(), &what)
        })?;
        let (line, column) = position(text, value.span().start);
        entries.push(Entry {
            name: setting.name,
            text: text_of,
            line,
            column,
        });
    }
    Ok(entries)
}

/// The text that a flag would have for the value. `None` if its type is wrong.
fn text_of(setting: &Setting, value: &DeValue<'_>, file: &Path) -> Option<String> {
    match setting.kind {
        Kind::Switch => value.as_bool().map(|value| value.to_string()),
        Kind::Count(_) => value
            .as_integer()
            .filter(|value| value.radix() == 10)
            .map(|value| value.as_str().to_owned()),
        Kind::Seed if value.as_str() == Some("demo") => Some("demo".to_owned()),
        Kind::Path | Kind::Seed => value.as_str().map(|value| beside(file, value)),
        Kind::Text | Kind::Url | Kind::Secret | Kind::Word(_) => value.as_str().map(str::to_owned),
    }
}

fn beside(file: &Path, value: &str) -> String {
    let folder = file.parent().map_or_else(PathBuf::new, Path::to_owned);
    folder.join(value).to_string_lossy().into_owned()
}

const fn wanted(kind: Kind) -> &'static str {
    match kind {
        Kind::Switch => "true or false",
        Kind::Count(_) => "a number",
        _ => "a string",
    }
}

fn keys() -> Vec<&'static str> {
    SETTINGS.iter().filter_map(|setting| setting.key).collect()
}

fn wrong(path: &Path, text: &str, span: &Range<usize>, what: &str) -> Failure {
    let (line, column) = position(text, span.start);
    Failure::new(
        Exit::Usage,
        format!("{}:{line}:{column}: {what}", path.display()),
    )
}

/// The line and column of a byte offset, both counted from 1.
fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(line_start..).unwrap_or_default().chars().count();
    (before.matches('\n').count() + 1, column + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<(Name, String, usize, usize)>, String> {
        super::parse(Path::new("etc/tanzanite.toml"), text)
            .map(|entries| {
                entries
                    .into_iter()
                    .map(|e| (e.name, e.text, e.line, e.column))
                    .collect()
            })
            .map_err(|failure| failure.to_string())
    }

    #[test]
    fn values_come_with_their_place_and_paths_begin_from_the_file() {
        let text = "# ours\nlisten = \"127.0.0.1:1\"\ndata='d'\nseed = \"demo\"\ninsecure = true\n";
        let mut entries = parse(text).expect("well formed");
        entries.sort_by_key(|entry| entry.2);
        assert_eq!(
            entries,
            [
                (Name::Listen, "127.0.0.1:1".to_owned(), 2, 10),
                (Name::Data, "etc/d".to_owned(), 3, 6),
                (Name::Seed, "demo".to_owned(), 4, 8),
                (Name::Insecure, "true".to_owned(), 5, 12),
            ]
        );
    }

    #[test]
    fn whatever_is_wrong_is_pointed_at() {
        let wrong = [
            (
                "listen = \"x\"\nlisten_on = 1\n",
                "etc/tanzanite.toml:2:1: unknown key \"listen_on\"",
            ),
            (
                "auth = 1\n",
                "etc/tanzanite.toml:1:8: auth is a string, not integer",
            ),
            (
                "insecure = \"yes\"\n",
                "etc/tanzanite.toml:1:12: insecure is true or false, not string",
            ),
            (
                "connections_max = 1.5\n",
                "etc/tanzanite.toml:1:19: connections_max is a number, not float",
            ),
        ];
        for (text, message) in wrong {
            assert_eq!(parse(text), Err(message.to_owned()));
        }
        assert!(
            parse("listen = \n").is_err_and(|message| message.starts_with("etc/tanzanite.toml:1:"))
        );
        assert!(
            parse("log='off'\nlog='off'\n")
                .is_err_and(|message| message.starts_with("etc/tanzanite.toml:2:1:"))
        );
    }
}
