//! The values of a record's fields: converts TOML to a client's JSON, and faults about that JSON to positions in the
//! file.

use super::error::Problems;
use super::reader::{At, describe};
use super::records::Known;
use super::shapes::RecordShape;
use serde_json::{Map, Value, json};
use tanzanite_crm::schema::{ANY_MODULE, Field, Kind, Module};
use tanzanite_protocol::Fault;
use toml::de::DeValue;

/// The record's fields as a client would send them. `None` if a problem was reported.
pub(super) fn input(
    shape: &RecordShape<'_>,
    module: &Module,
    known: &Known<'_>,
    problems: &mut Problems,
) -> Option<Map<String, Value>> {
    let mut input = Some(Map::new());
    for (name, at, value) in &shape.fields {
        let read = field(name, module, problems)
            .and_then(|field| Some((field, one(field, *at, value, known, problems)?)));
        match (read, &mut input) {
            (Some((field, Read { value, module })), Some(input)) => {
                input.insert(field.api_name.clone().into_owned(), value);
                if let Some(module) = module {
                    input.insert("$se_module".to_owned(), module.into());
                }
            }
            (None, _) => input = None,
            (Some(_), None) => {}
        }
    }
    input
}

/// Reports the problems of values, each at its own position.
pub(super) fn note(
    fault: &Fault,
    shape: &RecordShape<'_>,
    module: &Module,
    problems: &mut Problems,
) {
    let fault = fault.to_json();
    let several = fault["details"]["errors"].as_array();
    for fault in several.map_or(std::slice::from_ref(&fault), Vec::as_slice) {
        let details = &fault["details"];
        let name = details["api_name"].as_str().unwrap_or_default();
        let place = shape.fields.iter().find(|(found, ..)| found.value == name);
        let Some((_, at, _)) = place else {
            let message = format!("a record of {} lacks {name}", module.api_name);
            problems.add(
                shape.at,
                message,
                format!("Add `{name} = …` to its fields."),
            );
            continue;
        };
        let message = format!(
            "{name} cannot have this value: {}",
            fault["message"].as_str().unwrap_or("invalid data")
        );
        let hint = if let Some(expected) = details["expected_data_type"].as_str() {
            format!("Write a value of the type {expected}.")
        } else if let Some(length) = details["maximum_length"].as_u64() {
            format!("It has at most {length} characters or digits.")
        } else {
            "Write another value, or leave the field out.".to_owned()
        };
        problems.add(*at, message, hint);
    }
}

/// Reports values that their picklists lack. A running server accepts them, but a client that validates picklists does
/// not, so a seed must list them.
pub(super) fn note_unlisted(
    fields: &Map<String, Value>,
    shape: &RecordShape<'_>,
    module: &Module,
    problems: &mut Problems,
) {
    for (name, at, _) in &shape.fields {
        let (Some(field), Some(value)) = (module.field(&name.value), fields.get(&name.value))
        else {
            continue;
        };
        for value in field.unlisted(value) {
            let message = format!("{} does not list {value:?}", name.value);
            let hint = if field.custom {
                "Write a value that it lists, or add this one to the field's `values`.".to_owned()
            } else {
                format!(
                    "Write a value that it lists, or add this one: [[picklist]] with `module = {:?}`, \
                     `field = {:?}` and `values`.",
                    module.api_name, name.value
                )
            };
            problems.add(*at, message, hint);
        }
    }
}

/// A value, and the module of a lookup that can refer to any module.
struct Read {
    value: Value,
    module: Option<String>,
}

/// The field with a name, if a seed can write it.
fn field<'a>(name: &At<String>, module: &'a Module, problems: &mut Problems) -> Option<&'a Field> {
    let writable = || module.fields.iter().filter(|field| field.is_given());
    let found = writable().find(|field| field.api_name == name.value);
    if found.is_none() {
        let exists = module.field(&name.value).is_some();
        let message = match (name.value.as_str(), exists) {
            ("Owner", true) => {
                problems.add(
                    name.at,
                    "`Owner` is no field here",
                    "Set the record's `owner`.",
                );
                return None;
            }
            ("Record_Image", true) => {
                let message = "`Record_Image` is no field here";
                problems.add(
                    name.at,
                    message,
                    "Set the record's `photo` to a picture's file name.",
                );
                return None;
            }
            (name, true) => format!("{name} is kept by the system"),
            (name, false) => format!("{} has no field {name:?}", module.api_name),
        };
        let known = writable().map(|field| field.api_name.as_ref());
        problems.add_unknown(name.at, message, &name.value, known);
    }
    found
}

fn one(
    field: &Field,
    at: usize,
    value: &DeValue<'_>,
    known: &Known<'_>,
    problems: &mut Problems,
) -> Option<Read> {
    let reference = matches!(
        field.kind,
        Kind::Lookup(_) | Kind::OwnerLookup | Kind::UserLookup
    );
    let Some(text) = value.as_str().filter(|_| reference) else {
        if reference {
            let message = format!("{} is {}", field.api_name, describe(value));
            problems.add(
                at,
                message,
                "Write the key of a record, or a user's e-mail address.",
            );
            return None;
        }
        let value = json_of(value);
        if value.is_none() {
            let message = format!("{} cannot be this", field.api_name);
            problems.add(
                at,
                message,
                "Write a text, a finite number, true, false, a date or a list.",
            );
        }
        return value.map(|value| Read {
            value,
            module: None,
        });
    };
    if let Kind::Lookup(module) = &field.kind {
        let target = known.target(&At { at, value: text }, module, problems)?;
        let chosen = (module == ANY_MODULE).then(|| target.module.to_owned());
        return Some(Read {
            value: json!({ "id": target.id.to_string() }),
            module: chosen,
        });
    }
    let user = known.settings.users.find_text(at, text, problems)?;
    Some(Read {
        value: json!({ "id": user.to_string() }),
        module: None,
    })
}

/// A TOML value as JSON. Dates and times become texts in clients' format, never with `Z`.
fn json_of(value: &DeValue<'_>) -> Option<Value> {
    Some(match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Boolean(truth) => (*truth).into(),
        DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix())
            .ok()?
            .into(),
        DeValue::Float(float) => serde_json::Number::from_f64(float.as_str().parse().ok()?)?.into(),
        DeValue::Datetime(time) => {
            let text = time.to_string();
            match text.strip_suffix('Z') {
                Some(local) => format!("{local}+00:00").into(),
                None => text.into(),
            }
        }
        DeValue::Array(items) => items
            .iter()
            .map(|item| json_of(item.get_ref()))
            .collect::<Option<Vec<_>>>()?
            .into(),
        DeValue::Table(_) => return None,
    })
}
