//! `GET /crm/{version}/settings/fields?module=`: "Fields metadata". The SDKs call it before they
//! touch a record.

use super::described_module;
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults;
use crate::parameters::one_of;
use crate::schema::field_json;
use crate::transaction::Transaction;
use serde_json::{Value, json};
use tanzanite_protocol::{Descriptor, Method, Reply, ScopeNeed, ScopeOperation};

const UNUSED: &str = "unused";
const TYPES: &[&str] = &["used", UNUSED, "all"];

/// Lists a module's fields in the order of its layout.
pub static LIST_FIELDS: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "fields.list",
        "Get Fields Metadata",
        Method::Get,
        "/crm/{version}/settings/fields",
    )
    .scope(ScopeNeed::fixed(
        "settings",
        "fields",
        &[ScopeOperation::Read],
    ))
    .refuses(&[
        &faults::PARAMETER_MISSING,
        &faults::PARAMETER_INVALID,
        &faults::MODULE_PARAMETER_INVALID,
    ]),
    fields,
);

fn fields(call: &Call<'_>, _: &mut dyn Transaction) -> Answer {
    let module = described_module(call)?;
    let kind = one_of(call, "type", TYPES)?;
    let metadata = call.metadata();
    // Every field that a module has here is used: what was removed is gone.
    if kind == Some(UNUSED) || module.fields.is_empty() {
        return Ok(Reply::no_content());
    }
    let right = |field| call.caller.profile().field_right(module, field);
    let fields: Vec<Value> = module
        .fields
        .iter()
        .map(|field| field_json(metadata, module, field, right(field), call.version()))
        .collect();
    Ok(Reply::json(200, &json!({ "fields": fields })))
}
