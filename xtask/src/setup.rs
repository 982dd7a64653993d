//! `cargo xtask setup`: the official SDKs, installed where the tests look for them.

use crate::output::Outcome;
use crate::steps::{Step, repository};

/// Installs what is missing.
pub(crate) fn run() -> Outcome {
    let python = repository().join("target/sdk/venv/bin/python");
    if !python.exists() {
        Step::new("python3", &["-m", "venv", "target/sdk/venv"]).run()?;
    }
    let requirements = "tests/sdk/python/requirements.txt";
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
        requirements,
    ];
    Step::new(&python.to_string_lossy(), &pip).run()?;
    for suite in ["node", "typescript"] {
        Step::new("npm", &["ci", "--silent", "--no-audit", "--no-fund"])
            .within(&format!("tests/sdk/{suite}"))
            .run()?;
    }
    Ok(())
}
