//! `POST /crm/{version}/{module}/actions/add_tags` and `…/{record_id}/actions/add_tags`: "Add Tags to Records". A new
//! name makes a new tag.

use super::on_records::{Asked, Named, Outcome, asked, each_record, of_module, tags_of, told};
use super::plan::Plan;
use super::{TAGS, faults};
use crate::call::{ModuleCall, RecordCall};
use crate::collection::{self, Thing};
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{
    BODY_INVALID, BODY_NO_ITEMS, FIELD_MANDATORY_MISSING, FIELD_TOO_LONG, FIELD_TYPE_WRONG,
    FIELD_VALUE_INVALID, VALUE_IMPOSSIBLE,
};
use crate::operations::records::Answers;
use crate::policy;
use crate::transaction::{RecordHead, Transaction};
use serde_json::{Map, Value};
use tanzanite_protocol::endpoint::Cost;
use tanzanite_protocol::{
    Body, Descriptor, Evidence, Fault, Method, Row, ScopeNeed, ScopeOperation,
};

const SCOPE: ScopeNeed = ScopeNeed::module(&[
    ScopeOperation::Write,
    ScopeOperation::Create,
    ScopeOperation::Update,
]);

const FAULTS: &[&Row] = &[
    &BODY_INVALID,
    &BODY_NO_ITEMS,
    &FIELD_MANDATORY_MISSING,
    &FIELD_TYPE_WRONG,
    &FIELD_TOO_LONG,
    &FIELD_VALUE_INVALID,
    &VALUE_IMPOSSIBLE,
    &faults::TOO_MANY,
    &faults::TOO_MANY_ON_RECORD,
];

/// Adds tags to one record.
pub static ADD: Endpoint = Endpoint::on_record::<policy::AddTags>(
    Descriptor::new(
        "tags.add_tags",
        "Add Tags to Records",
        Method::Post,
        "/crm/{version}/{module}/{record_id}/actions/add_tags",
    )
    .scope(SCOPE)
    .body(Body::Json)
    .refuses(FAULTS)
    .evidence(Evidence::Docs),
    add,
);

/// Adds tags to up to five hundred records.
pub static ADD_MANY: Endpoint = Endpoint::on_records::<policy::AddTags>(
    Descriptor::new(
        "tags.add_tags_many",
        "Add Tags to Records",
        Method::Post,
        "/crm/{version}/{module}/actions/add_tags",
    )
    .scope(SCOPE)
    .body(Body::Json)
    .cost(Cost::Call(1))
    .refuses(FAULTS)
    .evidence(Evidence::Docs),
    &faults::RECORD_UNKNOWN,
    add_many,
);

fn add(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let asked = asked(call, false)?;
    let head = call.record(tx)?;
    let mut answers = Answers::new(200);
    let mut tags = of_module(call, tx)?;
    answers.push(call.item(|| {
        let has = tags_of(call, head.id, tx)?;
        add_to(call, &head, has, &asked, &mut tags, tx).map(|(_, answer)| answer)
    }))?;
    Ok(answers.into_reply())
}

fn add_many(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let asked = asked(call, true)?;
    let mut tags = of_module(call, tx)?;
    let Outcome {
        answers,
        changed,
        locked,
    } = each_record(call, &asked.ids, tx, |head, has, tx| {
        add_to(call, head, has, &asked, &mut tags, tx)
    })?;
    let mut beside = Map::new();
    beside.insert("success_count".to_owned(), changed.to_string().into());
    beside.insert("locked_count".to_owned(), locked.to_string().into());
    Ok(answers.with(beside).into_reply())
}

/// Adds tags to a record that has the tags `has`. New tags are made and appended to `tags`. Returns the ids of the
/// record's tags, and the answer.
fn add_to(
    call: &ModuleCall<'_>,
    head: &RecordHead,
    has: Vec<i64>,
    asked: &Asked,
    tags: &mut Vec<Thing>,
    tx: &mut dyn Transaction,
) -> Result<(Vec<i64>, Value), Fault> {
    let permit = call.authorize::<policy::AddTags>(head)?;
    let has = if asked.over_write { Vec::new() } else { has };
    let may_make = |place, named: &Named| match named.name {
        Some(_) => Ok(()),
        None => Err(unknown_tag(place)),
    };
    let plan = Plan::of(asked.tags.clone(), tags, has, may_make)?;
    plan.check(tags)?;
    let ids = plan.make(call, tags, tx)?;
    let (added, removed) = permit.of_tags();
    if asked.over_write {
        tx.unlink(removed, None)?;
    }
    tx.link(added, &ids)?;
    let answer = told(call, head.id.get(), tags, &ids);
    Ok((ids, answer))
}

fn unknown_tag(place: usize) -> Fault {
    Fault::new(&VALUE_IMPOSSIBLE)
        .with("api_name", "id")
        .with("json_path", format!("$.tags[{place}].id"))
}

/// Makes a tag in the module.
pub(super) fn make(
    call: &ModuleCall<'_>,
    named: &Named,
    tx: &mut dyn Transaction,
) -> Result<Thing, Fault> {
    let mut body = Map::new();
    body.insert("name".to_owned(), named.name.clone().into());
    body.insert("color_code".to_owned(), named.colour.clone());
    let tag = Thing {
        id: call.metadata().id_of(tx.next_number(call.caller.org())?),
        within: call.module().number,
        body,
    };
    let tag = collection::stamped(tag, call)?;
    collection::put(&TAGS, &tag, call, tx)?;
    Ok(tag)
}
