//! Output of the commands: results to standard output, progress and errors to standard error.

use std::error::Error;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

/// The result of a command.
pub type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Prints a result.
pub fn say(text: &str) -> Outcome {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Prints information that is not a result.
pub fn remark(text: &str) {
    let _ = write!(io::stderr().lock(), "{text}");
}

/// The exit code of a command; prints the error if it failed.
pub fn ended(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

/// Prints an error. A failure of the printing itself is ignored.
fn complain(error: &(dyn Error + Send + Sync)) {
    let mut text = format!("xtask: {error}");
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(&format!(": {next}"));
        cause = next.source();
    }
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A line with the current activity, rewritten in place. Silent unless standard error is a terminal.
#[derive(Debug)]
pub struct Progress {
    watched: bool,
}

impl Progress {
    /// A progress line on standard error.
    pub fn start() -> Self {
        Self {
            watched: io::stderr().is_terminal(),
        }
    }

    /// Replaces the line.
    pub fn show(&self, text: &str) {
        if self.watched {
            let _ = write!(io::stderr().lock(), "\r\x1b[K{text}");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.show("");
    }
}
