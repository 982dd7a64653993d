//! `cargo xtask ci`: the whole gate, exactly what CI runs.

use crate::output::Outcome;
use crate::steps::Step;
use std::process::Command;

/// Runs every step; the first that fails ends it.
pub(crate) fn run() -> Outcome {
    crate::setup::run()?;
    Step::cargo(&["fmt", "--all", "--check"]).run()?;
    Step::cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--quiet",
        "--",
        "--deny",
        "warnings",
    ])
    .run()?;
    Step::cargo(&["test", "--workspace", "--quiet"]).run()?;
    shared_store()?;
    crate::docs::run(&crate::docs::Arguments::checking())?;
    deny()?;
    // Short forms of what runs long by hand: the crash loop, the cluster and the benchmark.
    Step::cargo(&["xtask", "crash", "--rounds", "20"]).run()?;
    Step::cargo(&["xtask", "cluster", "--rounds", "3"]).run()?;
    Step::cargo(&["xtask", "bench", "--quick", "--laboratory"]).run()?;
    Step::cargo(&["xtask", "bench", "--quick"]).run()
}

/// The tests at the boundary and the SDKs' suites again, on the store that many nodes may share: those that ask
/// `TANZANITE_TEST_STORE` for their store. Naming the packages instead would build their dependencies with other features.
fn shared_store() -> Outcome {
    let line = "test --workspace --exclude tanzanite-store --test it --quiet -- --skip cli:: --skip import:: --skip kits:: --skip recipes:: --skip tidy:: --skip tour::";
    Step::cargo(&line.split(' ').collect::<Vec<_>>())
        .with("TANZANITE_TEST_STORE", "postgres+s3")
        .run()
}

/// Licences, sources and bans always; advisories where their database can be had.
fn deny() -> Outcome {
    Step::cargo(&[
        "deny",
        "--log-level",
        "error",
        "check",
        "bans",
        "licenses",
        "sources",
    ])
    .run()?;
    let advisories = Command::new("cargo")
        .args(["deny", "--log-level", "error", "check", "advisories"])
        .output()?;
    if !advisories.status.success() {
        let complaint = String::from_utf8_lossy(&advisories.stderr);
        if !complaint.contains("failed to fetch advisory database") {
            return Err(format!("cargo deny check advisories: {complaint}").into());
        }
        crate::output::remark(
            "advisories: not checked, their database cannot be fetched from here\n",
        );
    }
    Ok(())
}
