//! `POST /crm/{version}/{module}`: "Insert Records".

use super::answers::Answers;
use super::known::Known;
use super::{PATH_OF_MODULE, annexes, body, by_name, change, faults, rows};
use crate::call::ModuleCall;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{
    BODY_INVALID, BODY_NO_ITEMS, BODY_TOO_MANY_ITEMS, FIELD_DUPLICATE, FIELD_MANDATORY_MISSING,
    FIELD_NOT_WRITABLE, FIELD_TOO_LONG, FIELD_TYPE_WRONG, FIELD_VALUE_INVALID, FIELDS_MANY_WRONG,
    KEY_NOT_SERVED, STORE_FAILED, TRIGGER_INVALID, VALUE_IMPOSSIBLE,
};
use crate::operations::tags;
use crate::policy::{self, Permit, WriteRelated, authorize_create};
use crate::schema::validate::{self, Checked, Mode};
use crate::schema::{Kind, Number};
use crate::transaction::{RecordHead, Stamp, Transaction};
use serde_json::{Map, Value};
use tanzanite_protocol::endpoint::Cost;
use tanzanite_protocol::envelope::success;
use tanzanite_protocol::{
    Body, Descriptor, Fault, Method, RecordId, Row, ScopeNeed, ScopeOperation, limits,
};

/// The scopes that allow making records.
pub(super) const SCOPE: ScopeNeed =
    ScopeNeed::module(&[ScopeOperation::Create, ScopeOperation::Write]);

/// The faults of making records.
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
    &VALUE_IMPOSSIBLE,
    &faults::VALUE_NOT_MAPPED,
    &faults::ROW_UNKNOWN,
    &tags::faults::TOO_MANY,
    &FIELD_DUPLICATE,
];

/// The message of a record that was made.
pub(super) const ADDED: &str = "record added";

/// Makes up to a hundred records.
pub static INSERT: Endpoint = Endpoint::in_module::<policy::CreateRecord>(
    Descriptor::new(
        "record.insert",
        "Insert Records",
        Method::Post,
        PATH_OF_MODULE,
    )
    .scope(SCOPE)
    .body(Body::Json)
    .cost(Cost::Records(10))
    .refuses(FAULTS),
    insert,
);

pub(crate) fn insert(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    body::answer(call, limits::RECORDS_PER_CALL_MAX, &[], |body| {
        insert_all(call, tx, body.items)
    })
}

pub(crate) fn insert_all(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    items: &[Value],
) -> Answer {
    let items = items.iter().enumerate().map(|(index, item)| {
        let path = format!("$.data[{index}]");
        let checked = call.item(|| check(call, body::object(item, &path)?, &path));
        (checked, path)
    });
    let items: Vec<_> = items.collect();
    let sound = items.iter().filter_map(|(item, _)| item.as_ref().ok());
    let mut known = Known::nothing(call);
    known.learn(call, tx, sound.map(|checked| (None, checked)))?;
    let mut answers = Answers::to_write(call, 201);
    for (checked, path) in items {
        let inserted = checked
            .and_then(|checked| call.item(|| insert_one(call, tx, &mut known, checked, &path)));
        answers.push(inserted.map(|details| success(ADDED, details)))?;
    }
    Ok(answers.into_reply())
}

/// Everything about an item that needs no look at other records.
pub(crate) fn check(
    call: &ModuleCall<'_>,
    input: &Map<String, Value>,
    path: &str,
) -> Result<Checked, Fault> {
    let checked = change::check(call, input, path, Mode::Create)?;
    change::removes_photo(call, input, path, None, &KEY_NOT_SERVED)?;
    validate::check_together(
        call.module(),
        call.metadata().zone(),
        &Map::new(),
        &checked.fields,
        path,
        &FIELD_VALUE_INVALID,
    )?;
    Ok(checked)
}

/// A number that no record has, and the id that is made of it.
pub(crate) fn draw_id(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
) -> Result<(i64, RecordId), Fault> {
    let number = tx.next_number(call.caller.org())?;
    let id = RecordId::new(call.metadata().id_of(number))
        .ok_or_else(|| Fault::new(&STORE_FAILED).because("the organisation has run out of ids"))?;
    Ok((number, id))
}

/// A record that has passed every check and that only its writing separates from being there.
pub(crate) struct Ready {
    /// Its values.
    pub(crate) fields: Map<String, Value>,
    unique: Vec<(Number, String)>,
    tags: Option<tags::Plan>,
    owner: RecordId,
    parent: Option<Permit<WriteRelated>>,
    stamp: Stamp,
}

/// Makes a record. Gives the details of the item's answer.
pub(super) fn insert_one(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    known: &mut Known,
    checked: Checked,
    path: &str,
) -> Result<Map<String, Value>, Fault> {
    let ready = make_ready(call, tx, known, checked, path)?;
    let stamp = ready.stamp;
    let id = write(call, tx, known, ready)?;
    Ok(change::details(call, id, stamp, stamp))
}

/// Checks a new record against what there is.
pub(crate) fn make_ready(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    known: &mut Known,
    checked: Checked,
    path: &str,
) -> Result<Ready, Fault> {
    let module = call.module();
    let stamp = call.stamp()?;
    change::check_lookups(call, tx, known, &checked.lookups)?;
    let mut fields = checked.fields;
    let parent = if module.is_annex() {
        Some(annexes::authorize_new(call, &fields, path, tx)?)
    } else {
        None
    };
    let given = rows::take(module, &mut fields);
    change::complete(call, &Map::new(), &mut fields, stamp.at, path)?;
    rows::settle(call, tx, given, &mut fields, path)?;
    let unique = change::unique(call, tx, known, &fields, path, None)?;
    let tags = known.plan_tags(call, tx, checked.tags.as_ref(), path)?;
    by_name::refer(call, tx, &checked.named, &mut fields)?;
    Ok(Ready {
        fields,
        unique,
        tags,
        owner: checked.owner.unwrap_or(stamp.by),
        parent,
        stamp,
    })
}

/// Writes a new record.
pub(crate) fn write(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    known: &mut Known,
    ready: Ready,
) -> Result<RecordId, Fault> {
    let module = call.module();
    let mut fields = ready.fields;
    rows::number(call, tx, &mut fields)?;
    let (number, id) = draw_id(call, tx)?;
    for field in module
        .fields
        .iter()
        .filter(|field| field.kind == Kind::AutoNumber)
    {
        // The vendor counts each module by itself; our series is the organisation's, and as unique. The numbers of
        // its own documents are as long as ids: a quote that was recorded has one.
        let given = if field.custom {
            number.to_string()
        } else {
            id.to_string()
        };
        fields.insert(field.api_name.clone().into_owned(), given.into());
    }
    let head = || RecordHead {
        org: call.caller.org(),
        module: module.number,
        id,
        name: String::new(),
        owner: ready.owner,
        created: ready.stamp,
        modified: ready.stamp,
        image: None,
        lock: None,
    };
    change::enter_blueprint(call, head, &mut fields);
    let record = change::whole(call, fields, ready.unique, ready.owner, ready.stamp);
    let permit = match ready.parent {
        Some(parent) => parent.of_new_annex(module, id),
        None => authorize_create(call.caller, module, id)?,
    };
    let (permit, to_tag) = permit.and_tags();
    tx.insert_record(permit, &record)?;
    known.put_tags(call, tx, ready.tags, to_tag)?;
    known.changed(call, id, &record);
    Ok(id)
}
