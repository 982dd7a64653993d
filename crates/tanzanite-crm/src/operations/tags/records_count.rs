//! `GET /crm/{version}/settings/tags/{id}/actions/records_count?module=`: "Get Record Count for a Specific Tag".

use super::{TAGS, faults, tag};
use crate::call::Call;
use crate::collection::module_parameter;
use crate::endpoint::{Answer, Endpoint};
use crate::stored::Relation;
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::{Descriptor, Evidence, Method, Reply, ScopeNeed, ScopeOperation, Stage};

/// Counts the records of a module that have a tag. The number is sent as a text.
pub static RECORDS_COUNT: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "tags.records_count",
        "Get Record Count for a Specific Tag",
        Method::Get,
        "/crm/{version}/settings/tags/{id}/actions/records_count",
    )
    .scope(ScopeNeed::fixed(
        "settings",
        "tags",
        &[ScopeOperation::Read],
    ))
    .refuses(&[
        &faults::MODULE_MISSING,
        &faults::MODULE_UNKNOWN,
        &faults::MODULE_UNSUPPORTED,
        &faults::UNKNOWN,
    ])
    .evidence(Evidence::Docs),
    count,
);

fn count(call: &Call<'_>, tx: &mut dyn Transaction) -> Answer {
    let module = module_parameter(&TAGS, call)?;
    call.reach(Stage::Record);
    let tag = tag(call, call.path("id"), tx)?;
    let module = module.map_or(0, |module| module.number);
    let count = tx.count_linked_records(call.caller.org(), Relation::TAGGED, tag.id, module)?;
    Ok(Reply::json(200, &json!({ "count": count.to_string() })))
}
