//! `/_tanzanite/faults`: fault injection rules, made, listed and removed.

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

/// `DELETE /faults`: removes all rules of the organisation.
pub(super) fn remove_all(call: &Call<'_>) -> Value {
    json!({ "removed": call.shared.faults.forget(call.org) })
}

/// `DELETE /faults/NUMBER`: removes one rule.
pub(super) fn remove(call: &Call<'_>, number: &str) -> Result<Value, Refusal> {
    let refused = |error| Refusal(404, error, "GET /_tanzanite/faults lists them");
    let number: u64 = number
        .parse()
        .map_err(|_| refused(format!("{number:?} names no rule by its number")))?;
    if call.shared.faults.remove(call.org, number) {
        Ok(json!({ "removed": 1 }))
    } else {
        Err(refused(format!(
            "there is no rule {number}, or it has fired for the last time"
        )))
    }
}
