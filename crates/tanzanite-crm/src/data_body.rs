//! The JSON body of a write: `{"data":[…],…}`, or with the list under another key, whatever the `Content-Type`.
//!
//! Its faults concern the body as a whole; items are validated by the operations.

use crate::call::Call;
use crate::faults;
use crate::schema::validate::Place;
use serde_json::{Map, Value};
use std::sync::OnceLock;
use tanzanite_protocol::{Fault, RequestBody, form, limits};

/// The usual key of the items.
const DATA: &str = "data";

/// The body parsed as JSON, or the parser's error; parsed once, however often the job runs.
#[derive(Debug, Default)]
pub struct Parsed(OnceLock<Result<Value, String>>);

impl Parsed {
    fn of(&self, bytes: &[u8]) -> Result<&Value, &str> {
        let parsed = self.0.get_or_init(|| json(bytes));
        parsed.as_ref().map_err(String::as_str)
    }

    /// A body, if it can be parsed.
    pub(crate) fn whole(&self, body: &RequestBody) -> Option<&Value> {
        let RequestBody::Whole(bytes) = body else {
            return None;
        };
        self.of(bytes).ok()
    }
}

/// The number of items in a body.
pub(crate) fn count(body: &Value) -> Option<usize> {
    Some(body.get(DATA)?.as_array()?.len())
}

/// A valid body, whose items are not yet validated.
#[derive(Debug, PartialEq)]
pub(crate) struct DataBody<'a> {
    /// The items: at least one, and at most as many as the call accepts.
    pub(crate) items: &'a [Value],
    /// The whole object, for keys beside the items.
    pub(crate) whole: &'a Map<String, Value>,
}

/// The request's body with at most `items_max` items under `data`.
pub(crate) fn read<'a>(call: &Call<'a>, items_max: usize) -> Result<DataBody<'a>, Fault> {
    sound(whole(call)?, items_max)
}

/// The items under another key than `data`. Too many are reported as a list that is too long.
pub(crate) fn items<'a>(
    call: &Call<'a>,
    root: &'static str,
    items_max: usize,
) -> Result<&'a [Value], Fault> {
    let items = list(whole(call)?, root)?;
    let at = Place::new("$", root);
    if items.is_empty() {
        return Err(at.too_few(1));
    }
    if items.len() > items_max {
        let fault = at.fault(&faults::FIELD_TOO_LONG);
        return Err(fault.with("maximum_length", items_max));
    }
    Ok(items)
}

/// The one item that stands under a key by itself, and not in a list.
pub(crate) fn only<'a>(call: &Call<'a>, root: &'static str) -> Result<&'a [Value], Fault> {
    let at = Place::new("$", root);
    match whole(call)?.get(root) {
        Some(item @ Value::Object(_)) => Ok(std::slice::from_ref(item)),
        Some(_) => Err(at.wrong_type("jsonobject")),
        None => Err(at.missing()),
    }
}

/// The whole body, an object.
pub(crate) fn whole<'a>(call: &Call<'a>) -> Result<&'a Map<String, Value>, Fault> {
    let bytes = call.body(|| no_object("the body is longer than its bound"))?;
    object(call.parsed.of(bytes).map_err(no_object)?)
}

fn object(body: &Value) -> Result<&Map<String, Value>, Fault> {
    body.as_object()
        .ok_or_else(|| no_object("the body is no object"))
}

fn list<'a>(whole: &'a Map<String, Value>, root: &'static str) -> Result<&'a [Value], Fault> {
    let at = Place::new("$", root);
    match whole.get(root) {
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(at.wrong_type("jsonarray")),
        None => Err(at.missing()),
    }
}

/// The fields of a form in the query or the body; none if the body is no form.
pub(crate) fn form(call: &Call<'_>) -> Vec<(String, String)> {
    let content_type = call.request.headers.content_type.as_deref();
    match call.body {
        RequestBody::Whole(bytes) => form::fields(&call.request.query, content_type, bytes),
        RequestBody::TooLarge => Vec::new(),
    }
}

/// The fault of a mandatory key without a value.
pub(crate) fn missing(api_name: &str, path: &str) -> Fault {
    Fault::new(&faults::FIELD_MANDATORY_MISSING)
        .with("api_name", api_name)
        .with("json_path", path)
}

/// The fault of a value of the wrong type; `expected` is the vendor's word for the right one.
pub(crate) fn wrong_type(expected: &str, api_name: &str, path: &str) -> Fault {
    Fault::new(&faults::FIELD_TYPE_WRONG)
        .with("expected_data_type", expected)
        .with("api_name", api_name)
        .with("json_path", path)
}

fn json(bytes: &[u8]) -> Result<Value, String> {
    // The parser limits the depth to 128, which bounds the recursion of `depth_within` too.
    let body: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if !depth_within(&body, limits::JSON_DEPTH_MAX) {
        return Err("the body is nested too deeply".to_owned());
    }
    Ok(body)
}

fn sound(whole: &Map<String, Value>, items_max: usize) -> Result<DataBody<'_>, Fault> {
    let items = list(whole, DATA)?;
    if items.is_empty() {
        return Err(Fault::new(&faults::BODY_NO_ITEMS)
            .with("minimum_length", 1)
            .with("api_name", DATA)
            .with("json_path", "$.data"));
    }
    if items.len() > items_max {
        return Err(Fault::new(&faults::BODY_TOO_MANY_ITEMS)
            .with("maximum_length", items_max)
            .with("api_name", DATA));
    }
    Ok(DataBody { items, whole })
}

/// Whether a value is nested at most `levels` deep; a scalar has depth 0.
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
    Fault::new(&faults::BODY_INVALID)
        .with("expected_data_type", "jsonobject")
        .because(cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json as value;
    use tanzanite_protocol::Row;

    fn refusal(body: &str) -> Option<(&'static Row, Value)> {
        let body = json(body.as_bytes()).map_err(no_object);
        let fault = body
            .and_then(|body| sound(object(&body)?, 2).map(|_| ()))
            .err()?;
        Some((fault.row(), fault.to_json()["details"].clone()))
    }

    #[test]
    fn what_is_wrong_with_a_body_is_said_with_its_place() {
        let no_object = || value!({ "expected_data_type": "jsonobject" });
        let at_data = || value!({ "api_name": "data", "json_path": "$.data" });
        let mut no_list = at_data();
        no_list["expected_data_type"] = "jsonarray".into();
        let mut too_few = at_data();
        too_few["minimum_length"] = 1.into();
        let too_many = value!({ "maximum_length": 2, "api_name": "data" });
        for (body, row, details) in [
            ("", &faults::BODY_INVALID, no_object()),
            ("data=1", &faults::BODY_INVALID, no_object()),
            ("[]", &faults::BODY_INVALID, no_object()),
            ("{}", &faults::FIELD_MANDATORY_MISSING, at_data()),
            (r#"{"data":{}}"#, &faults::FIELD_TYPE_WRONG, no_list),
            (r#"{"data":[]}"#, &faults::BODY_NO_ITEMS, too_few),
            (
                r#"{"data":[1,2,3]}"#,
                &faults::BODY_TOO_MANY_ITEMS,
                too_many,
            ),
        ] {
            assert_eq!(refusal(body), Some((row, details)), "{body}");
        }
    }

    #[test]
    fn a_sound_body_gives_its_items_in_their_order_and_what_stands_beside_them() {
        let body = json(br#"{"a":true,"data":[{"b":1},7]}"#).expect("JSON");
        let body = sound(object(&body).expect("an object"), 2).expect("a sound body");
        assert_eq!(body.items, [value!({ "b": 1 }), value!(7)]);
        let mut beside = body.whole.clone();
        beside.remove(DATA);
        assert_eq!(Value::Object(beside), value!({ "a": true }));
    }

    #[test]
    fn a_body_is_parsed_once_and_so_is_what_is_wrong_with_it() {
        let (sound, unsound) = (Parsed::default(), Parsed::default());
        let found = sound.of(br#"{"data":[1]}"#).expect("JSON");
        assert!(std::ptr::eq(found, sound.of(b"never read").expect("kept")));
        let error = unsound.of(b"{").expect_err("no JSON").to_owned();
        assert_eq!(unsound.of(b"{}"), Err(error.as_str()));
    }

    #[test]
    fn nesting_is_bounded() {
        let body =
            |lists: usize| format!(r#"{{"data":{}{}}}"#, "[".repeat(lists), "]".repeat(lists));
        // The object around it is one level.
        let deepest = limits::JSON_DEPTH_MAX - 1;
        assert!(json(body(deepest).as_bytes()).is_ok());
        for lists in [deepest + 1, 127, 128, 10_000] {
            let refusal = refusal(&body(lists)).map(|(row, _)| row);
            assert_eq!(refusal, Some(&faults::BODY_INVALID), "{lists}");
        }
    }
}
