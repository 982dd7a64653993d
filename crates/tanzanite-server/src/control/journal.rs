//! `/_tanzanite/journal`: recorded exchanges, shown, awaited, exported, deleted, and compared with an expectation.

use super::{Call, ORG, Refusal, parse};
use crate::journal::{Wanted, har};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use tanzanite_protocol::limits;
use tokio::time::timeout;

const HINT: &str = "the conditions are method, path (with * for any characters), status, code, operation, after and limit";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    #[serde(default)]
    request: Wanted,
    /// The exact number expected.
    count: Option<usize>,
    at_least: Option<usize>,
    at_most: Option<usize>,
}

/// `GET /journal`: the entries that match the query. With `wait=SECONDS` it waits for one if there is none yet.
pub(super) async fn show(call: Call<'_>) -> Result<Value, Refusal> {
    let (wanted, wait) = wanted(call.query)?;
    let journal = &call.shared.journal;
    let found = async {
        loop {
            // Registered before searching, so that an entry that arrives meanwhile is not missed.
            let awaited = journal.awaited(call.org, &wanted);
            let found = journal.find(call.org, &wanted);
            if !found.is_empty() {
                return found;
            }
            // The sender lives as long as the server, so there is no error to handle.
            let _ = awaited.await;
        }
    };
    // Searches at least once, however short the wait.
    let found = timeout(wait, found).await.unwrap_or_default();
    let last = found.last().map(|entry| entry.number());
    let entries = found.iter().map(|entry| entry.to_json());
    Ok(json!({ "entries": entries.collect::<Vec<_>>(), "last": last }))
}

/// `GET /journal.har`: the same entries as a HAR archive.
pub(super) fn export(call: &Call<'_>) -> Result<Value, Refusal> {
    let (wanted, _) = wanted(call.query)?;
    let found = call.shared.journal.find(call.org, &wanted);
    Ok(har(&found))
}

/// `DELETE /journal`: deletes all entries of the organisation.
pub(super) fn clear(call: &Call<'_>) -> Value {
    json!({ "cleared": call.shared.journal.forget(call.org) })
}

/// `POST /journal/verify`: whether there are as many matching entries as expected, and if not, the nearest ones.
pub(super) fn verify(call: &Call<'_>) -> Result<Value, Refusal> {
    let hint = r#"send {"request": {"method": "DELETE", "path": "/crm/v8/*/photo", "status": 200}, "count": 1}; or "at_least", "at_most""#;
    let Expectation {
        request,
        count,
        at_least,
        at_most,
    } = parse(call.body, hint)?;
    let range = match (count, at_least, at_most) {
        (Some(count), None, None) => (count, count),
        (None, None, None) => (1, usize::MAX),
        (None, least, most) => (least.unwrap_or_default(), most.unwrap_or(usize::MAX)),
        (Some(_), ..) => {
            let error = "count goes with neither at_least nor at_most".to_owned();
            return Err(Refusal(400, error, hint));
        }
    };
    let entries = call.shared.journal.find(call.org, &Wanted::default());
    Ok(request.verify(&entries, range).to_json())
}

fn wanted(query: &str) -> Result<(Wanted, Duration), Refusal> {
    let mut conditions = serde_json::Map::new();
    let mut wait = Duration::ZERO;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let number = || {
            let parsed = value.parse::<u64>();
            parsed.map_err(|_| Refusal(400, format!("{name}={value} is no number"), HINT))
        };
        match name.as_ref() {
            ORG => {}
            "wait" => wait = Duration::from_secs(number()?).min(limits::JOURNAL_WAIT_MAX),
            "status" | "after" | "limit" => {
                conditions.insert(name.to_string(), number()?.into());
            }
            _ => {
                conditions.insert(name.to_string(), value.as_ref().into());
            }
        }
    }
    let wanted = serde_json::from_value(Value::Object(conditions));
    let wanted = wanted.map_err(|error| Refusal(400, error.to_string(), HINT))?;
    Ok((wanted, wait))
}
