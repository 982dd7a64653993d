//! `GET /crm/{version}/{module}/{record_id}/Locking_Information__s/{lock_id}`.

use super::{MODULES, PATH_OF_LOCK, SCOPE_WORD, configuration, faults, lock, render};
use crate::endpoint::Endpoint;
use crate::faults::PARAMETER_LIMIT;
use crate::operations::related::faults::PARENT_UNKNOWN;
use crate::parameters;
use crate::policy;
use serde_json::json;
use tanzanite_protocol::{Descriptor, Evidence, Method, Reply, ScopeNeed, ScopeOperation};

/// Reads one lock of a record.
pub static GET: Endpoint = Endpoint::on_record::<policy::ReadLock>(
    Descriptor::new(
        "record_locking.get",
        "Get Record Locking Information by ID",
        Method::Get,
        PATH_OF_LOCK,
    )
    .scope(ScopeNeed::module_and(SCOPE_WORD, &[ScopeOperation::Read]))
    .modules(MODULES)
    .refuses(&[
        &PARAMETER_LIMIT,
        &faults::NOT_CONFIGURED,
        &faults::UNKNOWN,
        &faults::RELATION_MISSING,
    ])
    .evidence(Evidence::Docs),
    |call, tx| {
        let fields = parameters::fields(call)?;
        let module = call.module();
        let head = call.record(tx)?;
        call.authorize::<policy::ReadLock>(&head)?;
        let configuration = configuration(call)?;
        let lock = lock(call, &head)?;
        let lock = render::lock(call, module, &head, lock, configuration, fields.as_deref());
        Ok(Reply::json(200, &json!({ "data": [lock] })))
    },
)
.unknown(&PARENT_UNKNOWN);
