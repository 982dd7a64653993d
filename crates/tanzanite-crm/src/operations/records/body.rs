//! The body of an insert, an update or an upsert: `{"data":[…],"trigger":[…],…}`.
//!
//! `trigger` says whether records enter blueprints. Nothing else runs by itself, so there is nothing that its other
//! words start or `skip_feature_execution` leaves out, and `process` and `wf_trigger` name none of it either. A word
//! that the vendor does not know is refused so that a client's typing mistake shows here and not in production.

use super::answers::refused_in_data;
use super::unserved_keys;
use crate::call::Call;
use crate::data_body::{self, DataBody, missing, wrong_type};
use crate::endpoint::Answer;
use crate::faults::{BODY_TOO_MANY_ITEMS, TRIGGER_INVALID};
use serde_json::{Map, Value};
use tanzanite_protocol::Fault;

const BLUEPRINT: &str = "blueprint";
const TRIGGERS: &[&str] = &[
    "workflow",
    "approval",
    BLUEPRINT,
    "pathfinder",
    "orchestration",
];
/// `skip_feature_execution[].name` (OpenAPI schema, 2026).
const FEATURES_TO_SKIP: &[&str] = &["assignment_rules", "cadences", "connected_workflows"];
/// `skip_feature_execution[].action` of an upsert: the feature is left out for records that are made, or changed.
const ACTIONS: &[&str] = &["insert", "update"];

/// Answers a body of at least one item and at most `items_max`. `served` are the keys beside `data` that this operation
/// acts on and others do not. Too many items are told within `data`, as the vendor does.
pub(crate) fn answer<'a>(
    call: &Call<'a>,
    items_max: usize,
    served: &[&str],
    answer: impl FnOnce(DataBody<'a>) -> Answer,
) -> Answer {
    match read(call, items_max, served) {
        Err(fault) if fault.is(&BODY_TOO_MANY_ITEMS) => refused_in_data(call, fault),
        body => answer(body?),
    }
}

fn read<'a>(call: &Call<'a>, items_max: usize, served: &[&str]) -> Result<DataBody<'a>, Fault> {
    let body = data_body::read(call, items_max)?;
    check_beside(body.whole)?;
    unserved_keys::check_beside(body.whole, served)?;
    Ok(body)
}

/// An item as an object.
pub(crate) fn object<'a>(item: &'a Value, path: &str) -> Result<&'a Map<String, Value>, Fault> {
    match item {
        Value::Object(item) => Ok(item),
        _ => Err(wrong_type("jsonobject", "data", path)),
    }
}

/// Whether the records that a call makes and changes enter blueprints: the vendor starts everything unless `trigger`
/// names what it is to start. That `restrict_triggers` leaves out what it names is its name's meaning.
pub(super) fn starts_blueprints(call: &Call<'_>) -> bool {
    let body = call.parsed.whole(call.body);
    let names = |key| {
        let words = body.and_then(|body| body.get(key)?.as_array());
        words.map(|words| words.iter().any(|word| word == BLUEPRINT))
    };
    names("trigger").unwrap_or(true) && !names("restrict_triggers").unwrap_or(false)
}

fn check_beside(beside: &Map<String, Value>) -> Result<(), Fault> {
    for key in ["trigger", "restrict_triggers"] {
        check_words(beside, key)?;
    }
    check_features(beside, "skip_feature_execution", FEATURES_TO_SKIP)
}

fn check_words(body: &Map<String, Value>, key: &str) -> Result<(), Fault> {
    for (index, word) in list(body, key)?.iter().enumerate() {
        check_word(word, key, &format!("$.{key}[{index}]"), TRIGGERS)?;
    }
    Ok(())
}

fn check_features(body: &Map<String, Value>, key: &str, names: &[&str]) -> Result<(), Fault> {
    for (index, feature) in list(body, key)?.iter().enumerate() {
        let path = format!("$.{key}[{index}]");
        let feature = feature
            .as_object()
            .ok_or_else(|| wrong_type("jsonobject", key, &path))?;
        let path = format!("{path}.name");
        let name = feature.get("name").ok_or_else(|| missing("name", &path))?;
        check_word(name, "name", &path, names)?;
        if let Some(action) = feature.get("action").filter(|action| !action.is_null()) {
            check_word(
                action,
                "action",
                &format!("$.{key}[{index}].action"),
                ACTIONS,
            )?;
        }
    }
    Ok(())
}

/// Whether a word is one of these.
pub(super) fn check_word(
    word: &Value,
    api_name: &str,
    path: &str,
    words: &[&str],
) -> Result<(), Fault> {
    if word.as_str().is_some_and(|word| words.contains(&word)) {
        return Ok(());
    }
    Err(Fault::new(&TRIGGER_INVALID)
        .with("api_name", api_name)
        .with("json_path", path)
        .with("supported_values", words.to_vec()))
}

/// The list under a key; `null` and no key are an empty one.
pub(super) fn list<'a>(body: &'a Map<String, Value>, key: &str) -> Result<&'a [Value], Fault> {
    match body.get(key) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(list)) => Ok(list),
        Some(_) => Err(wrong_type("jsonarray", key, &format!("$.{key}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::{FIELD_MANDATORY_MISSING, FIELD_TYPE_WRONG};
    use serde_json::json;

    #[test]
    fn words_that_the_vendor_does_not_know_are_refused_with_their_place() {
        let at = |api_name: &str, path: &str| json!({ "api_name": api_name, "json_path": path });
        let mut no_list = at("trigger", "$.trigger");
        no_list["expected_data_type"] = "jsonarray".into();
        let mut unknown = at("trigger", "$.trigger[1]");
        unknown["supported_values"] = TRIGGERS.to_vec().into();
        let nameless = at("name", "$.skip_feature_execution[0].name");
        let mut deletes = at("action", "$.skip_feature_execution[0].action");
        deletes["supported_values"] = ACTIONS.to_vec().into();
        for (beside, expected) in [
            (json!({}), None),
            (json!({ "trigger": null }), None),
            (json!({ "trigger": [], "other": 1 }), None),
            (
                json!({ "skip_feature_execution": [{ "name": "cadences" }] }),
                None,
            ),
            (json!({ "trigger": "" }), Some((&FIELD_TYPE_WRONG, no_list))),
            (
                json!({ "trigger": ["workflow", "all"] }),
                Some((&TRIGGER_INVALID, unknown)),
            ),
            (
                json!({ "skip_feature_execution": [{}] }),
                Some((&FIELD_MANDATORY_MISSING, nameless)),
            ),
            (
                json!({ "skip_feature_execution": [{ "name": "cadences", "action": "update" }] }),
                None,
            ),
            (
                json!({ "skip_feature_execution": [{ "name": "cadences", "action": "delete" }] }),
                Some((&TRIGGER_INVALID, deletes)),
            ),
        ] {
            let fault = check_beside(beside.as_object().expect("an object")).err();
            let found = fault.map(|fault| (fault.row(), fault.to_json()["details"].clone()));
            assert_eq!(found, expected, "{beside}");
        }
    }
}
