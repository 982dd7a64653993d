//! `tanzanite docs …`: prints generated pages, for `cargo xtask docs`.

mod compatibility;
mod faults;

use crate::arguments::DocsCommand;
use crate::exit::{Exit, Outcome};
use crate::output;
use crate::settings::settings_markdown;

/// Prints a page of `docs`.
pub(crate) fn docs(page: &DocsCommand) -> Outcome {
    let page = match page {
        DocsCommand::Compatibility => compatibility::page(),
        DocsCommand::Faults => faults::page(),
        DocsCommand::Settings => settings_markdown(),
    };
    output::answer(&page)?;
    Ok(Exit::Ok)
}
