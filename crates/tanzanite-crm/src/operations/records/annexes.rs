//! Records that hang on others: notes and attachments. The record at the other end, the parent, decides who sees and
//! changes them, and they go with it.
//!
//! That a note or an attachment takes the right to change its parent to be made, changed or deleted is assumed.

use crate::call::{Call, ModuleCall};
use crate::criteria::{Criteria, FieldTest, Test, record_keys};
use crate::faults::FIELD_VALUE_INVALID;
use crate::operations::related::faults::{UPDATE_NOT_PERMITTED, UPDATE_NOT_SHARED};
use crate::policy::{self, Permit, PurgeRecord, Seen};
use crate::schema::validate::{Place, id_of};
use crate::schema::{MODULE_KEY, Module, PARENT};
use crate::transaction::{Record, RecordHead, RecordQuery, Stored, Transaction};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use tanzanite_protocol::endpoint::Permission;
use tanzanite_protocol::{Fault, RecordId, Stage};

/// The module of notes.
pub(crate) const NOTES: &str = "Notes";
/// The module of attachments.
pub(crate) const ATTACHMENTS: &str = "Attachments";
/// The key of a parent's module in early bodies.
const EARLY_MODULE_KEY: &str = "se_module";
/// The records of one page of what hangs on a record that is removed for good.
const PAGE: u32 = 200;

/// A module and the head of one of its records.
pub(crate) type Found<'a> = (&'a Module, RecordHead);

/// The record that decides about a record, by its head.
pub(crate) fn parent_of<'a>(
    call: &Call<'a>,
    module: &'a Module,
    head: &RecordHead,
    tx: &mut dyn Transaction,
) -> Result<Option<Found<'a>>, Fault> {
    match tx.record(call.caller.org(), module.number, head.id)? {
        Some(record) => Ok(parent_in(call, &record.fields, tx)?),
        None => Ok(None),
    }
}

/// The record that decides about a record with these values: its parent, or that of a note on which it hangs.
pub(crate) fn parent_in<'a>(
    call: &Call<'a>,
    fields: &Map<String, Value>,
    tx: &mut dyn Transaction,
) -> Stored<Option<Found<'a>>> {
    let Some((module, id)) = named_in(call, fields) else {
        return Ok(None);
    };
    let org = call.caller.org();
    if !module.is_annex() {
        let head = tx.record_head(org, module.number, id)?;
        return Ok(head.map(|head| (module, head)));
    }
    let Some(between) = tx.record(org, module.number, id)? else {
        return Ok(None);
    };
    match named_in(call, &between.fields) {
        Some((module, id)) if !module.is_annex() => {
            let head = tx.record_head(org, module.number, id)?;
            Ok(head.map(|head| (module, head)))
        }
        _ => Ok(None),
    }
}

/// The module and the id of a parent among a record's values.
pub(super) fn named_in<'a>(
    call: &Call<'a>,
    fields: &Map<String, Value>,
) -> Option<(&'a Module, RecordId)> {
    let module = fields.get(MODULE_KEY)?.as_str()?;
    let id = fields.get(PARENT)?.get("id")?.as_str()?;
    Some((call.metadata().module(module)?, RecordId::parse(id)?))
}

/// The permit to make a record, of the record on which it is to hang.
pub(super) fn authorize_new(
    call: &ModuleCall<'_>,
    fields: &Map<String, Value>,
    path: &str,
    tx: &mut dyn Transaction,
) -> Result<Permit<policy::WriteRelated>, Fault> {
    let at = Place::new(path, PARENT);
    let found = parent_in(call, fields, tx)?;
    let (module, head) = found.ok_or_else(|| at.fault(&FIELD_VALUE_INVALID))?;
    call.reach(Stage::Sharing);
    let permit = policy::authorize(call.caller, module, &head);
    // The profile was asked about notes before the body was read; of the record's module it is asked now.
    permit.map_err(|fault| {
        if fault.is(&UPDATE_NOT_PERMITTED) {
            let name = Permission::Edit.implied_name(&module.api_name);
            Fault::new(&UPDATE_NOT_SHARED).because(format!("the profile lacks {name}"))
        } else {
            fault
        }
    })
}

/// An item under the names of today: the module of its parent stands beside it.
///
/// Early bodies have it beside the parent, as `se_module`; later ones within, as `module` with its name or id (recorded
/// calls of v2; the vendor's OpenAPI of 2026). All of them are taken in every version.
pub(crate) fn with_module<'i>(
    call: &Call<'_>,
    module: &Module,
    item: Cow<'i, Map<String, Value>>,
) -> Cow<'i, Map<String, Value>> {
    if !module.is_annex() {
        return item;
    }
    let within = item.get(PARENT).and_then(|parent| parent.get("module"));
    let named = match within {
        _ if item.contains_key(MODULE_KEY) => item.get(MODULE_KEY).cloned(),
        Some(Value::Object(module)) => match (module.get("api_name"), module.get("id")) {
            (Some(name), _) => Some(name.clone()),
            (None, Some(id)) => Some(name_of(call, id).into()),
            (None, None) => None,
        },
        Some(name) => Some(name.clone()),
        None => item.get(EARLY_MODULE_KEY).cloned(),
    };
    let Some(named) = named else {
        return item;
    };
    let named = match named
        .as_str()
        .and_then(|name| call.metadata().module_called(name))
    {
        Some(module) => module.api_name.as_ref().into(),
        None => named,
    };
    let mut item = item.into_owned();
    item.insert(MODULE_KEY.to_owned(), named);
    Cow::Owned(item)
}

/// The name of the module with an id.
fn name_of<'a>(call: &Call<'a>, id: &Value) -> Option<&'a str> {
    let module = call.metadata().module_with_id(id_of(id)?.get())?;
    Some(&module.api_name)
}

/// That a record of annexes hangs on one of these.
pub(crate) fn hanging_on(annex: &Module, ids: impl Iterator<Item = RecordId>) -> Criteria {
    let ids = ids.map(|id| id.to_string()).collect();
    let number = annex.field(PARENT).map_or(0, |field| field.number);
    Criteria::field(number, FieldTest::Is(Test::OneOf(ids)))
}

/// Removes all that hangs on a record for good, with it.
pub(crate) fn purge(
    call: &Call<'_>,
    permit: &Permit<PurgeRecord>,
    tx: &mut dyn Transaction,
) -> Result<(), Fault> {
    for name in [NOTES, ATTACHMENTS] {
        let Some(annex) = call.metadata().module(name) else {
            continue;
        };
        loop {
            let query = RecordQuery {
                criteria: Some(hanging_on(annex, std::iter::once(permit.record()))),
                ..RecordQuery::all(Seen::beneath(permit, annex), PAGE)
            };
            let found = tx.records(&query)?;
            for Record { head, fields } in &found {
                let (delete, purged) = permit.with_annex(head);
                tx.delete_record(delete, call.stamp()?)?;
                if name == NOTES {
                    purge(call, &purged, tx)?;
                }
                let keys = record_keys(annex, call.metadata().zone(), fields);
                tx.purge_record(purged, &keys)?;
            }
            if found.len() < PAGE as usize {
                break;
            }
        }
    }
    Ok(())
}

/// The values by which a record hangs on another.
pub(crate) fn values_of(module: &Module, parent: RecordId) -> Map<String, Value> {
    Map::from_iter([
        (PARENT.to_owned(), json!({ "id": parent.to_string() })),
        (MODULE_KEY.to_owned(), module.api_name.as_ref().into()),
    ])
}
