//! Shows a record's history that has no order.

use super::history::{Answer, Ask, Operation};
use super::linear::Violation;
use super::record::Record;
use std::collections::BTreeSet;

/// The most operations that are shown: the last ones.
const SHOWN_MAX: usize = 80;

/// A text with the answer that no order explains, and the operations up to it in the order of their invocations.
pub(super) fn explain(before: Record, operations: &[Operation], violation: &Violation) -> String {
    let Violation::Unexplained { operation, states } = violation else {
        return "too many operations were without an answer at once to find out".to_owned();
    };
    let culprit = &operations[*operation];
    let mut until: Vec<&Operation> = operations
        .iter()
        .filter(|other| other.invoked < culprit.ended)
        .collect();
    until.sort_by_key(|operation| operation.invoked);
    // Moments are numbered anew, because most moments of the clock belong to other records.
    let moments: BTreeSet<u64> = until
        .iter()
        .flat_map(|operation| [operation.invoked, operation.ended])
        .collect();
    let rank = |moment| moments.range(..moment).count();
    let hidden = until.len().saturating_sub(SHOWN_MAX);
    let mut text =
        format!("no order explains the last answer that is marked\n  at first: {before}\n");
    if hidden > 0 {
        text.push_str(&format!("  … {hidden} operations\n"));
    }
    for operation in &until[hidden..] {
        let mark = if std::ptr::eq(*operation, culprit) {
            '>'
        } else {
            ' '
        };
        let end = if operation.ended > culprit.ended {
            "…".to_owned()
        } else {
            rank(operation.ended).to_string()
        };
        text.push_str(&format!(
            "{mark} {:>4}–{end:<4} client {:>2} node {}  {} → {}\n",
            rank(operation.invoked),
            operation.client,
            operation.node,
            asked(operation.ask),
            told(operation.answer)
        ));
    }
    let states: Vec<String> = states.iter().map(ToString::to_string).collect();
    text.push_str(&format!("  it may have been: {}", states.join(" | ")));
    text
}

fn asked(ask: Ask) -> String {
    match ask {
        Ask::Upload(number) => format!("upload photo {number}"),
        Ask::DeletePhoto => "delete photo".to_owned(),
        Ask::Download => "download".to_owned(),
        Ask::Update(value) => format!("set field {value}"),
        Ask::Read => "read".to_owned(),
        Ask::Lock(number) => format!("lock {number}"),
        Ask::Unlock(number) => format!("take lock {number} away"),
        Ask::ReadLock => "read lock".to_owned(),
    }
}

fn told(answer: Option<Answer>) -> String {
    match answer {
        None => "no answer".to_owned(),
        Some(Answer::Done) => "done".to_owned(),
        Some(Answer::Locked) => "refused: locked".to_owned(),
        Some(Answer::Missing) => "refused: there is none".to_owned(),
        Some(Answer::Other) => "refused: another lock".to_owned(),
        Some(Answer::Photo(Some(photo))) => format!("photo {photo}"),
        Some(Answer::Photo(None)) => "no photo".to_owned(),
        Some(Answer::Lock(Some(lock))) => format!("lock {lock}"),
        Some(Answer::Lock(None)) => "no lock".to_owned(),
        Some(Answer::Record {
            value,
            photo,
            locked,
        }) => format!(
            "field {value}, {}, {}",
            if photo { "a photo" } else { "no photo" },
            if locked { "locked" } else { "not locked" }
        ),
    }
}
