//! The tour's result as JSON.

use super::{Seen, Visit};
use serde_json::{Value, json};

/// One object for each situation. A skipped one has a reason instead of a status.
pub(super) fn json(visits: &[Visit]) -> Value {
    visits.iter().map(row).collect()
}

fn row(visit: &Visit) -> Value {
    let (reply, skipped) = match &visit.outcome {
        Seen::Replied(reply) => (Some(reply), None),
        Seen::Skipped(reason) => (None, Some(*reason)),
    };
    let mut row = json!({
        "situation": visit.situation.title,
        "method": visit.request.method,
        "path": visit.request.path,
        // Not shortened, because the demo's tokens are public.
        "authorization": visit.request.authorization,
        "status": reply.map(|reply| reply.status),
        "code": reply.and_then(|reply| reply.code.as_deref()),
        "message": reply.and_then(|reply| reply.message.as_deref()),
        "expected": { "status": visit.situation.status, "code": visit.situation.code },
    });
    if let Some(reason) = skipped {
        row["skipped"] = reason.into();
    }
    row
}
