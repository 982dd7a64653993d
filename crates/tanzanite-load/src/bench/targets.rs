//! What was to be reached, and whether it was.

use serde_json::{Value, json};
use std::fmt::Write as _;

/// What was to be reached.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) title: String,
    pub(super) reached: bool,
    pub(super) value: String,
    pub(super) wanted: String,
}

/// A ratio that was to be so high.
pub(super) fn at_least(title: &str, value: Option<f64>, wanted: f64) -> Target {
    Target {
        title: title.to_owned(),
        reached: value.is_some_and(|value| value >= wanted),
        value: value.map_or_else(|| "not measured".to_owned(), |value| format!("{value:.2}×")),
        wanted: format!("≥ {wanted}×"),
    }
}

/// A measure that was to be so low.
pub(super) fn at_most(title: &str, value: f64, wanted: f64, unit: &str) -> Target {
    Target {
        title: title.to_owned(),
        reached: value <= wanted,
        value: format!("{value:.2} {unit}"),
        wanted: format!("≤ {wanted} {unit}"),
    }
}

impl Target {
    /// A line of the report.
    pub(super) fn write(&self, out: &mut String) {
        let word = if self.reached {
            "reached"
        } else {
            "NOT REACHED"
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{word:<12} {:<58} {:>12}  ({})",
            self.title, self.value, self.wanted
        );
    }

    /// The same for programs.
    pub(super) fn json(&self) -> Value {
        json!({
            "target": self.title,
            "wanted": self.wanted,
            "value": self.value,
            "reached": self.reached,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_missed_when_nothing_was_measured() {
        assert!(at_least("x", Some(0.35), 0.35).reached);
        assert!(!at_least("x", Some(0.34), 0.35).reached);
        assert!(!at_least("x", None, 0.35).reached);
        assert!(!at_least("x", Some(f64::NAN), 0.35).reached);
        assert!(!at_most("x", f64::NAN, 1.0, "s").reached);
    }
}
