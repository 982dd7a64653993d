//! `cargo xtask docs`: the generated pages. Committed; `--check` fails if one is not what the program says now.

mod compatibility;
mod faults;

use crate::output::Outcome;
use crate::steps::repository;
use std::process::Command;

/// Which pages, and whether to write them.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Compare with the committed pages instead of writing them
    #[arg(long)]
    check: bool,
}

impl Arguments {
    /// Compare.
    pub(crate) fn checking() -> Self {
        Self { check: true }
    }
}

/// Writes or compares the pages.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let pages = [
        ("docs/faults.md", faults::page()),
        ("docs/compatibility.md", compatibility::page()),
        ("docs/configuration.md", configuration()?),
    ];
    let mut stale = Vec::new();
    for (path, page) in pages {
        let file = repository().join(path);
        if std::fs::read_to_string(&file).ok().as_ref() == Some(&page) {
            continue;
        }
        if arguments.check {
            stale.push(path);
        } else {
            std::fs::write(&file, page)?;
            crate::output::remark(&format!("wrote {path}\n"));
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} is not what the program says now: run `cargo xtask docs`",
        stale.join(", ")
    )
    .into())
}

/// The settings' page, from the program itself: only it knows its table.
fn configuration() -> Outcome<String> {
    let run = [
        "run",
        "--quiet",
        "--package",
        "tanzanite",
        "--",
        "docs",
        "settings",
    ];
    let output = Command::new("cargo")
        .args(run)
        .current_dir(repository())
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
