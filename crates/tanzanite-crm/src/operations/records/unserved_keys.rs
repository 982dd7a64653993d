//! Keys of a body that the vendor acts on and Tanzanite does not yet. A table.
//!
//! A key whose value would change something is refused by name, so that no success hides that nothing was
//! done. Keys that the vendor does not know are ignored, as the vendor ignores them.

use crate::data_body::wrong_type;
use crate::faults::KEY_NOT_SERVED;
use crate::metadata::Metadata;
use crate::schema::Module;
use serde_json::{Map, Value};
use tanzanite_protocol::Fault;

/// A key, and the values with which it changes nothing.
struct Key {
    name: &'static str,
    /// The standard modules whose records have the key; empty if all records have it.
    modules: &'static [&'static str],
    /// The vendor's word for the type of its values; `None` if the OpenAPI documents allow several types.
    data_type: Option<&'static str>,
    is_idle: fn(&Value) -> bool,
}

/// Keys beside `data`. The vendor's pages document `duplicate_check_fields` for upserts alone, which serve it; the
/// OpenAPI document has it for inserts and updates too.
const BESIDE: &[Key] = &[
    key(DUPLICATE_CHECK_FIELDS, Some("jsonarray"), is_nothing),
    key("apply_feature_execution", Some("jsonarray"), is_nothing),
    key("lar_id", None, is_nothing),
    key("$append_values", Some("jsonobject"), appends_nothing),
];

/// Keys of an item. Their values are never stored, so an empty value changes nothing.
const OF_ITEM: &[Key] = &[
    key("Exchange_Rate", None, is_one),
    // In earlier versions of the API a meeting's reminder is a time.
    key("Remind_At", None, is_nothing).of(&["Events"]),
    key("Remind_At", Some("jsonobject"), is_nothing).of(&["Tasks"]),
    key("Recurring_Activity", Some("jsonobject"), is_nothing).of(&["Tasks", "Events"]),
    key("Reminder", None, is_nothing).of(&["Events", "Calls"]),
    key("Participants", Some("jsonarray"), is_nothing).of(&["Events"]),
    key("Pricing_Details", Some("jsonarray"), is_nothing).of(&["Price_Books"]),
    key("Tax", Some("jsonarray"), is_nothing).of(&["Products"]),
    key("$line_tax", Some("jsonarray"), is_nothing).of(DOCUMENTS),
];

/// Modules whose records have line items.
pub(super) const DOCUMENTS: &[&str] = &["Quotes", "Sales_Orders", "Purchase_Orders", "Invoices"];

/// The key of an upsert's fields by which it finds records.
pub(super) const DUPLICATE_CHECK_FIELDS: &str = "duplicate_check_fields";
/// The key of a record's currency. The organisation's own currency is the only one that is served.
const CURRENCY: &str = "Currency";

const fn key(
    name: &'static str,
    data_type: Option<&'static str>,
    is_idle: fn(&Value) -> bool,
) -> Key {
    Key {
        name,
        modules: &[],
        data_type,
        is_idle,
    }
}

impl Key {
    const fn of(mut self, modules: &'static [&'static str]) -> Self {
        self.modules = modules;
        self
    }

    fn is_of(&self, module: &Module) -> bool {
        // The organisation may have a custom field of this name.
        let is_free = module.field(self.name).is_none();
        let is_everywhere = self.modules.is_empty();
        is_free && (is_everywhere || self.modules.contains(&module.api_name.as_ref()))
    }

    fn check(&self, object: &Map<String, Value>, path: &str) -> Result<(), Fault> {
        let Some(value) = object.get(self.name).filter(|value| !(self.is_idle)(value)) else {
            return Ok(());
        };
        let found = match value {
            Value::Array(_) => "jsonarray",
            Value::Object(_) => "jsonobject",
            _ => "",
        };
        match self.data_type {
            Some(expected) if expected != found => {
                let path = format!("{path}.{}", self.name);
                Err(wrong_type(expected, self.name, &path))
            }
            _ => Err(fault(self.name, path)),
        }
    }
}

/// The keys, each with its place in the body, for generated pages.
pub fn unserved_keys() -> Vec<String> {
    let beside = BESIDE.iter();
    let beside = beside.map(|key| match key.name {
        name @ DUPLICATE_CHECK_FIELDS => format!("`{name}` beside `data` (not of upserts)"),
        name => format!("`{name}` beside `data`"),
    });
    let of_item = OF_ITEM.iter().map(|key| match key.modules {
        [] => format!("`{}`", key.name),
        modules => format!("`{}` of {}", key.name, modules.join(" and ")),
    });
    let values = [CURRENCY, super::change::RECORD_IMAGE];
    let values = values.map(|name| format!("`{name}` with another value"));
    beside.chain(of_item).chain(values).collect()
}

/// The refusal of a key in the object at a path.
fn fault(name: &str, path: &str) -> Fault {
    Fault::new(&KEY_NOT_SERVED)
        .with("api_name", name)
        .with("json_path", format!("{path}.{name}"))
}

/// Checks the keys beside `data`, but for those that the operation serves.
pub(super) fn check_beside(beside: &Map<String, Value>, served: &[&str]) -> Result<(), Fault> {
    let mut keys = BESIDE.iter().filter(|key| !served.contains(&key.name));
    keys.try_for_each(|key| key.check(beside, "$"))
}

/// Checks the keys of an item of `data`.
pub(super) fn check_item(
    metadata: &Metadata,
    module: &Module,
    item: &Map<String, Value>,
    path: &str,
) -> Result<(), Fault> {
    let mut keys = OF_ITEM.iter().filter(|key| key.is_of(module));
    keys.try_for_each(|key| key.check(item, path))?;
    let own = metadata.organisation().iso_code.as_str();
    match item.get(CURRENCY) {
        Some(other) if module.field(CURRENCY).is_none() && !is_nothing(other) && other != own => {
            Err(fault(CURRENCY, path))
        }
        _ => Ok(()),
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether `$append_values` names no field with `true`: the values of such a field are added to those that the record
/// has.
fn appends_nothing(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields
            .values()
            .all(|appends| matches!(appends, Value::Null | Value::Bool(false))),
        other => is_nothing(other),
    }
}

/// Whether a rate is 1, that of the organisation's own currency, or empty.
fn is_one(value: &Value) -> bool {
    is_nothing(value) || value.as_f64() == Some(1.0)
}
