//! `POST /crm/{version}/{module}/actions/remove_tags` and `…/{record_id}/actions/remove_tags`: "Remove Tags from Records". A tag that a
//! record does not have changes nothing.

use super::faults;
use super::on_records::{Asked, FAULTS, asked, links_of, meant, of_module, told};
use crate::call::{ModuleCall, RecordCall};
use crate::collection::Thing;
use crate::endpoint::{Answer, Endpoint};
use crate::policy;
use crate::records::Answers;
use crate::transaction::{RecordHead, Transaction};
use serde_json::{Map, Value};
use tanzanite_protocol::{
    Body, Descriptor, Evidence, Fault, Method, ScopeNeed, ScopeOperation, Stage,
};

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
    answers.push(call.item(|| remove_from(call, &head, &asked, &tags, tx)))?;
    Ok(answers.into_reply())
}

fn remove_many(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let asked = asked(call, true)?;
    let tags = of_module(call, tx)?;
    let mut answers = Answers::new(200);
    let mut locked = 0_usize;
    for (place, id) in asked.ids.iter().enumerate() {
        let answer = call.item(|| {
            call.reach(Stage::Record);
            let head = tx.record_head(call.caller.org(), call.module().number, *id)?;
            let unknown = || {
                Fault::new(&faults::RECORD_UNKNOWN)
                    .with("api_name", "ids")
                    .with("json_path", format!("$.ids[{place}]"))
            };
            remove_from(call, &head.ok_or_else(unknown)?, &asked, &tags, tx)
        });
        if matches!(&answer, Err(fault) if fault.is(&faults::RECORD_LOCKED)) {
            locked += 1;
        }
        answers.push(answer)?;
    }
    let mut beside = Map::new();
    beside.insert("locked_count".to_owned(), locked.to_string().into());
    Ok(answers.with(beside).into_reply())
}

fn remove_from(
    call: &ModuleCall<'_>,
    head: &RecordHead,
    asked: &Asked,
    tags: &[Thing],
    tx: &mut dyn Transaction,
) -> Result<Value, Fault> {
    let permit = call.authorize::<policy::RemoveTags>(head)?;
    let record = head.id.get();
    let mut has = links_of(call, &[record], tx)?
        .remove(&record)
        .unwrap_or_default();
    let gone: Vec<i64> = asked
        .tags
        .iter()
        .filter_map(|named| Some(meant(named, tags)?.id))
        .collect();
    has.retain(|id| !gone.contains(id));
    tx.unlink(permit.of_tags(), Some(&gone))?;
    Ok(told(call, record, tags, &has))
}
