//! `POST /crm/{version}/{module}/upsert`: "Insert or Update Records (Upsert)".
//!
//! An item means the record that has its id or its value of a check field, and is a change of it; otherwise it makes a
//! record. It finds what the items before it made and changed. A success has status 200, of a record that was made too.

use super::answers::Answers;
use super::check_fields::{MODULES, check_fields};
use super::insert_records::{ADDED, SCOPE, insert_one};
use super::known::Known;
use super::unserved_keys::DUPLICATE_CHECK_FIELDS;
use super::update_records::{self, UPDATED, find, id_in, update};
use super::{PATH_OF_UPSERT, body, change, faults, insert_records};
use crate::call::ModuleCall;
use crate::criteria::value_keys;
use crate::data_body::DataBody;
use crate::endpoint::{Answer, Endpoint};
use crate::policy::{self, check_profile};
use crate::schema::Field;
use crate::schema::validate::{Checked, Mode, unique_key};
use crate::transaction::{Stored, Transaction};
use serde_json::{Map, Value};
use tanzanite_protocol::endpoint::{Cost, Permission, PermissionNeed, joined};
use tanzanite_protocol::{
    Body, Descriptor, Fault, Method, ModuleNeed, RecordId, Row, Stage, limits,
};

/// Those of making and of changing records, and of doing the other of the two.
const FAULTS: &[&Row] = &joined::<{ update_records::FAULTS.len() + 1 }>(&[
    update_records::FAULTS,
    &[&faults::UPSERT_EDIT_NOT_PERMITTED],
]);

/// Makes or changes up to a hundred records.
pub static UPSERT: Endpoint = Endpoint::on_records::<policy::UpsertRecord>(
    Descriptor::new(
        "record.upsert",
        "Insert or Update Records (Upsert)",
        Method::Post,
        PATH_OF_UPSERT,
    )
    .scope(SCOPE)
    .modules(ModuleNeed::CustomAnd(MODULES))
    .body(Body::Json)
    .cost(Cost::Records(10))
    .refuses(FAULTS),
    &faults::ID_UNKNOWN,
    upsert,
);

/// The right that an item needs that turns out to be a change, beside the right to create.
const EDIT: PermissionNeed = PermissionNeed {
    permission: Permission::Edit,
    field: None,
    denied: &faults::UPSERT_EDIT_NOT_PERMITTED,
};

fn upsert(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let items_max = limits::RECORDS_PER_CALL_MAX;
    body::answer(call, items_max, &[DUPLICATE_CHECK_FIELDS], |body| {
        upsert_all(call, tx, &body)
    })
}

fn upsert_all(call: &ModuleCall<'_>, tx: &mut dyn Transaction, body: &DataBody<'_>) -> Answer {
    let by = check_fields(call, body.whole)?;
    let items = body.items.iter().enumerate();
    let items =
        items.map(|(index, item)| call.item(|| Item::read(call, item, format!("$.data[{index}]"))));
    let items: Vec<_> = items.collect();
    let mut known = Known::nothing(call);
    look_ahead(call, tx, &mut known, &by, &items)?;
    let mut answers = Answers::to_write(call, 200);
    for item in items {
        let done = item.and_then(|item| call.item(|| upsert_one(call, tx, &mut known, &by, item)));
        answers.push(done)?;
    }
    Ok(answers.into_reply())
}

/// An item, checked as a change: all checks of a change are among those of a new record.
struct Item<'a> {
    input: &'a Map<String, Value>,
    path: String,
    /// Whether the item names its record by id.
    is_named: bool,
    /// The id; `None` if there is none, or no valid one.
    id: Option<RecordId>,
    checked: Result<Checked, Fault>,
}

/// The record that an item means.
enum Meant<'a> {
    /// None yet.
    New,
    /// The one with this id, which may be no id at all.
    Named(Option<RecordId>),
    /// The one with the item's value of this field.
    Found(&'a Field, RecordId),
}

impl<'a> Item<'a> {
    fn read(call: &ModuleCall<'_>, item: &'a Value, path: String) -> Result<Self, Fault> {
        let input = body::object(item, &path)?;
        // The vendor's example has an id beside the check fields, and no words about it. That it names the record, as
        // in an update, is assumed.
        let is_named = input.get("id").is_some_and(|id| !id.is_null());
        let id = if is_named { id_in(input, &path)? } else { None };
        let checked = change::check(call, input, &path, Mode::Update);
        Ok(Self {
            input,
            path,
            is_named,
            id,
            checked,
        })
    }

    /// The key of the item's value of a check field. An item that is refused has one too: its other faults depend on
    /// whether it is a new record, which lacks mandatory fields.
    fn key(&self, call: &ModuleCall<'_>, field: &Field) -> Option<String> {
        let name = field.api_name.as_ref();
        let value = match &self.checked {
            Ok(checked) => checked.fields.get(name),
            Err(_) => self.input.get(name),
        }?;
        if field.unique {
            return unique_key(value);
        }
        let keys = value_keys(field, call.metadata().zone(), value);
        keys.into_iter().next()
    }

    fn meant<'f>(
        &self,
        call: &ModuleCall<'_>,
        tx: &mut dyn Transaction,
        known: &mut Known,
        by: &[&'f Field],
    ) -> Stored<Meant<'f>> {
        if self.is_named {
            return Ok(Meant::Named(self.id));
        }
        for field in by {
            let Some(key) = self.key(call, field) else {
                continue;
            };
            let found = if field.unique {
                let value = (field.number, key);
                known.holder(call, tx, call.module().number, &value)?
            } else {
                known.latest(call, tx, field, key)?
            };
            if let Some(id) = found {
                return Ok(Meant::Found(field, id));
            }
        }
        Ok(Meant::New)
    }
}

/// Reads the rows that the items need, with one query of each kind.
fn look_ahead(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    known: &mut Known,
    by: &[&Field],
    items: &[Result<Item<'_>, Fault>],
) -> Result<(), Fault> {
    let items: Vec<_> = items.iter().filter_map(|item| item.as_ref().ok()).collect();
    if items.len() < 2 {
        return Ok(());
    }
    let without_id = || items.iter().filter(|item| !item.is_named);
    let mut values = Vec::new();
    for field in by {
        let keys = without_id().filter_map(|item| item.key(call, field));
        if field.unique {
            values.extend(keys.map(|key| (field.number, key)));
        } else {
            known.learn_latest(call, tx, field, keys.collect())?;
        }
    }
    known.learn_holders(call, tx, values)?;
    let mut sound = Vec::new();
    for item in items {
        let id = match item.meant(call, tx, known, by)? {
            Meant::New => None,
            Meant::Named(id) => id,
            Meant::Found(_, id) => Some(id),
        };
        sound.extend(item.checked.as_ref().ok().map(|checked| (id, checked)));
    }
    known.learn(call, tx, sound.into_iter())
}

fn upsert_one(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    known: &mut Known,
    by: &[&Field],
    item: Item<'_>,
) -> Result<Value, Fault> {
    let (input, path) = (item.input, item.path.as_str());
    let (id, field) = match item.meant(call, tx, known, by)? {
        Meant::New => {
            let checked = insert_records::check(call, input, path)?;
            let details = insert_one(call, tx, known, checked, path)?;
            return Ok(told("insert", None, ADDED, details));
        }
        Meant::Named(id) => (id, None),
        Meant::Found(field, id) => (Some(id), Some(field)),
    };
    let change = update_records::Item {
        input,
        id,
        checked: item.checked?,
    };
    let details = update(call, tx, known, change, path, |known, tx| {
        let record = find(call, tx, known, id, path, |_| true)?;
        call.reach(Stage::Sharing);
        check_profile(call.caller, call.module(), EDIT)?;
        Ok(record)
    })?;
    Ok(told("update", field, UPDATED, details))
}

/// A success. Recorded replies of v2 to inserts have `null` for the field; an example of the OpenAPI document names one
/// there, and the recordings are followed. That it is `null` too where the id named the record is assumed.
fn told(action: &str, field: Option<&Field>, message: &str, details: Map<String, Value>) -> Value {
    let field = field.map(|field| field.api_name.as_ref());
    let body = [
        ("code", "SUCCESS".into()),
        ("duplicate_field", field.into()),
        ("action", action.into()),
        ("details", details.into()),
        ("message", message.into()),
        ("status", "success".into()),
    ];
    body.map(|(key, value): (_, Value)| (key.to_owned(), value))
        .into_iter()
        .collect()
}
