//! `PUT /crm/{version}/{module}`: "Update Records", each by the id in its item.
//!
//! A record that two items name is changed twice, in the items' order.

use super::answers::Answers;
use super::known::Known;
use super::{PATH_OF_MODULE, body, by_name, change, faults, rows};
use crate::call::ModuleCall;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{
    BODY_INVALID, BODY_NO_ITEMS, BODY_TOO_MANY_ITEMS, FIELD_DUPLICATE, FIELD_MANDATORY_MISSING,
    FIELD_NOT_WRITABLE, FIELD_TOO_LONG, FIELD_TYPE_WRONG, FIELD_VALUE_INVALID, FIELDS_MANY_WRONG,
    KEY_NOT_SERVED, TRIGGER_INVALID, VALUE_IMPOSSIBLE,
};
use crate::operations::{blueprint, tags};
use crate::parameters;
use crate::policy::{self, Permit};
use crate::schema::conversion::is_converted;
use crate::schema::validate::{self, Checked, Mode, merge};
use crate::transaction::{Record, RecordHead, Transaction};
use serde_json::{Map, Value};
use tanzanite_protocol::endpoint::Cost;
use tanzanite_protocol::envelope::success;
use tanzanite_protocol::{
    Body, Descriptor, Fault, Method, RecordId, Row, ScopeNeed, ScopeOperation, Stage, limits,
};

/// The scopes that allow updating records.
pub(super) const SCOPE: ScopeNeed =
    ScopeNeed::module(&[ScopeOperation::Update, ScopeOperation::Write]);

/// The faults of updating one or many records, beside those that the record's id, sharing and lock may give.
pub(crate) const FAULTS: &[&Row] = &[
    &BODY_INVALID,
    &BODY_NO_ITEMS,
    &BODY_TOO_MANY_ITEMS,
    &TRIGGER_INVALID,
    &KEY_NOT_SERVED,
    &FIELD_MANDATORY_MISSING,
    &FIELD_TYPE_WRONG,
    &FIELD_NOT_WRITABLE,
    &FIELD_TOO_LONG,
    &FIELD_VALUE_INVALID,
    &FIELDS_MANY_WRONG,
    &faults::MODIFIED_SINCE,
    &faults::IMAGE_NOT_SERVED,
    &VALUE_IMPOSSIBLE,
    &blueprint::faults::RECORD_IN_BLUEPRINT,
    &faults::VALUE_NOT_MAPPED,
    &faults::ROW_UNKNOWN,
    &tags::faults::TOO_MANY,
    &FIELD_DUPLICATE,
];

/// The message of a record that was changed.
pub(crate) const UPDATED: &str = "record updated";

/// Changes up to a hundred records.
pub static UPDATE_MANY: Endpoint = Endpoint::on_records::<policy::UpdateRecord>(
    Descriptor::new(
        "record.update_many",
        "Update Records",
        Method::Put,
        PATH_OF_MODULE,
    )
    .scope(SCOPE)
    .body(Body::Json)
    .cost(Cost::Records(10))
    .refuses(FAULTS),
    &faults::ID_UNKNOWN,
    update_many,
);

pub(crate) fn update_many(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    body::answer(call, limits::RECORDS_PER_CALL_MAX, &[], |body| {
        update_all(call, tx, body.items, |_| true)
    })
}

/// Changes the records that the items name, if they are meant by their values.
pub(crate) fn update_all(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    items: &[Value],
    is_meant: impl Fn(&Map<String, Value>) -> bool,
) -> Answer {
    let items = items.iter().enumerate().map(|(index, item)| {
        let path = format!("$.data[{index}]");
        let checked = call.item(|| Item::check(call, item, &path, |item| id_in(item, &path)));
        (checked, path)
    });
    let items: Vec<_> = items.collect();
    let sound = items.iter().filter_map(|(item, _)| item.as_ref().ok());
    let mut known = Known::nothing(call);
    known.learn(call, tx, sound.map(|item| (item.id, &item.checked)))?;
    let mut answers = Answers::to_write(call, 200);
    for (item, path) in items {
        let updated = item.and_then(|item| {
            let id = item.id;
            call.item(|| {
                update(call, tx, &mut known, item, &path, |known, tx| {
                    find(call, tx, known, id, &path, &is_meant)
                })
            })
        });
        answers.push(updated.map(|details| success(UPDATED, details)))?;
    }
    Ok(answers.into_reply())
}

/// A change of one record that has passed all checks that need no look at the record.
pub(crate) struct Item<'a> {
    pub(super) input: &'a Map<String, Value>,
    /// The record's id; `None` if the value under `id` is no valid id.
    pub(super) id: Option<RecordId>,
    pub(super) checked: Checked,
}

impl<'a> Item<'a> {
    /// Checks the item at `path`; `id_of` gives the record's id.
    pub(crate) fn check(
        call: &ModuleCall<'_>,
        item: &'a Value,
        path: &str,
        id_of: impl FnOnce(&Map<String, Value>) -> Result<Option<RecordId>, Fault>,
    ) -> Result<Self, Fault> {
        let input = body::object(item, path)?;
        let id = id_of(input)?;
        let checked = change::check(call, input, path, Mode::Update)?;
        Ok(Self { input, id, checked })
    }
}

/// The record that an item names, or the fault for an id of no record.
pub(super) fn find(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    known: &mut Known,
    id: Option<RecordId>,
    path: &str,
    is_meant: impl Fn(&Map<String, Value>) -> bool,
) -> Result<Record, Fault> {
    let record = match id {
        Some(id) => known.take_record(call, tx, call.module().number, id)?,
        None => None,
    };
    let record = record.filter(|record| is_meant(&record.fields));
    let record = record.filter(|record| !is_converted(call.module(), &record.fields));
    record.ok_or_else(|| {
        Fault::new(&faults::ID_UNKNOWN)
            .with("api_name", "id")
            .with("json_path", format!("{path}.id"))
    })
}

/// Changes the record that `find` gives, as the item at `path` says. Gives the details of the item's answer.
pub(crate) fn update(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    known: &mut Known,
    Item { input, checked, .. }: Item<'_>,
    path: &str,
    find: impl FnOnce(&mut Known, &mut dyn Transaction) -> Result<Record, Fault>,
) -> Result<Map<String, Value>, Fault> {
    let module = call.module();
    let stamp = call.stamp()?;
    change::check_lookups(call, tx, known, &checked.lookups)?;

    call.reach(Stage::Record);
    let Record { head, fields } = find(known, tx)?;
    let permit = permit(call, tx, &head, path)?;
    check_unmodified(call, &head)?;

    let photo = head.image.as_deref();
    let removes_photo = change::removes_photo(call, input, path, photo, &faults::IMAGE_NOT_SERVED)?;
    let before = fields;
    let mut changed = checked.fields;
    let given = rows::take(module, &mut changed);
    if let Err(field) = validate::append(&checked.appended, &before, &mut changed) {
        call.reach(Stage::State);
        return Err(validate::Place::new(path, field).fault(&VALUE_IMPOSSIBLE));
    }
    let mut fields = merge(&before, changed);
    blueprint::check_state_kept(call, &before, &fields, path)?;
    let zone = call.metadata().zone();
    let disagree = &VALUE_IMPOSSIBLE;
    validate::check_together(module, zone, &before, &fields, path, disagree)?;
    change::complete(call, &before, &mut fields, head.created.at, path)?;
    rows::settle(call, tx, given, &mut fields, path)?;
    let unique = change::unique(call, tx, known, &fields, path, Some(head.id))?;
    let tags = known.plan_tags(call, tx, checked.tags.as_ref(), path)?;
    by_name::refer(call, tx, &checked.named, &mut fields)?;
    rows::number(call, tx, &mut fields)?;
    let owner = checked.owner.unwrap_or(head.owner);
    let head_after = || RecordHead {
        owner,
        modified: stamp,
        ..head.clone()
    };
    change::enter_blueprint(call, head_after, &mut fields);
    let change = change::of(call, &before, fields, unique, owner, stamp);
    let (permit, photo, to_tag) = permit.and_parts();
    tx.update_record(permit, &change)?;
    known.put_tags(call, tx, tags, to_tag)?;
    known.changed(call, head.id, &change);
    if removes_photo {
        tx.remove_file(photo, stamp)?;
    }
    Ok(change::details(call, head.id, head.created, stamp))
}

/// The id in an item: a text, or a number, as some clients write it.
pub(crate) fn id_in(item: &Map<String, Value>, path: &str) -> Result<Option<RecordId>, Fault> {
    let fault = |row| {
        Fault::new(row)
            .with("api_name", "id")
            .with("json_path", format!("{path}.id"))
    };
    match item.get("id") {
        None | Some(Value::Null) => Err(fault(&FIELD_MANDATORY_MISSING)),
        Some(id @ (Value::String(_) | Value::Number(_))) => Ok(validate::id_of(id)),
        Some(_) => Err(fault(&FIELD_TYPE_WRONG).with("expected_data_type", "bigint")),
    }
}

/// Checks sharing, then the lock.
fn permit(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    head: &RecordHead,
    path: &str,
) -> Result<Permit<policy::UpdateRecord>, Fault> {
    let permit = call.authorize_or_by_parent(head, tx);
    permit.map_err(|fault| locked(fault, path))
}

/// Tells the place of the item whose record is locked.
pub(crate) fn locked(fault: Fault, path: &str) -> Fault {
    fault.saying(&faults::UPDATE_LOCKED, |fault| {
        fault
            .with("api_name", "id")
            .with("json_path", format!("{path}.id"))
            .with("action", "record_locking")
    })
}

/// Checks the header `If-Unmodified-Since`.
fn check_unmodified(call: &ModuleCall<'_>, head: &RecordHead) -> Result<(), Fault> {
    let since = parameters::unmodified_since(call);
    if since.is_none_or(|since| head.modified.at <= since) {
        return Ok(());
    }
    let details = change::stamps(call, head.id, head.created, head.modified);
    let mut fault = Fault::new(&faults::MODIFIED_SINCE);
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
                return Err(&BODY_INVALID);
            };
            let id = id_in(&item, "$.data[4]").map(|id| id.map(RecordId::get));
            id.map_err(|fault| {
                assert_eq!(fault.to_json()["details"]["json_path"], "$.data[4].id");
                fault.row()
            })
        };
        assert_eq!(id(json!({ "id": "12" })), Ok(Some(12)));
        assert_eq!(id(json!({ "id": 12 })), Ok(Some(12)));
        assert_eq!(id(json!({ "id": "x" })), Ok(None));
        assert_eq!(id(json!({ "id": 1.5 })), Ok(None));
        assert_eq!(id(json!({ "id": null })), Err(&FIELD_MANDATORY_MISSING));
        assert_eq!(id(json!({})), Err(&FIELD_MANDATORY_MISSING));
        assert_eq!(id(json!({ "id": {} })), Err(&FIELD_TYPE_WRONG));
    }
}
