//! The program that is measured and tormented.

use std::path::{Path, PathBuf};
use xtask::output::Outcome;
use xtask::steps::Step;

/// The program as it is shipped: this file, or one that is built now, beside this program wherever the target folder is.
pub(crate) fn program(built: Option<&Path>) -> Outcome<PathBuf> {
    if let Some(program) = built {
        return Ok(program.canonicalize()?);
    }
    Step::cargo(&[
        "build",
        "--profile",
        "dist",
        "--quiet",
        "--package",
        "tanzanite",
    ])
    .run()?;
    Ok(std::env::current_exe()?.with_file_name("tanzanite"))
}
