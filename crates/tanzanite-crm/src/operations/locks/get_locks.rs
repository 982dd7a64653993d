//! `GET /crm/{version}/{module}/{record_id}/Locking_Information__s`: "Get record locking
//! information".

use super::{MODULES, PATH, SCOPE_WORD, configuration, faults, render};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{PARAMETER_LIMIT, PARAMETER_MISSING};
use crate::operations::related::faults::PARENT_UNKNOWN;
use crate::parameters;
use crate::policy;
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::endpoint::Unserved;
use tanzanite_protocol::{
    Descriptor, Evidence, Fault, Method, Reply, ScopeNeed, ScopeOperation, limits,
};

/// A record has at most one lock, so filters and pages are not implemented.
const UNSERVED: &[Unserved] = &[
    Unserved::External,
    Unserved::Parameter("ids", &[]),
    Unserved::Parameter("page_token", &[]),
];

/// Lists the locks of a record: one, or 204.
pub static LIST: Endpoint = Endpoint::on_record::<policy::ReadLock>(
    Descriptor::new(
        "record_locking.list",
        "Get Record Locking Information",
        Method::Get,
        PATH,
    )
    .scope(ScopeNeed::module_and(SCOPE_WORD, &[ScopeOperation::Read]))
    .modules(MODULES)
    .unserved(UNSERVED)
    .refuses(&[
        &PARAMETER_MISSING,
        &PARAMETER_LIMIT,
        &faults::NOT_CONFIGURED,
    ])
    .evidence(Evidence::Docs),
    list,
)
.unknown(&PARENT_UNKNOWN);

fn list(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let fields = parameters::fields(call)?
        .ok_or_else(|| Fault::new(&PARAMETER_MISSING).with("param_name", "fields"))?;
    let module = call.module();
    let head = call.record(tx)?;
    call.authorize::<policy::ReadLock>(&head)?;
    let configuration = configuration(call)?;
    let Some(lock) = &head.lock else {
        return Ok(Reply::no_content());
    };
    let lock = render::lock(call, module, &head, lock, configuration, Some(&fields));
    // A record has at most one lock, so there is one page, and `page` and `per_page` have no effect.
    let info = json!({
        "per_page": limits::RECORDS_PER_PAGE_MAX,
        "count": 1,
        "page": 1,
        "more_records": false,
    });
    Ok(Reply::json(200, &json!({ "data": [lock], "info": info })))
}
