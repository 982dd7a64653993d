//! `GET /crm/{version}/{module}/{record_id}/Locking_Information__s/{lock_id}`.

use super::{MODULES, PATH_OF_LOCK, SCOPE_WORD, configuration, lock, record, render};
use crate::endpoint::{Call, Endpoint};
use crate::parameters;
use crate::policy::{self, authorize, permission_need};
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::endpoint::{Access, Cost, EXTERNAL};
use tanzanite_protocol::{
    Body, Condition, Descriptor, Evidence, Fault, Method, Reply, ScopeNeed, ScopeOperation,
};

/// Reads one lock of a record.
#[derive(Debug)]
pub struct GetLock;

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Get Record Locking Information by ID",
    group: "record_locking",
    method: Method::Get,
    path: PATH_OF_LOCK,
    scope: ScopeNeed::module_and(SCOPE_WORD, &[ScopeOperation::Read]),
    module: MODULES,
    unserved: EXTERNAL,
    permission: Some(permission_need::<policy::ReadLock>()),
    body: Body::None,
    access: Access::Read,
    cost: Cost::Call(1),
    faults: &[
        Condition::ParameterLimit,
        Condition::LockRecordUnknown,
        Condition::RecordViewNotShared,
        Condition::LockNotConfigured,
        Condition::LockUnknown,
        Condition::LockRelationMissing,
    ],
    evidence: Evidence::Docs,
};

impl Endpoint for GetLock {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &Call<'_>, tx: &mut dyn Transaction) -> Result<Reply, Fault> {
        let fields = parameters::fields(call)?;
        let module = call.module()?;
        let head = record(call, tx)?;
        authorize::<policy::ReadLock>(call.caller, module, &head)?;
        let configuration = configuration(call)?;
        let lock = lock(call, &head)?;
        let lock = render::lock(call, module, &head, lock, configuration, fields.as_deref());
        Ok(Reply::json(200, &json!({ "data": [lock] })))
    }
}
