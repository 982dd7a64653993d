//! `tanzanite init [DIR]`: writes a commented seed and configuration file to start from. Existing files are never
//! overwritten.

use crate::arguments::InitArguments;
use crate::exit::{Exit, Failure, Outcome};
use crate::files::create;
use crate::output::answer;
use crate::settings::{Fallback, Kind, Name, SETTINGS, SETTINGS_FILE_DEFAULT, Setting};
use crate::surroundings;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use tanzanite_crm::secret::derive_hex;
use tanzanite_seed as seed;

/// The seed's file name.
const SEED_FILE: &str = "seed.toml";
/// The first lines of the configuration file.
const SETTINGS_HEAD: &str = "\
# Settings of Tanzanite. Flags and environment variables are stronger than this file:
# `tanzanite config --origin` shows what holds and why.
";
/// Replaced by the secret in the template.
const SECRET_PLACEHOLDER: &str = "{{SECRET}}";
/// The name of the data folder.
const DATA_FOLDER: &str = "data";

/// Writes both files, or neither.
pub(crate) fn init(arguments: &InitArguments) -> Outcome {
    let folder = &arguments.folder;
    fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
    let files = [
        (folder.join(SEED_FILE), seed_text()?),
        (folder.join(SETTINGS_FILE_DEFAULT), settings_text()),
    ];
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
        return Err(already_there(path));
    }
    for (path, text) in &files {
        create(path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|error| {
                if error.kind() == ErrorKind::AlreadyExists {
                    already_there(path)
                } else {
                    cannot_write(path, &error)
                }
            })?;
    }
    let [(seed, _), (settings, _)] = &files;
    let (seed, settings) = (seed.display(), settings.display());
    let go = match folder.as_path() {
        here if here == Path::new(".") => String::new(),
        folder => format!("cd {} && ", folder.display()),
    };
    answer(&format!(
        "Written: {seed} (it holds a secret) and {settings}.\nNext: {go}tanzanite serve\n"
    ))?;
    Ok(Exit::Ok)
}

/// The template with a fresh secret, from which all ids and tokens of the seed are derived.
fn seed_text() -> Outcome<String> {
    let secret = derive_hex(&surroundings::entropy()?, "seed secret", 64);
    Ok(seed::TEMPLATE.replace(SECRET_PLACEHOLDER, &secret))
}

/// Every configuration setting as a comment with its meaning, except the two that name the files just written.
fn settings_text() -> String {
    let settings = SETTINGS
        .iter()
        .filter_map(|setting| Some((setting, setting.key?)));
    let entries = settings.map(|(setting, key)| {
        let line = match setting.name {
            Name::Data => format!("{key} = \"{DATA_FOLDER}\"\n"),
            Name::Seed => format!("{key} = \"{SEED_FILE}\"\n"),
            _ => default_line(setting, key),
        };
        ["\n# ", setting.meaning, ".\n", line.as_str()].concat()
    });
    std::iter::once(SETTINGS_HEAD.to_owned())
        .chain(entries)
        .collect()
}

fn default_line(setting: &Setting, key: &str) -> String {
    match (setting.fallback, setting.kind) {
        (Fallback::Value(value), Kind::Switch | Kind::Count(_)) => format!("# {key} = {value}\n"),
        (Fallback::Value(value), _) => format!("# {key} = \"{value}\"\n"),
        (Fallback::Nothing(what), _) => format!("# {key} = \"…\"  # without: {what}\n"),
    }
}

fn already_there(path: &Path) -> Failure {
    let failure = Failure::new(
        Exit::Failed,
        format!("{} is there already and is left as it is", path.display()),
    );
    failure.hint("choose another folder: `tanzanite init DIR`")
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::caused(
        Exit::Failed,
        format!("cannot write {}", path.display()),
        error,
    )
}
