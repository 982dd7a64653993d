//! `cargo xtask setup`: the SDKs and what the kits run on, installed where the tests look for them.

use crate::output::Outcome;
use crate::steps::{Step, repository};

/// Installs what is missing.
pub(crate) fn run() -> Outcome {
    let python = repository().join("target/sdk/venv/bin/python");
    if !python.exists() {
        Step::new("python3", &["-m", "venv", "target/sdk/venv"]).run()?;
    }
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
        "tests/sdk/python/requirements.txt",
        "--requirement",
        "tests/sdk/intercept/requirements.txt",
        "--requirement",
        "packages/pytest/requirements.txt",
    ];
    Step::new(&python.to_string_lossy(), &pip).run()?;
    let folders = [
        "tests/sdk/node",
        "tests/sdk/typescript",
        "examples/vitest",
        "examples/jest",
    ];
    for folder in folders {
        Step::new("npm", &["ci", "--silent", "--no-audit", "--no-fund"])
            .within(folder)
            .run()?;
    }
    Ok(())
}
