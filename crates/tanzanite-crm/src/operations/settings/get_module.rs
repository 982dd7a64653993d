//! `GET /crm/{version}/settings/modules/{api_name}`: "Modules metadata", one of them. The OpenAPI
//! document takes the module's id in the name's place.

use super::faults;
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::schema::module_json;
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::{Descriptor, Fault, Method, Reply, ScopeNeed, ScopeOperation};

/// Reads one module.
pub static GET_MODULE: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "modules.get",
        "Get Module Metadata",
        Method::Get,
        "/crm/{version}/settings/modules/{api_name}",
    )
    .scope(ScopeNeed::fixed(
        "settings",
        "modules",
        &[ScopeOperation::Read],
    ))
    .refuses(&[&faults::UNKNOWN]),
    module,
);

fn module(call: &Call<'_>, _: &mut dyn Transaction) -> Answer {
    let metadata = call.metadata();
    let by_name = metadata.module_called(call.path("api_name"));
    let module = by_name.or_else(|| {
        let id = call.path_id("api_name")?;
        metadata.module_with_id(id.get())
    });
    // Assumed: segment 2, after `settings` and `modules`, as the OpenAPI document counts for
    // locking configurations.
    let module =
        module.ok_or_else(|| Fault::new(&faults::UNKNOWN).with("resource_path_index", 2))?;
    Ok(Reply::json(
        200,
        &json!({ "modules": [module_json(metadata, module, call.version(), true)] }),
    ))
}
