//! The body of an insert or an update: `{"data":[…],"trigger":[…],…}`, JSON whatever its
//! `Content-Type` says.
//!
//! We run no automations, so `trigger` and the lists of features change nothing; a word in them
//! that the vendor does not know is refused so that a client's typing mistake shows here and not in
//! production.

use crate::endpoint::Call;
use serde_json::{Map, Value};
use tanzanite_protocol::{Condition, Fault, limits};

const TRIGGERS: &[&str] = &[
    "workflow",
    "approval",
    "blueprint",
    "pathfinder",
    "orchestration",
];
/// `apply_feature_execution[].name` (OpenAPI example, 2026).
const FEATURES_TO_APPLY: &[&str] = &[
    "layout_rules",
    "range_validation",
    "assignment_rules",
    "function_validation_rule",
    "criteria_validation_rule",
    "global_map_dependency",
    "territory_subordinates",
];
/// `skip_feature_execution[].name` (OpenAPI schema, 2026).
const FEATURES_TO_SKIP: &[&str] = &["assignment_rules", "cadences", "connected_workflows"];

/// The items of the request's body, at least one and at most `items_max`.
pub(super) fn items(call: &Call<'_>, items_max: usize) -> Result<Vec<Value>, Fault> {
    let bytes = call.body(|| no_object("the body is longer than its bound"))?;
    parse(bytes, items_max)
}

/// An item as an object.
pub(super) fn object(item: Value, path: &str) -> Result<Map<String, Value>, Fault> {
    match item {
        Value::Object(item) => Ok(item),
        _ => Err(wrong_type("jsonobject", "data", path)),
    }
}

fn parse(bytes: &[u8], items_max: usize) -> Result<Vec<Value>, Fault> {
    // The parser itself gives up at a depth of 128, so the walk in `depth_within` is bounded too.
    let body: Value = serde_json::from_slice(bytes).map_err(no_object)?;
    if !depth_within(&body, limits::JSON_DEPTH_MAX) {
        return Err(no_object("the body is nested too deeply"));
    }
    let Value::Object(mut body) = body else {
        return Err(no_object("the body is no object"));
    };
    let data = body
        .remove("data")
        .ok_or_else(|| missing("data", "$.data"))?;
    let Value::Array(data) = data else {
        return Err(wrong_type("jsonarray", "data", "$.data"));
    };
    if data.is_empty() {
        return Err(Fault::new(Condition::BodyNoItems)
            .with("minimum_length", 1)
            .with("api_name", "data")
            .with("json_path", "$.data"));
    }
    if data.len() > items_max {
        return Err(Fault::new(Condition::BodyTooManyItems)
            .with("maximum_length", items_max)
            .with("api_name", "data"));
    }
    for key in ["trigger", "restrict_triggers"] {
        check_words(&body, key)?;
    }
    check_features(&body, "apply_feature_execution", FEATURES_TO_APPLY)?;
    check_features(&body, "skip_feature_execution", FEATURES_TO_SKIP)?;
    Ok(data)
}

/// Whether a value is nested at most `levels` deep; a scalar is not nested.
fn depth_within(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => {
            levels > 0 && items.iter().all(|item| depth_within(item, levels - 1))
        }
        Value::Object(members) => {
            levels > 0
                && members
                    .values()
                    .all(|member| depth_within(member, levels - 1))
        }
        _ => true,
    }
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
    }
    Ok(())
}

fn check_word(word: &Value, api_name: &str, path: &str, words: &[&str]) -> Result<(), Fault> {
    if word.as_str().is_some_and(|word| words.contains(&word)) {
        return Ok(());
    }
    Err(Fault::new(Condition::TriggerInvalid)
        .with("api_name", api_name)
        .with("json_path", path)
        .with("supported_values", words.to_vec()))
}

/// The list under a key; `null` and no key are an empty one.
fn list<'a>(body: &'a Map<String, Value>, key: &str) -> Result<&'a [Value], Fault> {
    match body.get(key) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(list)) => Ok(list),
        Some(_) => Err(wrong_type("jsonarray", key, &format!("$.{key}"))),
    }
}

fn no_object(cause: impl std::fmt::Display) -> Fault {
    Fault::new(Condition::BodyInvalid)
        .with("expected_data_type", "jsonobject")
        .because(cause)
}

fn missing(api_name: &str, path: &str) -> Fault {
    Fault::new(Condition::FieldMandatoryMissing)
        .with("api_name", api_name)
        .with("json_path", path)
}

fn wrong_type(expected: &str, api_name: &str, path: &str) -> Fault {
    Fault::new(Condition::FieldTypeWrong)
        .with("expected_data_type", expected)
        .with("api_name", api_name)
        .with("json_path", path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refusal(body: &str) -> Option<(Condition, Value)> {
        let fault = parse(body.as_bytes(), 2).err()?;
        Some((fault.condition(), fault.to_json()["details"].clone()))
    }

    fn at(api_name: &str, path: &str) -> Value {
        json!({ "api_name": api_name, "json_path": path })
    }

    #[test]
    fn what_is_wrong_with_a_body_is_said_with_its_place() {
        let no_object = || json!({ "expected_data_type": "jsonobject" });
        let no_array = |key: &str| {
            let path = format!("$.{key}");
            json!({ "expected_data_type": "jsonarray", "api_name": key, "json_path": path })
        };
        let too_few = json!({ "minimum_length": 1, "api_name": "data", "json_path": "$.data" });
        let too_many = json!({ "maximum_length": 2, "api_name": "data" });
        let mut bad_trigger = at("trigger", "$.trigger[1]");
        bad_trigger["supported_values"] = TRIGGERS.to_vec().into();
        let bad_trigger_body = r#"{"data":[1],"trigger":["workflow","all"]}"#;
        let nameless = at("name", "$.skip_feature_execution[0].name");
        let nameless_body = r#"{"data":[1],"skip_feature_execution":[{}]}"#;
        for (body, condition, details) in [
            ("", Condition::BodyInvalid, no_object()),
            ("data=1", Condition::BodyInvalid, no_object()),
            ("[]", Condition::BodyInvalid, no_object()),
            ("{}", Condition::FieldMandatoryMissing, at("data", "$.data")),
            (
                r#"{"data":{}}"#,
                Condition::FieldTypeWrong,
                no_array("data"),
            ),
            (r#"{"data":[]}"#, Condition::BodyNoItems, too_few),
            (r#"{"data":[1,2,3]}"#, Condition::BodyTooManyItems, too_many),
            (
                r#"{"data":[1],"trigger":""}"#,
                Condition::FieldTypeWrong,
                no_array("trigger"),
            ),
            (bad_trigger_body, Condition::TriggerInvalid, bad_trigger),
            (nameless_body, Condition::FieldMandatoryMissing, nameless),
        ] {
            assert_eq!(refusal(body), Some((condition, details)), "{body}");
        }
    }

    #[test]
    fn a_sound_body_gives_its_items_in_their_order() {
        let body =
            r#"{"data":[{"a":1},7],"trigger":[],"skip_feature_execution":[{"name":"cadences"}]}"#;
        assert_eq!(
            parse(body.as_bytes(), 2).ok(),
            Some(vec![json!({ "a": 1 }), json!(7)])
        );
    }

    #[test]
    fn nesting_is_bounded() {
        let body =
            |lists: usize| format!(r#"{{"data":{}{}}}"#, "[".repeat(lists), "]".repeat(lists));
        // The object around is one level.
        let deepest = limits::JSON_DEPTH_MAX - 1;
        assert!(parse(body(deepest).as_bytes(), 2).is_ok());
        for lists in [deepest + 1, 127, 128, 10_000] {
            let refusal = refusal(&body(lists)).map(|(condition, _)| condition);
            assert_eq!(refusal, Some(Condition::BodyInvalid), "{lists}");
        }
    }
}
