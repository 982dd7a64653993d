//! `tanzanite docs …`: generated pages of the documentation, for `cargo xtask docs`.

use crate::exit::{Exit, Outcome};
use crate::output;
use crate::settings::settings_markdown;

/// docs/configuration.md.
pub(crate) fn docs_settings() -> Outcome {
    output::answer(&settings_markdown())?;
    Ok(Exit::Ok)
}
