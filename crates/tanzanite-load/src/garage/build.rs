//! Garage's program, built from crates.io once and kept in the user's cache.

use std::path::{Path, PathBuf};
use xtask::output::Outcome;
use xtask::steps::Step;

/// The version of Garage. It is fixed, so that all runs use the same program.
const VERSION: &str = "2.5.0";
/// The features that one node needs: no other database, no metrics.
const FEATURES: &str = "bundled-libs,sqlite";

/// The path of Garage's program: the given file, or one in the cache, which is built first if it is missing.
pub(super) fn garage(built: Option<&Path>) -> Outcome<PathBuf> {
    if let Some(garage) = built {
        return Ok(garage.canonicalize()?);
    }
    let home = std::env::home_dir().ok_or("there is no home folder to keep Garage in")?;
    let root = home.join(".cache/tanzanite-garage");
    let garage = root.join(format!("{VERSION}/bin/garage"));
    if !garage.exists() {
        install(&root.join(VERSION))?;
    }
    Ok(garage)
}

/// Builds Garage. The build has its own target folder, which stays until it succeeds, so an interrupted build is
/// continued.
fn install(root: &Path) -> Outcome {
    let target = std::env::temp_dir().join("target-garage");
    let line = format!(
        "-n 19 cargo install garage --version {VERSION} --locked --no-default-features --features {FEATURES}"
    );
    let mut arguments: Vec<&str> = line.split(' ').collect();
    let (root, folder) = (root.to_string_lossy(), target.to_string_lossy());
    arguments.extend(["--root", &root, "--target-dir", &folder]);
    Step::new("nice", &arguments).run()?;
    Ok(std::fs::remove_dir_all(target)?)
}
