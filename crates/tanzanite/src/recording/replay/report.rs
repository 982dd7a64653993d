//! The result of a replay, for people and as JSON.

use super::client::line;
use super::compare::Difference;
use serde_json::{Value, json};
use std::fmt::Write as _;
use tanzanite_server::recorder::recording::Exchange;

/// Characters of a value that are printed.
const VALUE_CHARS_MAX: usize = 80;

/// All answers, in the order of the recording.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(super) answers: Vec<Answer>,
}

/// One request, and the comparison of its answers.
#[derive(Debug)]
pub(super) struct Answer {
    number: usize,
    request: String,
    recorded: String,
    pub(super) ours: String,
    pub(super) differences: Vec<Difference>,
    /// The reason why it was not sent.
    skipped: Option<String>,
}

impl Answer {
    pub(super) fn of(number: usize, exchange: &Exchange) -> Self {
        let body = exchange.reply.body.text();
        // If the recorder answered itself, the reason is printed elsewhere.
        let body = body.filter(|_| exchange.failed.is_none());
        let body = body.and_then(|body| serde_json::from_str(body).ok());
        let request = &exchange.request;
        Self {
            number,
            request: format!("{} {}", request.method, request.target),
            recorded: line(exchange.reply.status, body.as_ref()),
            ours: String::new(),
            differences: Vec::new(),
            skipped: exchange.failed.clone(),
        }
    }

    fn differs(&self) -> bool {
        !self.differences.is_empty()
    }
}

impl Report {
    /// The number of answers that differ.
    pub(crate) fn differing(&self) -> usize {
        self.answers
            .iter()
            .filter(|answer| answer.differs())
            .count()
    }

    /// A line for each request, with its differences below.
    pub(crate) fn to_text(&self) -> String {
        let mut out = String::new();
        for answer in &self.answers {
            let Answer {
                number,
                request,
                recorded,
                ..
            } = answer;
            let verdict = match &answer.skipped {
                Some(why) => format!("not asked: {why}"),
                None if answer.differs() => "differs".to_owned(),
                None => "the same".to_owned(),
            };
            // Writing to a string cannot fail.
            let _ = writeln!(out, "#{number} {request} -> {recorded}: {verdict}");
            for (difference, more) in grouped(&answer.differences) {
                let _ = write!(out, "    {}", difference.to_text());
                let _ = match more {
                    0 => writeln!(out),
                    more => writeln!(out, " (and {more} more like it)"),
                };
            }
        }
        let asked = self
            .answers
            .iter()
            .filter(|answer| answer.skipped.is_none());
        let (asked, differing) = (asked.count(), self.differing());
        let same = asked - differing;
        let _ = writeln!(
            out,
            "Asked: {asked}; the same: {same}; differing: {differing}."
        );
        out
    }

    pub(crate) fn to_json(&self) -> Value {
        let answers = self.answers.iter().map(|answer| {
            let differences = answer.differences.iter().map(Difference::to_json);
            json!({
                "number": answer.number,
                "request": answer.request,
                "recorded": answer.recorded,
                "ours": answer.ours,
                "not_asked": answer.skipped,
                "differences": differences.collect::<Vec<_>>(),
            })
        });
        json!({
            "differing": self.differing(),
            "answers": answers.collect::<Vec<_>>(),
        })
    }
}

/// One difference of each kind, and the number of further ones.
fn grouped(differences: &[Difference]) -> Vec<(&Difference, usize)> {
    let mut groups: Vec<(String, &Difference, usize)> = Vec::new();
    for difference in differences {
        let kind = difference.kind();
        match groups.iter_mut().find(|(found, ..)| *found == kind) {
            Some((_, _, more)) => *more += 1,
            None => groups.push((kind, difference, 0)),
        }
    }
    let groups = groups.into_iter();
    groups
        .map(|(_, difference, more)| (difference, more))
        .collect()
}

impl Difference {
    /// The kind: the place without indexes, and the sides that have a value there.
    fn kind(&self) -> String {
        let parts = self.place.split(['[', ']']).step_by(2);
        let place = parts.collect::<Vec<_>>().join("[]");
        format!(
            "{place} {} {}",
            self.ours.is_some(),
            self.recorded.is_some()
        )
    }

    fn to_text(&self) -> String {
        let Self {
            place,
            ours,
            recorded,
        } = self;
        match (ours, recorded) {
            (Some(ours), Some(recorded)) => format!(
                "{place} is {} and was recorded as {}",
                shown(ours),
                shown(recorded)
            ),
            (Some(ours), None) => format!("{place} is {} and was not recorded", shown(ours)),
            (None, Some(recorded)) => {
                format!("{place} is missing and was recorded as {}", shown(recorded))
            }
            (None, None) => format!("{place} is missing"),
        }
    }

    fn to_json(&self) -> Value {
        let mut difference = json!({ "place": self.place });
        if let Some(ours) = &self.ours {
            difference["ours"] = ours.clone();
        }
        if let Some(recorded) = &self.recorded {
            difference["recorded"] = recorded.clone();
        }
        difference
    }
}

/// A value, cut to fit a line.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(VALUE_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
