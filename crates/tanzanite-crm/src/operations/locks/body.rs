//! The body that locks a record or changes a lock's reason: `{"data":[{"Locked_Reason__s":"…"}]}` with exactly one
//! item.

use super::faults;
use crate::call::Call;
use crate::data_body::{self, missing, wrong_type};
use crate::faults::{
    BODY_INVALID, BODY_NO_ITEMS, BODY_TOO_MANY_ITEMS, FIELD_MANDATORY_MISSING, FIELD_TOO_LONG,
    FIELD_TYPE_WRONG,
};
use serde_json::Value;
use tanzanite_protocol::{Fault, Row, limits};

const REASON: &str = "Locked_Reason__s";
const REASON_PATH: &str = "$.data[0].Locked_Reason__s";

/// The faults of an operation with this body, followed by two of the operation's own.
pub(super) const fn faults(own: [&'static Row; 2]) -> [&'static Row; 9] {
    let [first, second] = own;
    [
        &BODY_INVALID,
        &BODY_NO_ITEMS,
        &BODY_TOO_MANY_ITEMS,
        &FIELD_MANDATORY_MISSING,
        &FIELD_TYPE_WRONG,
        &FIELD_TOO_LONG,
        &faults::NOT_CONFIGURED,
        first,
        second,
    ]
}

/// The one item of the request's body. The faults concern the body as a whole.
pub(super) fn item<'a>(call: &Call<'a>) -> Result<&'a Value, Fault> {
    let body = data_body::read(call, limits::LOCKS_PER_CALL_MAX)?;
    Ok(&body.items[0])
}

/// The trimmed reason in an item. The faults are answered within `data`.
pub(super) fn reason(item: &Value) -> Result<String, Fault> {
    let Value::Object(item) = item else {
        return Err(wrong_type("jsonobject", "data", "$.data[0]"));
    };
    let missing = || missing(REASON, REASON_PATH);
    let reason = match item.get(REASON) {
        None | Some(Value::Null) => return Err(missing()),
        // PostgreSQL cannot store U+0000 in a text.
        Some(Value::String(reason)) if !reason.contains('\0') => reason.trim(),
        Some(_) => return Err(wrong_type("text", REASON, REASON_PATH)),
    };
    if reason.is_empty() {
        return Err(missing());
    }
    if reason.chars().count() > limits::LOCKED_REASON_CHARS_MAX {
        return Err(Fault::new(&FIELD_TOO_LONG)
            .with("maximum_length", limits::LOCKED_REASON_CHARS_MAX)
            .with("api_name", REASON)
            .with("json_path", REASON_PATH));
    }
    Ok(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn outcome(result: Result<String, Fault>) -> Result<String, String> {
        result.map_err(|fault| format!("{} {}", fault.row().name(), fault.to_json()["details"]))
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
            (json!({ REASON: "a\0b" }), "FieldTypeWrong"),
            (json!("deal in progress"), "FieldTypeWrong"),
        ] {
            let found = outcome(reason(&item)).expect_err("a refusal");
            assert!(found.starts_with(expected), "{found}");
        }
    }
}
