//! `GET /crm/{version}/{module}/deleted`: "Get List of Deleted Records".

use crate::call::ModuleCall;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{PAGE_BEYOND_LIMIT, PARAMETER_PATTERN};
use crate::operations::recycle_bin;
use crate::operations::users::reference;
use crate::paging::Page;
use crate::parameters::{self, given, pattern};
use crate::policy;
use crate::transaction::{DeletedQuery, DeletedRecord, DeletedState, Transaction};
use serde_json::{Value, json};
use tanzanite_protocol::endpoint::Cost;
use tanzanite_protocol::{Descriptor, Method, Reply, ScopeNeed, ScopeOperation, limits};

/// Lists the records of a module that were deleted: those in the recycle bin with their names, those that have left it
/// without. 200, 204 if there are none. That one sees as many of them as before they were deleted is assumed.
pub static LIST_DELETED: Endpoint = Endpoint::in_module::<policy::ReadRecord>(
    Descriptor::new(
        "record.list_deleted",
        "Get List of Deleted Records",
        Method::Get,
        "/crm/{version}/{module}/deleted",
    )
    .scope(ScopeNeed::module(&[ScopeOperation::Read]))
    .cost(Cost::Call(2))
    .refuses(&[&PARAMETER_PATTERN, &PAGE_BEYOND_LIMIT]),
    list,
);

fn list(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let state = match given(call, "type") {
        None | Some("all") => DeletedState::Any,
        Some("recycle") => DeletedState::InBin,
        Some("permanent") => DeletedState::Gone,
        Some(_) => return Err(pattern("type")),
    };
    let page = Page::of(call, limits::RECORDS_PER_PAGE_MAX)?;
    let query = DeletedQuery {
        state,
        deleted_since: parameters::modified_since(call),
        offset: page.offset(limits::RECORDS_BY_TOKEN_MAX)?,
        ..recycle_bin::deleted(call, vec![call.view().seen()], page.per_page + 1)
    };
    let (found, more) = page.cut_found(tx.deleted_records(&query)?);
    if found.is_empty() {
        return Ok(Reply::no_content());
    }
    let shown = found.iter().map(|record| {
        let is_gone = record.by.is_none() || record.at < query.in_bin_since;
        shown(call, record, is_gone)
    });
    let shown: Vec<Value> = shown.collect();
    let info = page.info(found.len(), more);
    Ok(Reply::json(200, &json!({ "data": shown, "info": info })))
}

fn shown(call: &ModuleCall<'_>, record: &DeletedRecord, is_gone: bool) -> Value {
    let metadata = call.metadata();
    let by = record.by.filter(|_| !is_gone);
    let created_by = reference(metadata, record.head.created.by);
    json!({
        "deleted_by": by.map(|by| reference(metadata, by)),
        "id": record.head.id.to_string(),
        "display_name": (!is_gone).then_some(record.head.name.as_str()),
        "type": if is_gone { "permanent" } else { "recycle" },
        "created_by": (!is_gone).then_some(created_by),
        "deleted_time": record.at.render(metadata.zone()),
    })
}
