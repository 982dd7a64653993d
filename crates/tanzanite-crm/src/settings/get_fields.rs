//! `GET /crm/{version}/settings/fields?module=`: "Fields metadata". The SDKs call it before they
//! touch a record.

use crate::endpoint::{Call, Endpoint};
use crate::parameters::{given, one_of};
use crate::schema::{Support, field_json};
use crate::transaction::Transaction;
use serde_json::{Value, json};
use tanzanite_protocol::endpoint::{Access, Cost};
use tanzanite_protocol::{
    Body, Condition, Descriptor, Evidence, Fault, Method, ModuleNeed, Reply, ScopeNeed,
    ScopeOperation,
};

const MODULE: &str = "module";
const UNUSED: &str = "unused";
const TYPES: &[&str] = &["used", UNUSED, "all"];

/// Lists a module's fields in the order of its layout.
#[derive(Debug)]
pub struct GetFields;

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Get Fields Metadata",
    group: "fields",
    method: Method::Get,
    path: "/crm/{version}/settings/fields",
    scope: ScopeNeed::fixed("settings", "fields", &[ScopeOperation::Read]),
    module: ModuleNeed::None,
    unserved: &[],
    permission: None,
    body: Body::None,
    access: Access::Read,
    cost: Cost::Call(1),
    faults: &[
        Condition::ParameterMissing,
        Condition::ParameterInvalid,
        Condition::ModuleParameterInvalid,
        Condition::ModuleParameterNotServed,
    ],
    evidence: Evidence::OpenApi,
};

impl Endpoint for GetFields {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &Call<'_>, _: &mut dyn Transaction) -> Result<Reply, Fault> {
        let name = given(call, MODULE)
            .ok_or_else(|| Fault::new(Condition::ParameterMissing).with("param_name", MODULE))?;
        let kind = one_of(call, "type", TYPES)?;
        let metadata = call.metadata();
        let fault = |condition| Fault::new(condition).with("param_name", MODULE);
        let module = match metadata.module_called(name) {
            Some(module) if module.is_described() => module,
            Some(module) if module.support == Support::Unserved => {
                let fault = fault(Condition::ModuleParameterNotServed);
                return Err(fault.with("module", module.api_name.as_ref()));
            }
            _ => return Err(fault(Condition::ModuleParameterInvalid)),
        };
        // Every field that a module has here is used: what was removed is gone.
        if kind == Some(UNUSED) || module.fields.is_empty() {
            return Ok(Reply::no_content());
        }
        let fields: Vec<Value> = module
            .fields
            .iter()
            .map(|field| field_json(metadata, module, field, call.version()))
            .collect();
        Ok(Reply::json(200, &json!({ "fields": fields })))
    }
}
