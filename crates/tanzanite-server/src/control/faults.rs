//! `/_tanzanite/faults`: rules that make requests go wrong, made, listed and removed.

use super::Refusal;
use crate::Shared;
use crate::faults::Rule;
use bytes::Bytes;
use serde_json::{Value, json};
use tanzanite_crm::Context;

const HINT: &str = r#"send such as {"request": {"method": "DELETE", "path": "/crm/v8/*/photo"}, "times": 1, "fault": "PhotoDeleteLocked"}: see docs/laboratory.md"#;

/// `POST /faults`: makes a rule.
pub(super) fn add(shared: &Shared, body: &Bytes, context: &Context) -> Result<Value, Refusal> {
    let rule = Rule::parse(body, context.now).map_err(|error| Refusal(400, error, HINT))?;
    let added = shared.faults.add(rule).map_err(|_| {
        let error = "there are as many rules as there can be".to_owned();
        Refusal(409, error, "remove some: DELETE /_tanzanite/faults")
    })?;
    Ok(added.to_json())
}

/// `GET /faults`: the rules that can still fire.
pub(super) fn list(shared: &Shared, context: &Context) -> Value {
    json!({ "rules": shared.faults.to_json(context.now) })
}

/// `DELETE /faults` removes all, `DELETE /faults/NUMBER` one.
pub(super) fn remove(shared: &Shared, path: &str) -> Result<Value, Refusal> {
    let number = path.strip_prefix("/faults/").map(str::parse::<u64>);
    let number = number.transpose().map_err(|_| {
        let error = format!("{path} names no rule by its number");
        Refusal(404, error, "GET /_tanzanite/faults lists them")
    })?;
    let removed = shared.faults.remove(number);
    match number {
        Some(number) if removed == 0 => {
            let error = format!("there is no rule {number}, or it has fired for the last time");
            Err(Refusal(404, error, "GET /_tanzanite/faults lists them"))
        }
        _ => Ok(json!({ "removed": removed })),
    }
}
