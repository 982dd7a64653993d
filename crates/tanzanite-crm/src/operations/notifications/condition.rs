//! `notification_condition`: for each module the fields of which some have to change.

use super::faults;
use super::given::given;
use crate::call::Call;
use crate::faults::{FIELD_TOO_LONG, FIELD_VALUE_INVALID, TRIGGER_INVALID, VALUE_IMPOSSIBLE};
use crate::notifications::Selection;
use crate::schema::Module;
use crate::schema::validate::Place;
use serde_json::{Map, Value, json};
use tanzanite_protocol::{Fault, limits};

const CONDITIONS: &str = "notification_condition";
/// The one type of conditions.
const TYPE: &str = "field_selection";

/// The condition for one module.
#[derive(Debug)]
pub(super) struct Condition<'a> {
    /// The module.
    pub(super) module: &'a Module,
    /// The fields.
    pub(super) selection: Selection,
    path: String,
}

impl Condition<'_> {
    /// The channel does not watch the module.
    pub(super) fn impossible(&self) -> Fault {
        Place::new(&self.path, "module").fault(&VALUE_IMPOSSIBLE)
    }
}

/// The conditions of an item; `None` if it does not speak of them.
pub(super) fn conditions<'a>(
    call: &Call<'a>,
    item: &Map<String, Value>,
    path: &str,
) -> Result<Option<Vec<Condition<'a>>>, Fault> {
    let at = Place::new(path, CONDITIONS);
    let values = match item.get(CONDITIONS) {
        None => return Ok(None),
        Some(Value::Null) => return Ok(Some(Vec::new())),
        Some(Value::Array(values)) => values,
        // The vendor's example of this refusal tells no type.
        Some(_) => return Err(at.fault(&FIELD_VALUE_INVALID)),
    };
    if values.len() > limits::WATCH_EVENTS_MAX {
        let fault = at.fault(&FIELD_TOO_LONG);
        return Err(fault.with("maximum_length", limits::WATCH_EVENTS_MAX));
    }
    let mut conditions: Vec<Condition<'_>> = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let at = at.element(index);
        let Value::Object(value) = value else {
            return Err(at.wrong_type("jsonobject"));
        };
        let condition = condition(call, value, at.json_path())?;
        let number = condition.module.number;
        if conditions.iter().any(|known| known.module.number == number) {
            return Err(Place::new(&condition.path, "module").invalid("two conditions"));
        }
        conditions.push(condition);
    }
    Ok(Some(conditions))
}

fn condition<'a>(
    call: &Call<'a>,
    value: &Map<String, Value>,
    path: String,
) -> Result<Condition<'a>, Fault> {
    let [at_type, at_module, at_fields] =
        ["type", "module", TYPE].map(|name| Place::new(&path, name));
    word(value, at_type, &[TYPE])?;
    let module = match given(value, "module") {
        // Conflict C41: the newer OpenAPI has INVALID_DATA with this message; the page has this.
        None => return Err(at_module.missing()),
        Some(Value::Object(named)) => self::module(call, named, &at_module.json_path())?,
        Some(_) => return Err(at_module.wrong_type("jsonobject")),
    };
    let selection = given(value, TYPE).ok_or_else(|| {
        let dependee = json!({ "api_name": "type", "json_path": at_type.json_path() });
        at_fields
            .fault(&faults::SELECTION_MISSING)
            .with("dependee", dependee)
    })?;
    if count(selection) > limits::WATCH_FIELDS_MAX {
        let fault = at_fields.fault(&FIELD_TOO_LONG);
        return Err(fault.with("maximum_length", limits::WATCH_FIELDS_MAX));
    }
    let selection = self::selection(call, module, selection, at_fields)?;
    Ok(Condition {
        module,
        selection,
        path,
    })
}

/// A word of a few; the only fault of a wrong one names them.
fn word<'v>(
    value: &'v Map<String, Value>,
    at: Place<'_>,
    words: &'static [&'static str],
) -> Result<&'v str, Fault> {
    match given(value, at.api_name) {
        None => Err(at.missing()),
        Some(Value::String(word)) if words.contains(&word.as_str()) => Ok(word),
        Some(Value::String(_)) => Err(at
            .fault(&TRIGGER_INVALID)
            .with("supported_values", words.to_vec())),
        Some(_) => Err(at.wrong_type("text")),
    }
}

/// How many fields a selection names, well formed or not. The parser has bounded its depth.
fn count(selection: &Value) -> usize {
    let parts = selection.get("group").and_then(Value::as_array);
    match selection.get("field") {
        Some(_) => 1,
        None => parts.into_iter().flatten().map(count).sum(),
    }
}

fn selection(
    call: &Call<'_>,
    module: &Module,
    value: &Value,
    at: Place<'_>,
) -> Result<Selection, Fault> {
    let Value::Object(members) = value else {
        return Err(at.wrong_type("jsonobject"));
    };
    let path = at.json_path();
    let at_field = Place::new(&path, "field");
    match (given(members, "field"), given(members, "group")) {
        (Some(Value::Object(named)), _) => field(call, module, named, &at_field.json_path()),
        (Some(_), _) => Err(at_field.wrong_type("jsonobject")),
        (None, None) => Err(at_field.missing()),
        (None, Some(group)) => {
            let operator = Place::new(&path, "group_operator");
            let all = word(members, operator, &["or", "and"])? == "and";
            let at = Place::new(&path, "group");
            let Value::Array(parts) = group else {
                return Err(at.wrong_type("jsonarray"));
            };
            if parts.is_empty() {
                return Err(at.too_few(1));
            }
            if parts.len() > limits::WATCH_GROUP_MAX {
                let fault = at.fault(&FIELD_TOO_LONG);
                return Err(fault.with("maximum_length", limits::WATCH_GROUP_MAX));
            }
            let parts = parts.iter().enumerate();
            let of = parts.map(|(index, part)| selection(call, module, part, at.element(index)));
            let of = of.collect::<Result<_, Fault>>()?;
            Ok(Selection::Group { all, of })
        }
    }
}

fn field(
    call: &Call<'_>,
    module: &Module,
    named: &Map<String, Value>,
    path: &str,
) -> Result<Selection, Fault> {
    let metadata = call.metadata();
    let with_id = |id: &str| {
        let mut fields = module.fields.iter();
        fields.find(|field| metadata.schema_id_of(field.number).to_string() == id)
    };
    let field = this(
        named,
        path,
        |name| module.field(name),
        with_id,
        |one, other| one.number == other.number,
    )?;
    Ok(Selection::Field {
        field: field.api_name.clone().into_owned(),
    })
}

fn module<'a>(
    call: &Call<'a>,
    named: &Map<String, Value>,
    path: &str,
) -> Result<&'a Module, Fault> {
    let metadata = call.metadata();
    this(
        named,
        path,
        |name| metadata.module_called(name),
        |id| metadata.module_with_id(id.parse().ok()?),
        |one, other| one.number == other.number,
    )
}

/// The thing that `api_name`, `id` or both stand for.
fn this<'a, T>(
    named: &Map<String, Value>,
    path: &str,
    called: impl Fn(&str) -> Option<&'a T>,
    with_id: impl Fn(&str) -> Option<&'a T>,
    same: impl Fn(&T, &T) -> bool,
) -> Result<&'a T, Fault> {
    let places = ["api_name", "id"].map(|name| Place::new(path, name));
    let told = || {
        let told = places.map(|at| json!({ "api_name": at.api_name, "json_path": at.json_path() }));
        told.to_vec()
    };
    let [name, id] = places.map(|at| match given(named, at.api_name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(at.wrong_type("string")),
    });
    let (name, id) = (name?, id?);
    let unknown = |at: Place<'_>| at.fault(&FIELD_VALUE_INVALID);
    let by_name = name.map(|name| called(name).ok_or_else(|| unknown(places[0])));
    let by_id = id.map(|id| with_id(id).ok_or_else(|| unknown(places[1])));
    match (by_name.transpose()?, by_id.transpose()?) {
        (None, None) => Err(Fault::new(&faults::CONDITION_UNNAMED).with("expected_fields", told())),
        (Some(one), Some(other)) if !same(one, other) => {
            Err(Fault::new(&faults::CONDITION_AMBIGUOUS).with("ambiguity_due_to", told()))
        }
        (Some(one), _) | (None, Some(one)) => Ok(one),
    }
}
