//! `$append_values`: values of multi-select picklists that are added to those that a record has.

use super::place::Place;
use super::values::VALUES_MAX;
use crate::schema::{Field, Kind, Module};
use serde_json::{Map, Value};
use tanzanite_protocol::Fault;

const APPEND_VALUES: &str = "$append_values";

/// The fields whose values an item adds: `{"Interests": true}`. The vendor's page knows it for multi-select picklists
/// alone; another field is refused.
pub(super) fn check(
    module: &Module,
    input: &Map<String, Value>,
    path: &str,
) -> Result<Vec<String>, Fault> {
    let at = Place::new(path, APPEND_VALUES);
    let fields = match input.get(APPEND_VALUES) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(fields)) => fields,
        Some(_) => return Err(at.wrong_type("jsonobject")),
    };
    let path = at.json_path();
    let mut appended = Vec::new();
    for (name, appends) in fields {
        let at = Place::new(&path, name);
        match appends {
            Value::Null | Value::Bool(false) => {}
            Value::Bool(true) if module.field(name).is_some_and(has_several) => {
                appended.push(name.clone());
            }
            Value::Bool(true) => return Err(at.invalid("no multi-select picklist")),
            _ => return Err(at.wrong_type("boolean")),
        }
    }
    Ok(appended)
}

fn has_several(field: &Field) -> bool {
    matches!(field.kind, Kind::MultiSelectPicklist(_))
}

/// Adds the values that a record has to those that a change gives: the old ones first, each once. Gives the field that
/// would have too many.
pub(crate) fn append<'n>(
    appended: &'n [String],
    before: &Map<String, Value>,
    changes: &mut Map<String, Value>,
) -> Result<(), &'n str> {
    for name in appended {
        let (Some(Value::Array(old)), Some(Value::Array(new))) =
            (before.get(name), changes.get_mut(name))
        else {
            continue;
        };
        let added = std::mem::take(new).into_iter();
        let added = added.filter(|value| !old.contains(value));
        *new = old.iter().cloned().chain(added).collect();
        if new.len() > VALUES_MAX {
            return Err(name);
        }
    }
    Ok(())
}
