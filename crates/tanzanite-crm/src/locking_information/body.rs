//! The body that locks a record or changes a lock's reason:
//! `{"data":[{"Locked_Reason__s":"…"}]}` with exactly one item.

use crate::endpoint::Call;
use serde_json::Value;
use tanzanite_protocol::{Condition, Fault, limits};

const REASON: &str = "Locked_Reason__s";
const REASON_PATH: &str = "$.data[0].Locked_Reason__s";

/// The one item of the request's body. Its faults are those of the body as a whole.
pub(super) fn item(call: &Call<'_>) -> Result<Value, Fault> {
    parse(call.body(|| no_object("the body is longer than its bound"))?)
}

/// The reason in an item, without blanks around it. Its faults are answered within `data`.
pub(super) fn reason(item: &Value) -> Result<String, Fault> {
    let Value::Object(item) = item else {
        return Err(wrong_type("jsonobject", "data", "$.data[0]"));
    };
    let missing = || missing(REASON, REASON_PATH);
    let reason = match item.get(REASON) {
        None | Some(Value::Null) => return Err(missing()),
        Some(Value::String(reason)) => reason.trim(),
        Some(_) => return Err(wrong_type("text", REASON, REASON_PATH)),
    };
    if reason.is_empty() {
        return Err(missing());
    }
    if reason.chars().count() > limits::LOCKED_REASON_CHARS_MAX {
        return Err(Fault::new(Condition::FieldTooLong)
            .with("maximum_length", limits::LOCKED_REASON_CHARS_MAX)
            .with("api_name", REASON)
            .with("json_path", REASON_PATH));
    }
    Ok(reason.to_owned())
}

fn parse(bytes: &[u8]) -> Result<Value, Fault> {
    // The parser gives up at a depth of 128; nothing of the tree is kept but the reason.
    let body: Value = serde_json::from_slice(bytes).map_err(no_object)?;
    let Value::Object(mut body) = body else {
        return Err(no_object("the body is no object"));
    };
    let mut data = match body.remove("data") {
        Some(Value::Array(data)) => data,
        Some(_) => return Err(wrong_type("jsonarray", "data", "$.data")),
        None => return Err(missing("data", "$.data")),
    };
    if data.len() > limits::LOCKS_PER_CALL_MAX {
        return Err(Fault::new(Condition::BodyTooManyItems)
            .with("maximum_length", limits::LOCKS_PER_CALL_MAX)
            .with("api_name", "data"));
    }
    data.pop().ok_or_else(|| {
        Fault::new(Condition::BodyNoItems)
            .with("minimum_length", 1)
            .with("api_name", "data")
            .with("json_path", "$.data")
    })
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

    fn outcome(result: Result<String, Fault>) -> Result<String, String> {
        result.map_err(|fault| format!("{:?} {}", fault.condition(), fault.to_json()["details"]))
    }

    #[test]
    fn a_body_holds_exactly_one_item() {
        let no_object = r#"BodyInvalid {"expected_data_type":"jsonobject"}"#;
        let no_list = concat!(
            r#"FieldTypeWrong {"expected_data_type":"jsonarray","#,
            r#""api_name":"data","json_path":"$.data"}"#
        );
        for (body, expected) in [
            (r#"{"data":[7]}"#, Ok("7")),
            ("", Err(no_object)),
            ("[]", Err(no_object)),
            (
                "{}",
                Err(r#"FieldMandatoryMissing {"api_name":"data","json_path":"$.data"}"#),
            ),
            (r#"{"data":{}}"#, Err(no_list)),
            (
                r#"{"data":[]}"#,
                Err(r#"BodyNoItems {"minimum_length":1,"api_name":"data","json_path":"$.data"}"#),
            ),
            (
                r#"{"data":[1,2]}"#,
                Err(r#"BodyTooManyItems {"maximum_length":1,"api_name":"data"}"#),
            ),
        ] {
            let found = outcome(parse(body.as_bytes()).map(|item| item.to_string()));
            assert_eq!(found.as_deref().map_err(String::as_str), expected, "{body}");
        }
    }

    #[test]
    fn a_reason_is_text_of_bounded_length_and_not_blank() {
        let missing = Err(format!(
            r#"FieldMandatoryMissing {{"api_name":"{REASON}","json_path":"{REASON_PATH}"}}"#
        ));
        let longest = "ä".repeat(limits::LOCKED_REASON_CHARS_MAX);
        let too_long = format!("{longest}ä");
        assert_eq!(
            outcome(reason(&json!({ REASON: " deal in progress " }))),
            Ok("deal in progress".to_owned())
        );
        assert_eq!(
            outcome(reason(&json!({ REASON: longest }))),
            Ok(longest.clone())
        );
        for blank in [json!({}), json!({ REASON: null }), json!({ REASON: " \n" })] {
            assert_eq!(outcome(reason(&blank)), missing, "{blank}");
        }
        for (item, expected) in [
            (json!({ REASON: too_long }), "FieldTooLong"),
            (json!({ REASON: 7 }), "FieldTypeWrong"),
            (json!("deal in progress"), "FieldTypeWrong"),
        ] {
            let found = outcome(reason(&item)).expect_err("a refusal");
            assert!(found.starts_with(expected), "{found}");
        }
    }
}
