//! Whether the tests of each part were really run: each test that asked for a part and had it wrote its name down.

use crate::output::Outcome;
use crate::steps::Step;
use std::path::PathBuf;
use tanzanite_testbed::parts::{CHOSEN, LEDGER, Part};

/// A folder of this run with a file for each part.
#[derive(Debug)]
pub(crate) struct Ledger(PathBuf);

impl Ledger {
    pub(crate) fn new() -> Outcome<Self> {
        let folder = format!("tanzanite-ledger-{}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        std::fs::create_dir(&folder)?;
        Ok(Self(folder))
    }

    /// Tells a step of tests which parts there are, and where to write.
    pub(crate) fn tell(&self, step: Step, parts: &[&Part]) -> Step {
        let names = parts.iter().filter(|part| part.for_tests);
        let names: Vec<&str> = names.map(|part| part.name).collect();
        step.with(CHOSEN, &names.join(","))
            .with(LEDGER, &self.0.to_string_lossy())
    }

    /// Fails if a part was there and no test made use of it: a gate that nobody passes through keeps out everything.
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
        // Nobody reads it any more, and it is small.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
