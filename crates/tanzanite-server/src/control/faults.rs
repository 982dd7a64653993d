//! `/_tanzanite/faults`: rules that make requests go wrong, made, listed and removed.

use super::{Call, Refusal};
use crate::faults::Rule;
use serde_json::{Value, json};

const HINT: &str = r#"send such as {"request": {"method": "DELETE", "path": "/crm/v8/*/photo"}, "times": 1, "fault": "PhotoDeleteLocked"}: see docs/laboratory.md"#;

/// `POST /faults`: makes a rule.
pub(super) fn add(call: &Call<'_>) -> Result<Value, Refusal> {
    let now = call.context.now;
    let rule = Rule::parse(call.org, call.body, now).map_err(|error| Refusal(400, error, HINT))?;
    let added = call.shared.faults.add(rule, now).map_err(|_| {
        let error = "there are as many rules as there can be".to_owned();
        Refusal(409, error, "remove some: DELETE /_tanzanite/faults")
    })?;
    Ok(added.to_json())
}

/// `GET /faults`: the rules that can still fire.
pub(super) fn list(call: &Call<'_>) -> Value {
    json!({ "rules": call.shared.faults.to_json(call.org, call.context.now) })
}

/// `DELETE /faults` removes all, `DELETE /faults/NUMBER` one.
pub(super) fn remove(call: &Call<'_>, path: &str) -> Result<Value, Refusal> {
    let number = path.strip_prefix("/faults/").map(str::parse::<u64>);
    let number = number.transpose().map_err(|_| {
        let error = format!("{path} names no rule by its number");
        Refusal(404, error, "GET /_tanzanite/faults lists them")
    })?;
    let faults = &call.shared.faults;
    let removed = match number {
        None => faults.forget(call.org),
        Some(number) if faults.remove(call.org, number) => 1,
        Some(number) => {
            let error = format!("there is no rule {number}, or it has fired for the last time");
            return Err(Refusal(404, error, "GET /_tanzanite/faults lists them"));
        }
    };
    Ok(json!({ "removed": removed }))
}
