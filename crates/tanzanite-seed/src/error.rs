//! The problems of a seed: place, message and advice. All problems of a pass are collected, so that a user need not fix
//! one at a time. Beyond a bound they are only counted, so that a file full of problems costs no more than reading it.

use std::fmt;
use tanzanite_crm::suggest::did_you_mean;
use tanzanite_crm::transaction::StoreError;
use tanzanite_protocol::limits;

/// A seed with problems. Displayed as `FILE:LINE:COLUMN: message` and a line of advice, for each problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedError {
    problems: Vec<Problem>,
    more: usize,
}

/// One problem of a seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file's name, as given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The message.
    pub message: String,
    /// Advice.
    pub hint: String,
}

impl SeedError {
    /// The first problems of a pass, in the order of the file: at least one, and at most
    /// [`SEED_PROBLEMS_MAX`](limits::SEED_PROBLEMS_MAX).
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The number of further problems.
    pub fn more(&self) -> usize {
        self.more
    }
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
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
        match self.more {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

impl std::error::Error for SeedError {}

/// The reasons why a seed was not planted. The transaction must be rolled back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeedApplyError {
    /// The seed does not fit: a record's values, a picture, or the store.
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
    /// The line and column of a byte offset, both from 1, the column in characters.
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

/// The problems found so far.
#[derive(Debug, Default)]
pub(super) struct Problems {
    /// The first ones, each with its byte offset in the file.
    told: Vec<(usize, String, String)>,
    /// The number of problems found after them.
    more: usize,
}

impl Problems {
    /// Adds a problem, with advice.
    pub(super) fn add(&mut self, at: usize, message: impl Into<String>, hint: impl Into<String>) {
        self.add_with(at, message, || hint.into());
    }

    /// Adds a problem, with advice that is computed only if the problem is within the bound.
    pub(super) fn add_with(
        &mut self,
        at: usize,
        message: impl Into<String>,
        hint: impl FnOnce() -> String,
    ) {
        if self.told.len() < limits::SEED_PROBLEMS_MAX {
            self.told.push((at, message.into(), hint()));
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    /// Adds the problem that a name is none of the known ones.
    pub(super) fn add_unknown<'a>(
        &mut self,
        at: usize,
        message: impl Into<String>,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) {
        self.add_with(at, message, || did_you_mean(name, known));
    }

    /// The value, or the error if there are problems.
    pub(super) fn or<T>(mut self, source: &Source, value: Option<T>) -> Result<T, SeedError> {
        match value {
            Some(value) if self.told.is_empty() => Ok(value),
            _ => {
                self.told.sort_by_key(|(at, ..)| *at);
                Err(self.located(source))
            }
        }
    }

    fn located(self, source: &Source) -> SeedError {
        let problems = self.told.into_iter().map(|(at, message, hint)| {
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
            more: self.more,
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
        for at in 0..limits::SEED_PROBLEMS_MAX + 3 {
            problems.add(at, "bad", "Mend it.");
        }
        let error = problems.or(&source("x"), Some(())).unwrap_err();
        assert_eq!(error.problems().len(), limits::SEED_PROBLEMS_MAX);
        let text = error.to_string();
        assert!(text.ends_with("Mend it.\nand 3 more"), "{text}");
    }

    #[test]
    fn many_unknown_names_do_not_each_look_through_all_known_ones() {
        let mut problems = Problems::default();
        let looked_at = std::cell::Cell::new(0_usize);
        for at in 0..20_000 {
            let known = std::iter::repeat_n("role", 20_000);
            let known = known.inspect(|_| looked_at.set(looked_at.get() + 1));
            problems.add_unknown(at, "there is no such role", "unicorn", known);
        }
        let looked_at = looked_at.get();
        assert!(looked_at <= 20_000 * 3, "{looked_at} names");
        let error = problems.or(&source("x"), Some(())).unwrap_err();
        assert_eq!(error.more(), 20_000 - limits::SEED_PROBLEMS_MAX);
    }
}
