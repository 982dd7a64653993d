//! `GET /crm/{version}/settings/fields?module=`: "Fields metadata". The SDKs call it before they
//! touch a record.

use crate::endpoint::{Call, Endpoint};
use crate::parameters::{given, one_of};
use crate::schema::{field_json, locking_information};
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

/// Lists a module's fields in the order of its layout. Those of the virtual module of locks too.
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
        let module = metadata
            .module(name)
            .filter(|module| module.api_supported)
            .or_else(|| Some(locking_information()).filter(|module| module.api_name == name))
            .ok_or_else(|| {
                Fault::new(Condition::ModuleParameterInvalid).with("param_name", MODULE)
            })?;
        // Every field that a module has here is used: what was removed is gone.
        if kind == Some(UNUSED) || module.fields.is_empty() {
            return Ok(Reply::no_content());
        }
        let fields: Vec<Value> = module
            .fields
            .iter()
            .map(|field| field_json(metadata, module, field))
            .collect();
        Ok(Reply::json(200, &json!({ "fields": fields })))
    }
}
