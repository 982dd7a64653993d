//! The program's configuration: one table of settings, four sources, and validated types as the result.

mod file;
mod flags;
mod hosts;
mod layers;
mod markdown;
mod table;
mod typed;

pub(crate) use flags::{BothSides, ClientSide, Flags, NeitherSide, ServerSide};
pub(crate) use layers::{Layers, Row};
pub(crate) use markdown::settings_markdown;
pub(crate) use table::{Fallback, Kind, Name, SETTINGS, SETTINGS_FILE_DEFAULT, Setting};
pub(crate) use typed::{Certificates, Log, SeedSource, ServeSettings, TlsSource, origin_url};

use crate::exit::{Exit, Failure, Outcome};
use std::env::VarError;
use std::path::PathBuf;

/// The configuration that results from these flags and the other sources.
pub(crate) fn resolve<C>(flags: &Flags<C>) -> Outcome<Layers> {
    Layers::new(flags.given(), variable)
}

/// Whether `NO_COLOR` asks for text without colours (<https://no-color.org>): it is set and not empty.
#[expect(
    clippy::disallowed_methods,
    reason = "a convention of all programs, and no setting of ours"
)]
pub(crate) fn colours_are_unwanted() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// The user's folder for data of programs (XDG Base Directory Specification, or the Windows equivalent).
#[expect(
    clippy::disallowed_methods,
    reason = "a convention of all programs, and no setting of ours"
)]
fn data_home() -> Option<PathBuf> {
    let variable = if cfg!(windows) {
        "LOCALAPPDATA"
    } else {
        "XDG_DATA_HOME"
    };
    let said = std::env::var_os(variable).map(PathBuf::from);
    // The specification says that a relative path is to be ignored.
    said.filter(|path| path.is_absolute())
        .or_else(|| Some(std::env::home_dir()?.join(".local/share")))
}

/// All variables that are UTF-8. Object stores read their providers' usual variables for keys.
pub(crate) fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment for our settings"
)]
fn variable(name: &'static str) -> Outcome<Option<String>> {
    match std::env::var(name) {
        Ok(text) => Ok(Some(text)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => {
            Err(Failure::new(Exit::Usage, format!("{name} is not UTF-8")))
        }
    }
}
