//! A query for entries, and the comparison with the number that was expected.

use super::Entry;
use crate::pattern::matches;
use serde::Deserialize;
use serde_json::{Value, json};
use tanzanite_crm::operations::is_called;
use tanzanite_protocol::limits;

/// Entries shown beside an expectation that failed.
const NEAREST_MAX: usize = 5;

/// A query, all of whose conditions must hold; a path may contain `*`, for any characters.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Wanted {
    method: Option<String>,
    path: Option<String>,
    status: Option<u16>,
    code: Option<String>,
    operation: Option<String>,
    /// Only entries with a higher number.
    after: Option<u64>,
    /// At most this many, the newest.
    limit: Option<usize>,
}

/// The result of an expectation.
pub(crate) struct Verdict {
    pub(crate) met: bool,
    matched: usize,
    expected: String,
    /// The nearest entries, and the conditions that they miss.
    nearest: Vec<Value>,
}

impl Wanted {
    pub(crate) fn limit(&self) -> usize {
        self.limit.unwrap_or(limits::JOURNAL_ENTRIES_MAX)
    }

    pub(crate) fn takes(&self, entry: &Entry) -> bool {
        self.after.is_none_or(|after| entry.number > after) && self.differences(entry).is_empty()
    }

    /// Compares the number of matching entries with the expected one.
    pub(crate) fn verify(
        &self,
        entries: &[impl AsRef<Entry>],
        (least, most): (usize, usize),
    ) -> Verdict {
        let entries = entries
            .iter()
            .map(AsRef::as_ref)
            .filter(|entry| self.after.is_none_or(|after| entry.number > after));
        let mut others: Vec<(Vec<String>, &Entry)> = Vec::new();
        let mut matched = 0;
        for entry in entries {
            let differences = self.differences(entry);
            if differences.is_empty() {
                matched += 1;
            } else {
                others.push((differences, entry));
            }
        }
        let met = (least..=most).contains(&matched);
        // The newest entries with the fewest differences.
        others.reverse();
        others.sort_by_key(|(differences, _)| differences.len());
        let nearest = others.iter().take(if met { 0 } else { NEAREST_MAX });
        let nearest = nearest.map(|(differences, entry)| {
            json!({
                "number": entry.number,
                "request": format!("{} {}", entry.method, entry.path()),
                "reply": format!("{} {}", entry.outcome.status, entry.outcome.code).trim_end(),
                "differs": differences,
            })
        });
        Verdict {
            met,
            matched,
            expected: match (least, most) {
                (least, most) if least == most => least.to_string(),
                (least, usize::MAX) => format!("at least {least}"),
                (0, most) => format!("at most {most}"),
                (least, most) => format!("{least} to {most}"),
            },
            nearest: nearest.collect(),
        }
    }

    fn differences(&self, entry: &Entry) -> Vec<String> {
        let mut differences = Vec::new();
        let mut compare = |what: &str, wanted: Option<&str>, found: &str, same: bool| {
            if let Some(wanted) = wanted
                && !same
            {
                differences.push(format!("{what} is {found:?} and not {wanted:?}"));
            }
        };
        let method = self.method.as_deref();
        let is_method =
            method.is_some_and(|method| method.eq_ignore_ascii_case(entry.method.as_str()));
        compare("method", method, entry.method.as_str(), is_method);
        let path = self.path.as_deref();
        let is_path = path.is_some_and(|pattern| matches(pattern, entry.path()));
        compare("path", path, entry.path(), is_path);
        let status = self.status.map(|status| status.to_string());
        let found = entry.outcome.status.to_string();
        let is_status = status.as_ref() == Some(&found);
        compare("status", status.as_deref(), &found, is_status);
        let (code, found) = (self.code.as_deref(), entry.outcome.code);
        compare("code", code, found, code == Some(found));
        let (operation, found) = (self.operation.as_deref(), entry.outcome.endpoint);
        compare(
            "operation",
            operation,
            found,
            operation.is_some_and(|word| is_called(found, word)),
        );
        differences
    }
}

impl Verdict {
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "met": self.met,
            "matched": self.matched,
            "expected": self.expected,
            "nearest": self.nearest,
        })
    }
}
