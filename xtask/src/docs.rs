//! `cargo xtask docs`: writes the generated pages, which are committed; `--check` fails if one is out of date.

use crate::output::{self, Outcome};
use crate::steps::{command, repository};

/// The pages, and their names in `tanzanite docs`. The program generates them, since it has the tables.
const PAGES: [(&str, &str); 3] = [
    ("docs/compatibility.md", "compatibility"),
    ("docs/faults.md", "faults"),
    ("docs/configuration.md", "settings"),
];

/// The arguments of `cargo xtask docs`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Compare with the committed pages instead of writing them
    #[arg(long)]
    check: bool,
}

/// Writes or compares the pages.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let mut stale = Vec::new();
    for (path, name) in PAGES {
        let page = page(name)?;
        let file = repository().join(path);
        if std::fs::read_to_string(&file).ok().as_ref() == Some(&page) {
            continue;
        }
        if arguments.check {
            stale.push(path);
        } else {
            std::fs::write(&file, page)?;
            output::remark(&format!("wrote {path}\n"));
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

fn page(name: &str) -> Outcome<String> {
    let output = command("cargo")
        .args([
            "run",
            "--quiet",
            "--package",
            "tanzanite",
            "--",
            "docs",
            name,
        ])
        .current_dir(repository())
        .output()
        .map_err(|error| format!("`cargo run` cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
