//! The body of what writes records or locks: `{"data":[…],…}`, JSON whatever its `Content-Type` says.
//!
//! Its faults are those of the body as a whole. What an item must hold is for the operation to say.

use crate::endpoint::Call;
use serde_json::{Map, Value};
use tanzanite_protocol::{Condition, Fault, limits};

/// The key of the items.
const DATA: &str = "data";

/// A body whose outside is sound.
#[derive(Debug, PartialEq)]
pub(crate) struct DataBody {
    /// The items: at least one, and at most as many as the call takes.
    pub(crate) items: Vec<Value>,
    /// What stands beside them.
    pub(crate) beside: Map<String, Value>,
}

/// The request's body, with at most `items_max` items.
pub(crate) fn read(call: &Call<'_>, items_max: usize) -> Result<DataBody, Fault> {
    let bytes = call.body(|| no_object("the body is longer than its bound"))?;
    parse(bytes, items_max)
}

/// A key without a value.
pub(crate) fn missing(api_name: &str, path: &str) -> Fault {
    Fault::new(Condition::FieldMandatoryMissing)
        .with("api_name", api_name)
        .with("json_path", path)
}

/// A value of another type; `expected` is the vendor's word for it.
pub(crate) fn wrong_type(expected: &str, api_name: &str, path: &str) -> Fault {
    Fault::new(Condition::FieldTypeWrong)
        .with("expected_data_type", expected)
        .with("api_name", api_name)
        .with("json_path", path)
}

fn parse(bytes: &[u8], items_max: usize) -> Result<DataBody, Fault> {
    // The parser itself gives up at a depth of 128, so the walk in `depth_within` is bounded too.
    let body: Value = serde_json::from_slice(bytes).map_err(no_object)?;
    if !depth_within(&body, limits::JSON_DEPTH_MAX) {
        return Err(no_object("the body is nested too deeply"));
    }
    let Value::Object(mut beside) = body else {
        return Err(no_object("the body is no object"));
    };
    let items = match beside.remove(DATA) {
        Some(Value::Array(items)) => items,
        Some(_) => return Err(wrong_type("jsonarray", DATA, "$.data")),
        None => return Err(missing(DATA, "$.data")),
    };
    if items.is_empty() {
        return Err(Fault::new(Condition::BodyNoItems)
            .with("minimum_length", 1)
            .with("api_name", DATA)
            .with("json_path", "$.data"));
    }
    if items.len() > items_max {
        return Err(Fault::new(Condition::BodyTooManyItems)
            .with("maximum_length", items_max)
            .with("api_name", DATA));
    }
    Ok(DataBody { items, beside })
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

fn no_object(cause: impl std::fmt::Display) -> Fault {
    Fault::new(Condition::BodyInvalid)
        .with("expected_data_type", "jsonobject")
        .because(cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refusal(body: &str) -> Option<(Condition, Value)> {
        let fault = parse(body.as_bytes(), 2).err()?;
        Some((fault.condition(), fault.to_json()["details"].clone()))
    }

    #[test]
    fn what_is_wrong_with_a_body_is_said_with_its_place() {
        let no_object = || json!({ "expected_data_type": "jsonobject" });
        let at_data = || json!({ "api_name": "data", "json_path": "$.data" });
        let mut no_list = at_data();
        no_list["expected_data_type"] = "jsonarray".into();
        let mut too_few = at_data();
        too_few["minimum_length"] = 1.into();
        let too_many = json!({ "maximum_length": 2, "api_name": "data" });
        for (body, condition, details) in [
            ("", Condition::BodyInvalid, no_object()),
            ("data=1", Condition::BodyInvalid, no_object()),
            ("[]", Condition::BodyInvalid, no_object()),
            ("{}", Condition::FieldMandatoryMissing, at_data()),
            (r#"{"data":{}}"#, Condition::FieldTypeWrong, no_list),
            (r#"{"data":[]}"#, Condition::BodyNoItems, too_few),
            (r#"{"data":[1,2,3]}"#, Condition::BodyTooManyItems, too_many),
        ] {
            assert_eq!(refusal(body), Some((condition, details)), "{body}");
        }
    }

    #[test]
    fn a_sound_body_gives_its_items_in_their_order_and_what_stands_beside_them() {
        let body = parse(br#"{"a":true,"data":[{"b":1},7]}"#, 2).expect("a sound body");
        assert_eq!(body.items, [json!({ "b": 1 }), json!(7)]);
        assert_eq!(Value::Object(body.beside), json!({ "a": true }));
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
