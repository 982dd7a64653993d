//! Checks of the values that a client writes into a record.
//!
//! They need no store: types, formats, lengths, mandatory fields. The endpoint resolves lookups and
//! owners in its transaction. An item is checked as a whole, because the vendor reports all faults of
//! an item together.

mod append;
mod formats;
mod place;
mod rows;
#[cfg(test)]
mod tests;
mod together;
mod values;

pub(crate) use append::append;
pub use formats::{datetime_in, is_api_name};
pub(crate) use formats::{instant, is_date, is_datetime};
pub use together::check_together;

use super::{ANY_MODULE, Field, Kind, MODULE_KEY, Module, PARENT, Text};
use crate::faults;
pub(crate) use place::{Place, id_of};
pub(crate) use rows::DELETE;
use serde_json::{Map, Value};
use tanzanite_protocol::{Fault, RecordId};

/// The word in [`LookupCheck::module`] for the organisation's users. No module can have this name.
pub const USERS: &str = "$users";

/// The treatment of a value that a picklist does not list.
///
/// The vendor's page "Insert Records" says that a value is one of the list's or a new one, and its
/// error tables have no row for an unlisted value. A value that is too long or of a wrong type is
/// always a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnlistedValues {
    /// Unlisted values are stored; the list stays as it is.
    Accepted,
    /// Unlisted values are faults: [`faults::FIELD_VALUE_INVALID`].
    Refused,
}

/// The choice for all picklists, standard and custom.
pub const UNLISTED_VALUES: UnlistedValues = UnlistedValues::Accepted;

/// Lookups that a client may give by the name of the record, by module and field. One account took a deal's account so,
/// and refused its contact.
const BY_NAME: &[(&str, &str)] = &[("Deals", "Account_Name")];
const OWNER: &str = "Owner";
const LAYOUT: &str = "Layout";

/// The purpose of the values: a new record, or a change of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The values make a new record: all mandatory fields must be there.
    Create,
    /// The values change a record: fields without a new value stay as they are.
    Update,
}

/// Values that passed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// The values by API name, as they are stored. In a change a `null` clears a field ([`merge`]).
    pub fields: Map<String, Value>,
    /// The owner that the client named, not yet known to exist.
    pub owner: Option<RecordId>,
    /// The references whose targets must exist before the values are stored.
    pub lookups: Vec<LookupCheck>,
    /// The references that name their targets.
    pub named: Vec<NamedLookup>,
    /// The layout that the client named, not yet known to be the module's.
    pub layout: Option<LookupCheck>,
    /// The tags that the client named, as they came.
    pub tags: Option<Value>,
    /// The API names of fields whose values are added to those that the record has.
    pub appended: Vec<String>,
}

/// A reference to a record or user that the endpoint resolves in its transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct LookupCheck {
    /// The field's API name.
    pub api_name: String,
    /// The field's place in the request.
    pub json_path: String,
    /// The API name of the module that must have the record, [`USERS`], or a word for layouts. A
    /// client may have chosen the module, so it need not exist.
    pub module: Text,
    /// The id of the record, user or layout.
    pub id: RecordId,
}

/// A reference to the record with a name. If there is none, the endpoint makes it.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedLookup {
    /// The field's API name.
    pub api_name: String,
    /// The field's place in the request.
    pub json_path: String,
    /// The API name of the module that has the record.
    pub module: Text,
    /// The name.
    pub name: String,
}

impl LookupCheck {
    /// Whether the reference is to a user.
    pub fn is_user(&self) -> bool {
        self.module == USERS
    }

    /// The fault if the target does not exist.
    pub fn fault(&self) -> Fault {
        Fault::new(&faults::FIELD_VALUE_INVALID)
            .with("api_name", self.api_name.as_str())
            .with("json_path", self.json_path.as_str())
            .because(format!("{} has no {}", self.module, self.id))
    }
}

/// The fault if [`Checked::owner`] is no active user of the organisation.
pub fn owner_fault(path: &str) -> Fault {
    Place::new(path, OWNER).invalid("the organisation has no such active user")
}

/// Checks the values of one item of a request. `path` is where the item stands: `$.data[0]`.
///
/// Keys that the module does not have, keys with `$` and fields that the system keeps are ignored.
/// One fault is answered as it is; several are put into the details of one.
pub fn check(
    module: &Module,
    input: &Map<String, Value>,
    path: &str,
    mode: Mode,
) -> Result<Checked, Fault> {
    check_writable(module, |_| true, input, path, mode)
}

/// Checks an item as [`check`] does, for a user who may not write every field. A field that the user may not write is a
/// fault if the item names it.
pub(crate) fn check_writable(
    module: &Module,
    may_write: impl Fn(&Field) -> bool,
    input: &Map<String, Value>,
    path: &str,
    mode: Mode,
) -> Result<Checked, Fault> {
    let mut checked = Checked::default();
    let mut faults = Vec::new();
    for field in module.fields.iter().filter(|field| !field.read_only) {
        let result = if may_write(field) {
            check_field(module, field, input, path, mode, &mut checked)
        } else {
            refuse_field(field, input, path)
        };
        faults.extend(result.err());
    }
    match layout(module, input, path) {
        Ok(layout) => checked.layout = layout,
        Err(fault) => faults.push(fault),
    }
    match append::check(module, input, path) {
        Ok(appended) => checked.appended = appended,
        Err(fault) => faults.push(fault),
    }
    match faults.pop() {
        None => Ok(checked),
        Some(only) if faults.is_empty() => Err(only),
        Some(last) => {
            faults.push(last);
            let errors: Vec<Value> = faults.iter().map(Fault::to_json).collect();
            Err(Fault::new(&faults::FIELDS_MANY_WRONG).with("errors", errors))
        }
    }
}

/// The layout that an item names. `None` too if the module has a field called `Layout`.
fn layout(
    module: &Module,
    input: &Map<String, Value>,
    path: &str,
) -> Result<Option<LookupCheck>, Fault> {
    let at = Place::new(path, LAYOUT);
    match input.get(LAYOUT) {
        Some(value) if !value.is_null() && module.field(LAYOUT).is_none() => {
            let id = at.id(value)?;
            Ok(Some(at.refer(Text::Borrowed("$layouts"), id)))
        }
        _ => Ok(None),
    }
}

/// Checks a value that is no reference, such as a text or a date, of at most `length` characters or digits.
pub(crate) fn scalar(
    kind: Kind,
    length: u32,
    value: &Value,
    at: &Place<'_>,
) -> Result<Value, Fault> {
    let field = Field {
        number: 0,
        api_name: Text::Owned(at.api_name.to_owned()),
        label: Text::Borrowed(""),
        kind,
        length,
        mandatory: false,
        read_only: false,
        unique: false,
        custom: true,
    };
    values::check(&field, value, at)
}

/// The values of a record after a change: `null` takes a value away.
pub fn merge(existing: &Map<String, Value>, changes: Map<String, Value>) -> Map<String, Value> {
    let mut merged = existing.clone();
    merged.extend(changes);
    merged.retain(|_, value| !value.is_null());
    merged
}

/// The key of a value in a unique field: two values collide if their keys are equal. Case and blanks
/// around a text do not count. `None` if the value collides with no other: nothing, an empty text, or
/// a list.
pub fn unique_key(value: &Value) -> Option<String> {
    let key = match value {
        Value::String(text) => text.trim().to_lowercase(),
        Value::Number(number) => match number.as_f64() {
            // 5 and 5.0 are the same; beyond 2^53 a float has lost its last digits.
            Some(float) if float.fract() == 0.0 && float.abs() < 9.0e15 => {
                format!("{:.0}", float + 0.0)
            }
            _ => number.to_string(),
        },
        Value::Bool(truth) => truth.to_string(),
        Value::Object(object) => object.get("id")?.as_str()?.to_owned(),
        Value::Null | Value::Array(_) => return None,
    };
    (!key.is_empty()).then_some(key)
}

/// A module's unique fields that have values, with the keys of those.
pub fn unique_values<'a>(
    module: &'a Module,
    value: impl Fn(&str) -> Option<&'a Value>,
) -> impl Iterator<Item = (&'a Field, String)> {
    let fields = module.fields.iter().filter(|field| field.unique);
    fields.filter_map(move |field| Some((field, unique_key(value(&field.api_name)?)?)))
}

/// The fault of a field that the user may not write, if the request names it.
fn refuse_field(field: &Field, input: &Map<String, Value>, path: &str) -> Result<(), Fault> {
    if input.contains_key(field.api_name.as_ref()) {
        let at = Place::new(path, &field.api_name);
        return Err(at.fault(&faults::FIELD_NOT_WRITABLE));
    }
    Ok(())
}

/// Checks one field of an item and adds its value to `checked`.
fn check_field(
    module: &Module,
    field: &Field,
    input: &Map<String, Value>,
    path: &str,
    mode: Mode,
    checked: &mut Checked,
) -> Result<(), Fault> {
    let at = Place::new(path, &field.api_name);
    let name = field.api_name.as_ref();
    let value = match input.get(name) {
        Some(value) if !is_empty(&field.kind, value) => value,
        // A record always has an owner: if the request names none, a new record gets the caller, and a change keeps it.
        _ if name == OWNER => return Ok(()),
        Some(_) if field.mandatory => return Err(at.missing()),
        None if field.mandatory && mode == Mode::Create => return Err(at.missing()),
        Some(_) if mode == Mode::Update => {
            checked.fields.insert(name.to_owned(), Value::Null);
            if chooses_module(&field.kind) {
                checked.fields.insert(MODULE_KEY.to_owned(), Value::Null);
            }
            return Ok(());
        }
        _ => return Ok(()),
    };
    match &field.kind {
        Kind::OwnerLookup if name == OWNER => checked.owner = Some(at.id(value)?),
        Kind::OwnerLookup | Kind::UserLookup => {
            checked.refer(&at, Text::Borrowed(USERS), value)?;
        }
        kind @ Kind::Lookup(_) if chooses_module(kind) => {
            let chosen = chosen_module(module, input, path)?;
            checked.refer(&at, Text::Owned(chosen.to_owned()), value)?;
            checked.fields.insert(MODULE_KEY.to_owned(), chosen.into());
        }
        Kind::Lookup(target) => match name_in(module, field, value) {
            Some(named) => checked.named.push(NamedLookup {
                api_name: name.to_owned(),
                json_path: at.json_path(),
                module: target.clone(),
                name: named.to_owned(),
            }),
            None => checked.refer(&at, target.clone(), value)?,
        },
        Kind::Subform(fields) => rows::check(module, fields, value, &at, checked)?,
        _ => {
            let value = values::check(field, value, &at)?;
            checked.fields.insert(name.to_owned(), value);
        }
    }
    Ok(())
}

/// The name in a lookup that has no id, if the field can be given so.
fn name_in<'v>(module: &Module, field: &Field, value: &'v Value) -> Option<&'v str> {
    let is_taken = BY_NAME.contains(&(&module.api_name, &field.api_name)) && !module.custom;
    let object = value.as_object().filter(|_| is_taken)?;
    let has_id = object.get("id").is_some_and(|id| !id.is_null());
    let name = object.get("name")?.as_str()?.trim();
    (!has_id && !name.is_empty()).then_some(name)
}

impl Checked {
    /// Adds a lookup's value as `{"id"}`, and a check that its target exists.
    fn refer(&mut self, at: &Place<'_>, module: Text, value: &Value) -> Result<(), Fault> {
        let id = at.id(value)?;
        let kept = serde_json::json!({ "id": id.to_string() });
        self.fields.insert(at.api_name.to_owned(), kept);
        self.lookups.push(at.refer(module, id));
        Ok(())
    }
}

/// Whether a value counts as no value. For dates and numbers an empty text is a wrong value instead.
fn is_empty(kind: &Kind, value: &Value) -> bool {
    match (kind, value) {
        (_, Value::Null) => true,
        (
            Kind::Text
            | Kind::Textarea
            | Kind::Email
            | Kind::Phone
            | Kind::Website
            | Kind::Picklist(_),
            Value::String(text),
        ) => text.trim().is_empty(),
        (Kind::MultiSelectPicklist(_) | Kind::Subform(_), Value::Array(values)) => {
            values.is_empty()
        }
        _ => false,
    }
}

fn chooses_module(kind: &Kind) -> bool {
    matches!(kind, Kind::Lookup(module) if module == ANY_MODULE)
}

/// The module that the client names in `$se_module`, beside a lookup of any module.
fn chosen_module<'a>(
    module: &Module,
    input: &'a Map<String, Value>,
    path: &str,
) -> Result<&'a str, Fault> {
    let at = Place::new(path, MODULE_KEY);
    match input.get(MODULE_KEY) {
        None | Some(Value::Null) if module.is_annex() => {
            Err(Place::new(&format!("{path}.{PARENT}"), "module").missing())
        }
        None | Some(Value::Null) => Err(at.missing()),
        Some(Value::String(name)) if formats::is_api_name(name) => Ok(name),
        Some(Value::String(_)) => Err(at.invalid("no API name")),
        Some(_) => Err(at.wrong_type("text")),
    }
}
