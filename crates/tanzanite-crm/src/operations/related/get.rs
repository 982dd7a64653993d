//! `GET /crm/{version}/{module}/{record_id}/{related_list}/{related_id}`: "Get Related Records Data", one of them.

use super::faults::{PARENT_UNKNOWN, RELATION_NOT_SERVED, RELATION_UNKNOWN};
use super::{PATH_OF_ONE, connected, in_list, named, seen_in};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::PARAMETER_LIMIT;
use crate::operations::records::Renderer;
use crate::parameters;
use crate::policy;
use crate::transaction::{RecordQuery, Transaction};
use serde_json::json;
use tanzanite_protocol::{Descriptor, Method, Reply, Row, ScopeNeed, ScopeOperation};

pub(super) const FAULTS: &[&Row] = &[&PARAMETER_LIMIT, &RELATION_UNKNOWN, &RELATION_NOT_SERVED];

/// Hands out one of the records that refer to a record: 200, 204 if it is none of them or the caller does not see it,
/// 304 if it has not changed.
pub static GET: Endpoint = Endpoint::on_record::<policy::ReadRelated>(
    Descriptor::new(
        "related_records.get",
        "Get Related Record",
        Method::Get,
        PATH_OF_ONE,
    )
    .scope(ScopeNeed::module(&[ScopeOperation::Read]))
    .refuses(FAULTS),
    get,
)
.unknown(&PARENT_UNKNOWN);

pub(super) fn get(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let list = named(call)?;
    let fields = parameters::fields(call)?;
    let head = call.record(tx)?;
    call.authorize::<policy::ReadRelated>(&head)?;
    let view = seen_in(call, &list)?;
    let Some(id) = call.path_id("related_id") else {
        return Ok(Reply::no_content());
    };
    let connected = connected::of(call, &list, head.id, tx)?;
    let records = tx.records(&RecordQuery {
        criteria: Some(in_list(&list, head.id, &connected)),
        ids: Some(vec![id]),
        ..RecordQuery::all(view.seen(), 1)
    })?;
    let Some(record) = records.first() else {
        return Ok(Reply::no_content());
    };
    let since = parameters::modified_since(call);
    if since.is_some_and(|since| record.head.modified.at <= since) {
        return Ok(parameters::not_modified());
    }
    let mut data = Renderer::whole(call, view, fields).records(&records, tx)?;
    connected::add(&connected::values(&list, &connected), &records, &mut data);
    Ok(Reply::json(200, &json!({ "data": data })))
}
