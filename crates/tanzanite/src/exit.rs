//! How the program ends: its exit codes, and the one line that states the reason.

use std::fmt;
use std::process::ExitCode;

/// The exit codes. Scripts rely on them, so a number never changes its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Success.
    Ok = 0,
    /// The command failed, or a comparison found a difference.
    Failed = 1,
    /// The command line, the environment or the configuration file is wrong.
    Usage = 2,
    /// The server cannot start: address, data folder or seed.
    CannotStart = 3,
    /// No server answers where one was expected.
    Unreachable = 4,
    /// The server answered and refused.
    Refused = 5,
}

impl Exit {
    /// All of them, in order.
    pub(crate) const ALL: [Self; 6] = [
        Self::Ok,
        Self::Failed,
        Self::Usage,
        Self::CannotStart,
        Self::Unreachable,
        Self::Refused,
    ];

    /// The number.
    pub(crate) const fn code(self) -> u8 {
        self as u8
    }

    /// The meaning, for the documentation.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::Ok => "it went well",
            Self::Failed => "what was asked for failed, or a comparison found a difference",
            Self::Usage => "the command line, the environment or the settings file is wrong",
            Self::CannotStart => "the server cannot start: address, data folder or seed",
            Self::Unreachable => "no server answers where one was expected",
            Self::Refused => "the server answered and refused",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The reason why a command failed: one line with its causes after colons, and an optional hint.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
    hint: Option<String>,
    others: Vec<Self>,
}

/// The result of a command.
pub(crate) type Outcome<T = Exit> = Result<T, Failure>;

impl Failure {
    /// A failure with this message.
    pub(crate) fn new(exit: Exit, message: impl fmt::Display) -> Self {
        Self {
            exit,
            message: message.to_string(),
            hint: None,
            others: Vec::new(),
        }
    }

    /// A failure whose causes are those of an error.
    pub(crate) fn caused(
        exit: Exit,
        message: impl fmt::Display,
        error: &dyn std::error::Error,
    ) -> Self {
        let mut failure = Self::new(exit, message);
        let mut cause = Some(error);
        while let Some(error) = cause {
            let text = error.to_string();
            // Many libraries repeat the cause in their own message.
            if !failure.message.ends_with(&text) {
                failure.message.push_str(": ");
                failure.message.push_str(&text);
            }
            cause = error.source();
        }
        failure
    }

    /// Adds advice.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl fmt::Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    /// Adds another failure that was found at the same time.
    #[must_use]
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.others.push(other);
        self
    }

    /// Changes the exit code.
    #[must_use]
    pub(crate) fn exiting(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// The failures that were found at the same time.
    pub(crate) fn others(&self) -> &[Self] {
        &self.others
    }

    /// The exit code.
    pub(crate) const fn exit(&self) -> Exit {
        self.exit
    }

    /// The advice, if there is any.
    pub(crate) fn advice(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[test]
    fn causes_follow_after_colons_and_are_not_repeated() {
        let inner = io::Error::other("disk full");
        let failure =
            Failure::caused(Exit::Failed, "cannot write x", &inner).hint("free some space");
        assert_eq!(failure.to_string(), "cannot write x: disk full");
        assert_eq!(failure.advice(), Some("free some space"));
        let repeated = Failure::caused(Exit::Failed, "cannot write x: disk full", &inner);
        assert_eq!(repeated.to_string(), "cannot write x: disk full");
    }

    #[test]
    fn codes_are_those_that_scripts_know() {
        assert_eq!(Exit::ALL.map(Exit::code), [0, 1, 2, 3, 4, 5]);
    }
}
