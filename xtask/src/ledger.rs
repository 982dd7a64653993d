//! Checks that the tests of each part were really run: every test that had its part has written its name to a ledger.

use crate::output::Outcome;
use crate::steps::Step;
use std::path::PathBuf;
use tanzanite_testbed::parts::{CHOSEN, LEDGER, Part};

/// The folder of this run's ledger, with a file for each part.
#[derive(Debug)]
pub(crate) struct Ledger(PathBuf);

impl Ledger {
    pub(crate) fn new() -> Outcome<Self> {
        let folder = format!("tanzanite-ledger-{}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        std::fs::create_dir(&folder)?;
        Ok(Self(folder))
    }

    /// Tells a step of tests the available parts, and the folder to write to.
    pub(crate) fn tell(&self, step: Step, parts: &[&Part]) -> Step {
        let names = parts.iter().filter(|part| part.for_tests);
        let names: Vec<&str> = names.map(|part| part.name).collect();
        step.with(CHOSEN, &names.join(","))
            .with(LEDGER, &self.0.to_string_lossy())
    }

    /// Fails if a part was available and no test used it, because then nothing of it is tested.
    pub(crate) fn check(&self, parts: &[&Part]) -> Outcome<String> {
        let mut counts = Vec::new();
        let mut idle = Vec::new();
        for part in parts.iter().filter(|part| part.for_tests) {
            let tests = std::fs::read_to_string(self.0.join(part.name)).unwrap_or_default();
            match tests.lines().count() {
                0 => idle.push(part.name),
                count => counts.push(format!("{} {count}", part.name)),
            }
        }
        if idle.is_empty() {
            return Ok(counts.join(", "));
        }
        Err(format!(
            "no test that needs it was run, though it is there: {}",
            idle.join(", ")
        )
        .into())
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        // Not needed any more; if this fails, a small folder remains.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
