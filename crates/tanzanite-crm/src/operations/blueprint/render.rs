//! A process and its transitions as the vendor writes them (page "Blueprint APIs", v7; OpenAPI document, v8).
//!
//! Nothing escalates here and no transition is automatic, so the keys that tell of it have the values of a process
//! without either. No state has colours.

use crate::blueprint::{self, Process, Transition, meets};
use crate::call::ModuleCall;
use crate::operations::records::Renderer;
use crate::schema::Field;
use crate::schema::field_json;
use crate::schema::validate::merge;
use crate::transaction::{Record, Transaction};
use crate::versions;
use serde_json::{Map, Value, json};
use tanzanite_protocol::Fault;

const MANUAL: &str = "manual";
/// The name of a module's layout.
const LAYOUT: &str = "Standard";

/// The key `process_info`.
pub(super) fn process(call: &ModuleCall<'_>, process: &Process, record: &Record) -> Value {
    let state = process.state(&record.fields);
    let field = call.module().field(&process.field);
    let field = field.map_or(Value::Null, |field| field_of(call, field));
    let mut told = json!({
        "field_id": field["id"],
        "is_continuous": process.continuous,
        "api_name": process.field,
        "continuous": process.continuous,
        "field_label": field["field_label"],
        "name": process.name,
        "column_name": field["column_name"],
        "field_value": state,
        "id": process.id.to_string(),
        "field_name": field["field_label"],
    });
    if versions::blueprints_tell_types(call.version()) {
        told["escalation"] = Value::Null;
    }
    if versions::blueprints_tell_colours(call.version()) {
        let values = field["pick_list_values"].as_array();
        let value = values.and_then(|values| {
            let mut values = values.iter();
            values.find(|value| value["actual_value"] == state)
        });
        told["current_picklist"] = value.map_or(Value::Null, |value| {
            json!({ "colour_code": value["colour_code"], "id": value["id"], "value": state })
        });
    }
    told
}

/// The key `transitions`: those that are available in the record's state.
pub(super) fn transitions<'a>(
    call: &ModuleCall<'a>,
    process: &'a Process,
    record: &Record,
    tx: &mut dyn Transaction,
) -> Result<Vec<Value>, Fault> {
    let state = process.state(&record.fields);
    let places = (1..).zip(&process.transitions);
    let available = places.filter(|(_, transition)| transition.from == state);
    available
        .map(|(place, transition)| told(call, process, transition, place, record, tx))
        .collect()
}

fn told<'a>(
    call: &ModuleCall<'a>,
    process: &Process,
    transition: &'a Transition,
    place: u32,
    record: &Record,
    tx: &mut dyn Transaction,
) -> Result<Value, Fault> {
    let matched = is_matched(call, transition, record);
    let message = transition.message.as_ref().filter(|_| !matched);
    let next = process
        .leaving(&transition.to)
        .filter(|_| process.continuous);
    let next = next.map(|next| {
        json!({
            "criteria_matched": is_matched(call, next, record),
            "name": next.name,
            "id": next.id.to_string(),
            "type": MANUAL,
        })
    });
    let saved = blueprint::saved(&record.fields, transition);
    let mut told = json!({
        "next_transitions": next.collect::<Vec<_>>(),
        "data": data(call, transition, record, &saved, tx)?,
        "next_field_value": transition.to,
        "name": transition.name,
        "criteria_matched": matched,
        "id": transition.id.to_string(),
        "fields": fields(call, transition),
        "criteria_message": message,
        "percent_partial_save": percent(transition, &saved),
    });
    if versions::blueprints_tell_types(call.version()) {
        told["type"] = MANUAL.into();
        told["execution_time"] = Value::Null;
    }
    if versions::blueprints_tell_colours(call.version()) {
        told["sequence"] = place.into();
        told["parent_transition"] = Value::Null;
        told["color_code"] = Value::Null;
        told["text_color_code"] = Value::Null;
    }
    Ok(told)
}

/// Whether a record meets the criteria of a transition.
pub(super) fn is_matched(call: &ModuleCall<'_>, transition: &Transition, record: &Record) -> bool {
    let criteria = transition.criteria.as_deref();
    let (metadata, module) = (call.metadata(), call.module());
    meets(metadata, module, criteria, &record.head, &record.fields)
}

/// The fields of a transition that the caller may see, in their order.
fn shown<'a>(call: &ModuleCall<'a>, transition: &Transition) -> Vec<&'a Field> {
    let names = transition.fields();
    names.filter_map(|name| call.view().field(name)).collect()
}

/// The present values of a transition's fields, and those that were saved for it.
fn data(
    call: &ModuleCall<'_>,
    transition: &Transition,
    record: &Record,
    saved: &Map<String, Value>,
    tx: &mut dyn Transaction,
) -> Result<Value, Fault> {
    let (version, module) = (call.version(), call.module());
    let names = shown(call, transition).into_iter();
    let names: Vec<&str> = names
        .map(|field| versions::name_of(version, module, field))
        .collect();
    let record = Record {
        head: record.head.clone(),
        fields: merge(&record.fields, saved.clone()),
    };
    let rendered =
        Renderer::whole(call, call.view(), Some(names.clone())).records(&[record], tx)?;
    let values = rendered.first().and_then(Value::as_object);
    let values = names.into_iter().map(|name| {
        let value = values.and_then(|values| values.get(name)).cloned();
        (name.to_owned(), value.unwrap_or_default())
    });
    Ok(Value::Object(values.collect()))
}

fn fields(call: &ModuleCall<'_>, transition: &Transition) -> Vec<Value> {
    let layout = call.metadata().layout_id_of(call.module()).to_string();
    let fields = (1..).zip(shown(call, transition));
    let fields = fields.map(|(place, field): (u32, _)| {
        let mut told = field_of(call, field);
        let is_mandatory = transition
            .mandatory
            .iter()
            .any(|name| *name == field.api_name);
        let more = [
            ("_type", "fields".into()),
            ("mandatory", is_mandatory.into()),
            ("transition_sequence", place.into()),
            ("layouts", json!({ "name": LAYOUT, "id": layout })),
            ("content", Value::Null),
            ("validation_rule", Value::Null),
            ("personality_name", Value::Null),
        ];
        for (key, value) in more {
            told[key] = value;
        }
        told
    });
    fields.collect()
}

/// A field as `GET /settings/fields` answers it.
fn field_of(call: &ModuleCall<'_>, field: &Field) -> Value {
    let right = call.view().right(field);
    field_json(call.metadata(), call.module(), field, right, call.version())
}

/// How much of its mandatory fields was saved for a transition, in percent.
fn percent(transition: &Transition, saved: &Map<String, Value>) -> usize {
    let given = transition.mandatory.iter();
    let given = given.filter(|name| saved.contains_key(*name)).count();
    (given * 100)
        .checked_div(transition.mandatory.len())
        .unwrap_or(0)
}
