//! Runs other programs, one after another, and stops at the first that fails.

use crate::output::Outcome;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One program with its arguments, run in the repository's root by default.
#[derive(Debug)]
#[must_use = "a step does nothing until it is run"]
pub struct Step {
    program: String,
    arguments: Vec<String>,
    folder: PathBuf,
    environment: Vec<(String, String)>,
}

impl Step {
    /// Any program.
    pub fn new(program: &str, arguments: &[&str]) -> Self {
        Self {
            program: program.to_owned(),
            arguments: arguments
                .iter()
                .map(|argument| (*argument).to_owned())
                .collect(),
            folder: repository(),
            environment: Vec::new(),
        }
    }

    /// A step that runs Cargo.
    pub fn cargo(arguments: &[&str]) -> Self {
        Self::new("cargo", arguments)
    }

    /// Runs it in another folder of the repository.
    pub fn within(mut self, folder: &str) -> Self {
        self.folder = repository().join(folder);
        self
    }

    /// Sets an environment variable.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Runs it, with its output on this program's.
    pub fn run(&self) -> Outcome {
        let line = format!("{} {}", self.program, self.arguments.join(" "));
        let status = command(&self.program)
            .args(&self.arguments)
            .current_dir(&self.folder)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .status();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("`{line}` ended with {status}").into()),
            Err(error) => Err(format!("`{line}` cannot be run: {error}").into()),
        }
    }
}

/// A program with a clean environment. Cargo sets variables about the running package, which build scripts (ring's, for
/// example) depend on, so a nested Cargo would otherwise compile everything again.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// The repository's root: that of the checkout in which Cargo runs this program, or else of the one in which it was
/// compiled.
#[expect(
    clippy::disallowed_methods,
    reason = "Cargo tells its programs by the environment where they are"
)]
pub fn repository() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let package = package.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    // Packages are at different depths.
    let locked = package
        .ancestors()
        .find(|folder| folder.join("Cargo.lock").is_file());
    let root = locked.or(package.parent());
    root.unwrap_or(Path::new(".")).to_owned()
}
