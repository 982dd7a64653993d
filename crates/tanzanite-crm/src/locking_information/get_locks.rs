//! `GET /crm/{version}/{module}/{record_id}/Locking_Information__s`: "Get record locking
//! information".

use super::{MODULES, PATH, SCOPE_WORD, configuration, record, render};
use crate::endpoint::{Call, Endpoint};
use crate::parameters;
use crate::policy::{self, authorize, permission_need};
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::endpoint::{Access, Cost, Unserved};
use tanzanite_protocol::{
    Body, Condition, Descriptor, Evidence, Fault, Method, Reply, ScopeNeed, ScopeOperation, limits,
};

/// Lists the locks of a record: one, or 204.
#[derive(Debug)]
pub struct GetLocks;

/// A record has one lock at most, so there is nothing to choose from and no second page.
const UNSERVED: &[Unserved] = &[
    Unserved::External,
    Unserved::Parameter("ids", &[]),
    Unserved::Parameter("page_token", &[]),
];

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Get Record Locking Information",
    group: "record_locking",
    method: Method::Get,
    path: PATH,
    scope: ScopeNeed::module_and(SCOPE_WORD, &[ScopeOperation::Read]),
    module: MODULES,
    unserved: UNSERVED,
    permission: Some(permission_need::<policy::ReadLock>()),
    body: Body::None,
    access: Access::Read,
    cost: Cost::Call(1),
    faults: &[
        Condition::ParameterMissing,
        Condition::ParameterLimit,
        Condition::LockRecordUnknown,
        Condition::RecordViewNotShared,
        Condition::LockNotConfigured,
    ],
    evidence: Evidence::Docs,
};

impl Endpoint for GetLocks {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &Call<'_>, tx: &mut dyn Transaction) -> Result<Reply, Fault> {
        let fields = parameters::fields(call)?
            .ok_or_else(|| Fault::new(Condition::ParameterMissing).with("param_name", "fields"))?;
        let module = call.module()?;
        let head = record(call, tx)?;
        authorize::<policy::ReadLock>(call.caller, module, &head)?;
        let configuration = configuration(call)?;
        let Some(lock) = &head.lock else {
            return Ok(Reply::no_content());
        };
        let lock = render::lock(call, module, &head, lock, configuration, Some(&fields));
        // A record has at most one lock, so there is one page, and `page` and `per_page` change
        // nothing.
        let info = json!({
            "per_page": limits::RECORDS_PER_PAGE_MAX,
            "count": 1,
            "page": 1,
            "more_records": false,
        });
        Ok(Reply::json(200, &json!({ "data": [lock], "info": info })))
    }
}
