//! The `tanzanite` program that is measured and tested.

use std::path::{Path, PathBuf};
use xtask::output::Outcome;
use xtask::steps::Step;

/// The path of the program: the given file, or one that is built now with the profile `dist`, in which it is shipped.
/// The build is in the folder of the running program, wherever the target folder is.
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
