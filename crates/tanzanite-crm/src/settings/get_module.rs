//! `GET /crm/{version}/settings/modules/{api_name}`: "Modules metadata", one of them. The OpenAPI
//! document takes the module's id in the name's place.

use crate::endpoint::{Call, Endpoint};
use crate::schema::module_json;
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::endpoint::{Access, Cost};
use tanzanite_protocol::{
    Body, Condition, Descriptor, Evidence, Fault, Method, ModuleNeed, Reply, ScopeNeed,
    ScopeOperation,
};

/// Reads one module.
#[derive(Debug)]
pub struct GetModule;

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Get Module Metadata",
    group: "modules",
    method: Method::Get,
    path: "/crm/{version}/settings/modules/{api_name}",
    scope: ScopeNeed::fixed("settings", "modules", &[ScopeOperation::Read]),
    module: ModuleNeed::None,
    unserved: &[],
    permission: None,
    body: Body::None,
    access: Access::Read,
    cost: Cost::Call(1),
    faults: &[Condition::ModuleUnknown],
    evidence: Evidence::OpenApi,
};

impl Endpoint for GetModule {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &Call<'_>, _: &mut dyn Transaction) -> Result<Reply, Fault> {
        let metadata = call.metadata();
        let by_name = metadata.module_called(call.path("api_name"));
        let module = by_name.or_else(|| {
            let id = call.path_id("api_name")?.get();
            metadata
                .modules()
                .find(|module| metadata.schema_id_of(module.number) == id)
        });
        // Assumed: segment 2, after `settings` and `modules`, as the OpenAPI document counts for
        // locking configurations.
        let module = module
            .ok_or_else(|| Fault::new(Condition::ModuleUnknown).with("resource_path_index", 2))?;
        Ok(Reply::json(
            200,
            &json!({ "modules": [module_json(metadata, module, call.version(), true)] }),
        ))
    }
}
