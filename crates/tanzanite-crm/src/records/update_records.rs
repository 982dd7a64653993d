//! `PUT /crm/{version}/{module}`: "Update Records", each by the id in its item.
//!
//! A record that two items name is changed twice, in the items' order.

use super::answers::{Answers, refused_in_data};
use super::{PATH_OF_MODULE, body, change};
use crate::endpoint::{Call, Endpoint};
use crate::parameters;
use crate::policy::{self, Permit, authorize, permission_need};
use crate::schema::display_name;
use crate::schema::validate::{self, Mode, merge};
use crate::transaction::{Record, RecordChange, RecordHead, Transaction};
use serde_json::{Map, Value};
use tanzanite_protocol::endpoint::{Access, Cost, EXTERNAL};
use tanzanite_protocol::envelope::success;
use tanzanite_protocol::{
    Body, Condition, Descriptor, Evidence, Fault, Method, ModuleNeed, RecordId, Reply, ScopeNeed,
    ScopeOperation, limits,
};

/// What updating asks of a token.
pub(super) const SCOPE: ScopeNeed =
    ScopeNeed::module(&[ScopeOperation::Update, ScopeOperation::Write]);

/// The faults of updating, of one record and of many.
pub(super) const FAULTS: &[Condition] = &[
    Condition::BodyInvalid,
    Condition::BodyNoItems,
    Condition::BodyTooManyItems,
    Condition::TriggerInvalid,
    Condition::KeyNotServed,
    Condition::FieldMandatoryMissing,
    Condition::FieldTypeWrong,
    Condition::FieldTooLong,
    Condition::FieldValueInvalid,
    Condition::FieldsManyWrong,
    Condition::RecordIdUnknown,
    Condition::RecordUpdateNotShared,
    Condition::RecordUpdateLocked,
    Condition::RecordModifiedSince,
    Condition::FieldDuplicate,
];

/// Changes up to a hundred records.
#[derive(Debug)]
pub struct UpdateRecords;

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Update Records",
    group: "record",
    method: Method::Put,
    path: PATH_OF_MODULE,
    scope: SCOPE,
    module: ModuleNeed::Any,
    unserved: EXTERNAL,
    permission: Some(permission_need::<policy::UpdateRecord>()),
    body: Body::Json,
    access: Access::Write,
    cost: Cost::Records(10),
    faults: FAULTS,
    evidence: Evidence::OpenApi,
};

impl Endpoint for UpdateRecords {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &Call<'_>, tx: &mut dyn Transaction) -> Result<Reply, Fault> {
        let items = match body::items(call, limits::RECORDS_PER_CALL_MAX) {
            Err(fault) if fault.condition() == Condition::BodyTooManyItems => {
                return refused_in_data(fault);
            }
            items => items?,
        };
        let mut answers = Answers::new(200);
        for (index, item) in items.into_iter().enumerate() {
            let path = format!("$.data[{index}]");
            let id = |item: &Map<String, Value>| id_in(item, &path);
            let unknown = || {
                Fault::new(Condition::RecordIdUnknown)
                    .with("api_name", "id")
                    .with("json_path", format!("{path}.id"))
            };
            answers.push(update(call, tx, item, &path, id, unknown))?;
        }
        Ok(answers.into_reply())
    }
}

/// Changes the record that `id_of` finds for an item. `unknown` is the fault if there is none.
pub(super) fn update(
    call: &Call<'_>,
    tx: &mut dyn Transaction,
    item: Value,
    path: &str,
    id_of: impl FnOnce(&Map<String, Value>) -> Result<Option<RecordId>, Fault>,
    unknown: impl FnOnce() -> Fault,
) -> Result<Value, Fault> {
    let module = call.module()?;
    let stamp = call.stamp()?;
    let input = body::object(item, path)?;
    let id = id_of(&input)?;
    let checked = change::check(call, &input, path, Mode::Update)?;

    let record = match id {
        Some(id) => tx.record(call.caller.org(), module.number, id)?,
        None => None,
    };
    let Record { head, fields } = record.ok_or_else(unknown)?;
    let permit = permit(call, &head, path)?;
    check_unmodified(call, &head)?;

    let removes_photo = change::removes_photo(call, &input, path, head.image.as_deref())?;
    let before = fields;
    let fields = merge(&before, checked.fields);
    validate::check_together(module, call.metadata().zone(), &before, &fields, path)?;
    change::check_lookups(call, tx, &checked.lookups)?;
    let unique = change::unique(call, tx, &fields, path, Some(head.id))?;
    let change = RecordChange {
        name: display_name(module, &fields),
        owner: checked.owner.unwrap_or(head.owner),
        fields,
        unique,
        stamp,
    };
    let (permit, photo) = permit.and_photo();
    tx.update_record(permit, &change)?;
    if removes_photo {
        tx.remove_photo(photo, stamp)?;
    }
    Ok(success(
        "record updated",
        change::details(call, head.id, head.created, stamp),
    ))
}

/// The id in an item: text, or a number as some clients write it.
fn id_in(item: &Map<String, Value>, path: &str) -> Result<Option<RecordId>, Fault> {
    let fault = |condition| {
        Fault::new(condition)
            .with("api_name", "id")
            .with("json_path", format!("{path}.id"))
    };
    match item.get("id") {
        None | Some(Value::Null) => Err(fault(Condition::FieldMandatoryMissing)),
        Some(Value::String(id)) => Ok(RecordId::parse(id)),
        Some(Value::Number(id)) => Ok(id.as_i64().and_then(RecordId::new)),
        Some(_) => Err(fault(Condition::FieldTypeWrong).with("expected_data_type", "bigint")),
    }
}

/// Sharing, then the lock.
fn permit(
    call: &Call<'_>,
    head: &RecordHead,
    path: &str,
) -> Result<Permit<policy::UpdateRecord>, Fault> {
    authorize(call.caller, call.module()?, head).map_err(|fault| match fault.condition() {
        Condition::RecordUpdateLocked => fault
            .with("api_name", "id")
            .with("json_path", format!("{path}.id"))
            .with("action", "record_locking"),
        _ => fault,
    })
}

/// `If-Unmodified-Since`.
fn check_unmodified(call: &Call<'_>, head: &RecordHead) -> Result<(), Fault> {
    let since = parameters::unmodified_since(call);
    if since.is_none_or(|since| head.modified.at <= since) {
        return Ok(());
    }
    let details = change::stamps(call, head.id, head.created, head.modified);
    let mut fault = Fault::new(Condition::RecordModifiedSince);
    for key in [
        "Modified_Time",
        "Created_Time",
        "id",
        "Modified_By",
        "Created_By",
    ] {
        fault = fault.with(key, details.get(key).cloned().unwrap_or_default());
    }
    Err(fault)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_item_s_id_is_text_or_a_number() {
        let id = |item: Value| {
            let Value::Object(item) = item else {
                return Err(Condition::BodyInvalid);
            };
            let id = id_in(&item, "$.data[4]").map(|id| id.map(RecordId::get));
            id.map_err(|fault| {
                assert_eq!(fault.to_json()["details"]["json_path"], "$.data[4].id");
                fault.condition()
            })
        };
        assert_eq!(id(json!({ "id": "12" })), Ok(Some(12)));
        assert_eq!(id(json!({ "id": 12 })), Ok(Some(12)));
        assert_eq!(id(json!({ "id": "x" })), Ok(None));
        assert_eq!(id(json!({ "id": 1.5 })), Ok(None));
        assert_eq!(
            id(json!({ "id": null })),
            Err(Condition::FieldMandatoryMissing)
        );
        assert_eq!(id(json!({})), Err(Condition::FieldMandatoryMissing));
        assert_eq!(id(json!({ "id": {} })), Err(Condition::FieldTypeWrong));
    }
}
