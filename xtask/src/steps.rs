//! Running other programs, one after another, and stopping at the first that fails.

use crate::output::Outcome;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One program with its arguments, in the repository's root unless told otherwise.
#[derive(Debug)]
pub(crate) struct Step {
    program: String,
    arguments: Vec<String>,
    folder: PathBuf,
    environment: Vec<(String, String)>,
}

impl Step {
    /// Any program.
    pub(crate) fn new(program: &str, arguments: &[&str]) -> Self {
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

    /// Cargo.
    pub(crate) fn cargo(arguments: &[&str]) -> Self {
        Self::new("cargo", arguments)
    }

    /// In another folder of the repository.
    pub(crate) fn within(mut self, folder: &str) -> Self {
        self.folder = repository().join(folder);
        self
    }

    /// With a variable in its environment.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Runs it, with its output on ours.
    pub(crate) fn run(&self) -> Outcome {
        let line = format!("{} {}", self.program, self.arguments.join(" "));
        let mut command = Command::new(&self.program);
        let status = command
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

/// The repository's root.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The release build of the program: this file, or one that is built now, beside this program wherever the target folder is.
pub(crate) fn program(built: Option<&Path>) -> Outcome<PathBuf> {
    if let Some(program) = built {
        return Ok(program.canonicalize()?);
    }
    Step::cargo(&["build", "--release", "--quiet", "--package", "tanzanite"]).run()?;
    Ok(std::env::current_exe()?.with_file_name("tanzanite"))
}
