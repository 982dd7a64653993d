//! `GET /crm/{version}/{module}/{record_id}`: "Get Records", one by the id in the path.
//!
//! An id of no record is answered with 204, as the OpenAPI documents say; so is what is no id at
//! all.

use super::PATH_OF_RECORD;
use super::render::Renderer;
use crate::endpoint::{Call, Endpoint};
use crate::parameters;
use crate::policy::{self, authorize, permission_need};
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::endpoint::{Access, Cost, Unserved};
use tanzanite_protocol::{
    Body, Condition, Descriptor, Evidence, Fault, Method, ModuleNeed, Reply, ScopeNeed,
    ScopeOperation,
};

/// Hands out a record: 200, 204 if there is none, 304 if it has not changed.
#[derive(Debug)]
pub struct GetRecord;

/// The record API's parameters that could leave the record out of the answer. No lead is converted here and no record waits for approval,
/// so the values that ask for such as ours change nothing, and neither does `include_child` without a territory.
const UNSERVED: &[Unserved] = &[
    Unserved::External,
    Unserved::Parameter("approved", &["true", "both"]),
    Unserved::Parameter("converted", &["false", "both"]),
    Unserved::Parameter("cvid", &[]),
    Unserved::Parameter("uid", &[]),
    Unserved::Parameter("startDateTime", &[]),
    Unserved::Parameter("endDateTime", &[]),
    Unserved::Parameter("territory_id", &[]),
];

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Get a Record",
    group: "record",
    method: Method::Get,
    path: PATH_OF_RECORD,
    scope: ScopeNeed::module(&[ScopeOperation::Read]),
    module: ModuleNeed::Any,
    unserved: UNSERVED,
    permission: Some(permission_need::<policy::ReadRecord>()),
    body: Body::None,
    access: Access::Read,
    cost: Cost::Call(1),
    faults: &[Condition::ParameterLimit, Condition::RecordViewNotShared],
    evidence: Evidence::OpenApi,
};

impl Endpoint for GetRecord {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &Call<'_>, tx: &mut dyn Transaction) -> Result<Reply, Fault> {
        let fields = parameters::fields(call)?;
        let module = call.module()?;
        let Some(id) = call.path_id("record_id") else {
            return Ok(Reply::no_content());
        };
        let Some(record) = tx.record(call.caller.org(), module.number, id)? else {
            return Ok(Reply::no_content());
        };
        authorize::<policy::ReadRecord>(call.caller, module, &record.head)?;
        let since = parameters::modified_since(call);
        if since.is_some_and(|since| record.head.modified.at <= since) {
            return Ok(parameters::not_modified());
        }
        let record = Renderer::new(call, fields)?.record(&record, tx)?;
        Ok(Reply::json(200, &json!({ "data": [record] })))
    }
}
