//! `POST /crm/{version}/{module}/actions/remove_tags` and `…/{record_id}/actions/remove_tags`: "Remove Tags from
//! Records". Naming a tag that a record does not have has no effect.

use super::faults;
use super::on_records::{
    Asked, FAULTS, Outcome, asked, each_record, meant, of_module, tags_of, told,
};
use crate::call::{ModuleCall, RecordCall};
use crate::collection::Thing;
use crate::endpoint::{Answer, Endpoint};
use crate::operations::records::Answers;
use crate::policy;
use crate::transaction::{RecordHead, Transaction};
use serde_json::{Map, Value};
use tanzanite_protocol::{Body, Descriptor, Evidence, Fault, Method, ScopeNeed, ScopeOperation};

const SCOPE: ScopeNeed = ScopeNeed::module(&[ScopeOperation::Write, ScopeOperation::Update]);

/// Removes tags from one record.
pub static REMOVE: Endpoint = Endpoint::on_record::<policy::RemoveTags>(
    Descriptor::new(
        "tags.remove_tags",
        "Remove Tags from Records",
        Method::Post,
        "/crm/{version}/{module}/{record_id}/actions/remove_tags",
    )
    .scope(SCOPE)
    .body(Body::Json)
    .refuses(FAULTS)
    .evidence(Evidence::Docs),
    remove,
);

/// Removes tags from up to five hundred records.
pub static REMOVE_MANY: Endpoint = Endpoint::on_records::<policy::RemoveTags>(
    Descriptor::new(
        "tags.remove_tags_many",
        "Remove Tags from Records",
        Method::Post,
        "/crm/{version}/{module}/actions/remove_tags",
    )
    .scope(SCOPE)
    .body(Body::Json)
    .refuses(FAULTS)
    .evidence(Evidence::Docs),
    &faults::RECORD_UNKNOWN,
    remove_many,
);

fn remove(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let asked = asked(call, false)?;
    let head = call.record(tx)?;
    let tags = of_module(call, tx)?;
    let mut answers = Answers::new(200);
    answers.push(call.item(|| {
        let has = tags_of(call, head.id, tx)?;
        remove_from(call, &head, has, &asked, &tags, tx).map(|(_, answer)| answer)
    }))?;
    Ok(answers.into_reply())
}

fn remove_many(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let asked = asked(call, true)?;
    let tags = of_module(call, tx)?;
    let Outcome {
        answers, locked, ..
    } = each_record(call, &asked.ids, tx, |head, has, tx| {
        remove_from(call, head, has, &asked, &tags, tx)
    })?;
    let mut beside = Map::new();
    beside.insert("locked_count".to_owned(), locked.to_string().into());
    Ok(answers.with(beside).into_reply())
}

/// Removes tags from a record that has the tags `has`. Returns the ids of the record's remaining tags, and the answer.
fn remove_from(
    call: &ModuleCall<'_>,
    head: &RecordHead,
    mut has: Vec<i64>,
    asked: &Asked,
    tags: &[Thing],
    tx: &mut dyn Transaction,
) -> Result<(Vec<i64>, Value), Fault> {
    let permit = call.authorize::<policy::RemoveTags>(head)?;
    let gone: Vec<i64> = asked
        .tags
        .iter()
        .filter_map(|named| Some(meant(named, tags)?.id))
        .collect();
    has.retain(|id| !gone.contains(id));
    tx.unlink(permit.of_tags(), Some(&gone))?;
    let answer = told(call, head.id.get(), tags, &has);
    Ok((has, answer))
}
