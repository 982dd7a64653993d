//! `GET /crm/{version}/{module}/{record_id}`: "Get Records", one by the id in the path.
//!
//! An id of no record is answered with 204, as the OpenAPI documents say; so is a text that is no id
//! at all.

use super::PATH_OF_RECORD;
use super::annexes;
use super::choices::{converted, is_chosen};
use super::render::Renderer;
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{PARAMETER_LIMIT, PARAMETER_PATTERN};
use crate::parameters;
use crate::policy;
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::endpoint::Unserved;
use tanzanite_protocol::{Descriptor, Method, Reply, Row, ScopeNeed, ScopeOperation};

/// The parameters with which the vendor may leave the record out of the answer, each with the values that change
/// nothing. Every record here is approved, so values that ask for such records change nothing. `include_child` changes
/// nothing without a territory.
const UNSERVED: &[Unserved] = &[
    Unserved::External,
    Unserved::Parameter("approved", &["true", "both"]),
    Unserved::Parameter("cvid", &[]),
    Unserved::Parameter("uid", &[]),
    Unserved::Parameter("startDateTime", &[]),
    Unserved::Parameter("endDateTime", &[]),
    Unserved::Parameter("territory_id", &[]),
];

/// The faults of reading one record.
pub(crate) const FAULTS: &[&Row] = &[&PARAMETER_LIMIT, &PARAMETER_PATTERN];

/// Hands out a record: 200, 204 if there is none, 304 if it has not changed.
pub static GET: Endpoint = Endpoint::on_record::<policy::ReadRecord>(
    Descriptor::new("record.get", "Get a Record", Method::Get, PATH_OF_RECORD)
        .scope(ScopeNeed::module(&[ScopeOperation::Read]))
        .unserved(UNSERVED)
        .refuses(FAULTS),
    get,
)
.answering_unknown();

pub(crate) fn get(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let fields = parameters::fields(call)?;
    let converted = converted(call)?;
    let module = call.module();
    let Some(id) = call.path_id("record_id") else {
        return Ok(Reply::no_content());
    };
    let Some(record) = tx.record(call.caller.org(), module.number, id)? else {
        return Ok(Reply::no_content());
    };
    if !is_chosen(converted, module, &record.fields) {
        return Ok(Reply::no_content());
    }
    if module.is_annex() && annexes::parent_in(call, &record.fields, tx)?.is_none() {
        return Ok(Reply::no_content());
    }
    call.authorize_or_by_parent::<policy::ReadRecord>(&record.head, tx)?;
    let since = parameters::modified_since(call);
    if since.is_some_and(|since| record.head.modified.at <= since) {
        return Ok(parameters::not_modified());
    }
    let data = Renderer::whole(call, call.view(), fields).records(&[record], tx)?;
    Ok(Reply::json(200, &json!({ "data": data })))
}
