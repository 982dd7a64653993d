//! Decides which value of a setting applies: flags before environment, environment before file, file before default.

use super::file;
use super::table::{Name, SETTINGS, SETTINGS_FILE_DEFAULT, Setting};
use crate::exit::{Exit, Failure, Outcome};
use std::cmp::Ordering;
use std::fmt;
use std::path::{Path, PathBuf};

/// The origin of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The command line.
    Flag(&'static str),
    /// The environment.
    Environment(&'static str),
    /// The configuration file, with line and column.
    File(PathBuf, usize, usize),
    /// The default.
    Default,
}

impl Origin {
    /// A stronger origin has a greater rank.
    const fn rank(&self) -> u8 {
        match self {
            Self::Flag(_) => 3,
            Self::Environment(_) => 2,
            Self::File(..) => 1,
            Self::Default => 0,
        }
    }

    /// Compares the strength of two origins.
    pub(crate) fn against(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "flag --{flag}"),
            Self::Environment(variable) => write!(f, "environment {variable}"),
            Self::File(path, line, column) => write!(f, "file {}:{line}:{column}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A setting with the value that applies.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The setting.
    pub(crate) setting: &'static Setting,
    /// The value, if there is one.
    pub(crate) text: Option<String>,
    /// The value's origin.
    pub(crate) origin: Origin,
}

/// All settings with the values that apply, in the order of the table.
#[derive(Clone, Debug)]
pub(crate) struct Layers(Vec<Row>);

impl Layers {
    /// Combines all four sources. `environment` looks up a variable.
    pub(crate) fn new(
        flags: &[(Name, String)],
        environment: impl Fn(&'static str) -> Outcome<Option<String>>,
    ) -> Outcome<Self> {
        let mut rows = Vec::with_capacity(SETTINGS.len());
        for setting in SETTINGS {
            let flag = flags.iter().find(|(name, _)| *name == setting.name);
            let (text, origin) = match flag {
                Some((_, text)) => (Some(text.clone()), Origin::Flag(setting.flag)),
                None => match environment(setting.environment)?.filter(|text| !text.is_empty()) {
                    Some(text) => (Some(text), Origin::Environment(setting.environment)),
                    None => (setting.default().map(str::to_owned), Origin::Default),
                },
            };
            rows.push(Row {
                setting,
                text,
                origin,
            });
        }
        let mut layers = Self(rows);
        layers.add_file()?;
        Ok(layers)
    }

    /// All rows.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.0
    }

    /// The row of a setting.
    pub(crate) fn row(&self, name: Name) -> Outcome<&Row> {
        let row = self.0.iter().find(|row| row.setting.name == name);
        row.ok_or_else(|| Failure::new(Exit::Usage, format!("there is no setting {name:?}")))
    }

    /// The configuration file in use, if any. A file that was named must exist.
    pub(crate) fn file(&self) -> Option<&Path> {
        let row = self.row(Name::SettingsFile).ok()?;
        match &row.text {
            Some(path) => Some(Path::new(path)),
            None => Some(Path::new(SETTINGS_FILE_DEFAULT)).filter(|path| path.exists()),
        }
    }

    fn add_file(&mut self) -> Outcome<()> {
        let Some(path) = self.file().map(Path::to_owned) else {
            return Ok(());
        };
        for entry in file::read(&path)? {
            let found = self.0.iter_mut().find(|row| row.setting.name == entry.name);
            if let Some(row) = found.filter(|row| row.origin == Origin::Default) {
                row.text = Some(entry.text);
                row.origin = Origin::File(path.clone(), entry.line, entry.column);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_source_holds() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("s.toml");
        std::fs::write(&file, "listen='c'\nlog='off'\nauth='any'\n").expect("written");
        let file_text = file.display().to_string();
        let flags = [
            (Name::Listen, "a".to_owned()),
            (Name::SettingsFile, file_text.clone()),
        ];
        let layers = Layers::new(&flags, |variable| {
            let text = match variable {
                "TANZANITE_LISTEN" => "b",
                "TANZANITE_LOG" => "refusals",
                "TANZANITE_SEED" => "",
                _ => return Ok(None),
            };
            Ok(Some(text.to_owned()))
        })
        .expect("layers");
        let held = |name| {
            let row = layers.row(name).expect("a row");
            (row.text.clone().unwrap_or_default(), row.origin.to_string())
        };
        assert_eq!(
            held(Name::Listen),
            ("a".to_owned(), "flag --listen".to_owned())
        );
        assert_eq!(
            held(Name::Log),
            (
                "refusals".to_owned(),
                "environment TANZANITE_LOG".to_owned()
            )
        );
        assert_eq!(
            held(Name::Auth),
            ("any".to_owned(), format!("file {file_text}:3:6"))
        );
        assert_eq!(
            held(Name::LogFormat),
            ("text".to_owned(), "default".to_owned())
        );
        assert_eq!(held(Name::Seed), (String::new(), "default".to_owned()));
    }

    #[test]
    fn a_settings_file_that_was_named_must_exist() {
        let flags = [(Name::SettingsFile, "/nowhere/s.toml".to_owned())];
        let failure = Layers::new(&flags, |_| Ok(None)).expect_err("no such file");
        assert!(
            failure
                .to_string()
                .starts_with("cannot read the settings file /nowhere/s.toml: ")
        );
    }
}
