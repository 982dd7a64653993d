//! What is wrong with a seed: where, what, and what to do next. All problems of a pass are
//! collected, so that a file is not mended one line a run.

use super::suggest::did_you_mean;
use crate::transaction::StoreError;
use std::fmt;

/// Problems that one error prints; the rest is counted.
const PROBLEMS_SHOWN_MAX: usize = 20;

/// A seed that cannot be used. Printed as `FILE:LINE:COLUMN: message` with a line of advice, for
/// each problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedError {
    problems: Vec<Problem>,
}

/// One problem of a seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file's name as it was given.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do next.
    pub hint: String,
}

impl SeedError {
    /// All problems of the pass that found them, in the order of the file. There is at least one.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().take(PROBLEMS_SHOWN_MAX).enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            let Problem {
                file,
                line,
                column,
                message,
                hint,
            } = problem;
            write!(f, "{file}:{line}:{column}: {message}\n  {hint}")?;
        }
        match self.problems.len().saturating_sub(PROBLEMS_SHOWN_MAX) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl std::error::Error for SeedError {}

/// Why a seed was not planted. Nothing of the transaction may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeedApplyError {
    /// The seed does not fit: a record's values, a picture, the store it was meant for.
    Seed(SeedError),
    /// The store failed.
    Store(StoreError),
}

impl fmt::Display for SeedApplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seed(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SeedApplyError {}

impl From<StoreError> for SeedApplyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The file that a seed came from.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) file: String,
    pub(super) text: String,
}

impl Source {
    /// Line and column of a byte, both from 1, the column in characters.
    fn position(&self, at: usize) -> (usize, usize) {
        let mut end = at.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &self.text[..end];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (
            before.matches('\n').count() + 1,
            before[line_start..].chars().count() + 1,
        )
    }
}

/// The problems found so far, each at a byte of the file.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<(usize, String, String)>);

impl Problems {
    /// Notes a problem and what to do about it.
    pub(super) fn add(&mut self, at: usize, message: impl Into<String>, hint: impl Into<String>) {
        self.0.push((at, message.into(), hint.into()));
    }

    /// Notes that a name is none of those that can stand there.
    pub(super) fn add_unknown<'a>(
        &mut self,
        at: usize,
        message: impl Into<String>,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) {
        self.add(at, message, did_you_mean(name, known));
    }

    /// The value if nothing was noted, or else all that was.
    pub(super) fn or<T>(mut self, source: &Source, value: Option<T>) -> Result<T, SeedError> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => {
                self.0.sort_by_key(|(at, ..)| *at);
                Err(self.located(source))
            }
        }
    }

    fn located(self, source: &Source) -> SeedError {
        let problems = self.0.into_iter().map(|(at, message, hint)| {
            let (line, column) = source.position(at);
            Problem {
                file: source.file.clone(),
                line,
                column,
                message,
                hint,
            }
        });
        SeedError {
            problems: problems.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source {
            file: "seed.toml".to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn positions_count_characters_from_one() {
        let source = source("a\nöö = 1\n");
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(2), (2, 1));
        assert_eq!(source.position(6), (2, 3));
        assert_eq!(source.position(3), (2, 1), "within a character");
        assert_eq!(source.position(999), (3, 1), "after the end");
    }

    #[test]
    fn the_first_problem_of_the_file_stands_first() {
        let mut problems = Problems::default();
        problems.add(4, "second", "Mend b.");
        problems.add(0, "first", "Mend a.");
        let error = problems.or(&source("a\nb\nc"), Some(())).unwrap_err();
        assert_eq!(
            error.to_string(),
            "seed.toml:1:1: first\n  Mend a.\nseed.toml:3:1: second\n  Mend b."
        );
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let mut problems = Problems::default();
        for at in 0..PROBLEMS_SHOWN_MAX + 3 {
            problems.add(at, "bad", "Mend it.");
        }
        let text = problems.or(&source("x"), Some(())).unwrap_err().to_string();
        assert!(text.ends_with("Mend it.\nand 3 more"), "{text}");
    }
}
