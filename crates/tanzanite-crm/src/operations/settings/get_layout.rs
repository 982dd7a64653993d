//! `GET /crm/{version}/settings/layouts/{id}?module=`: "Layouts Metadata", one of them.

use super::described_module;
use super::get_layouts::layout;
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{MODULE_PARAMETER_INVALID, PARAMETER_MISSING};
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::{Descriptor, Method, Reply, ScopeNeed, ScopeOperation};

/// Reads one layout; 204 if the module has none with this id.
pub static GET_LAYOUT: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "layouts.get",
        "Layouts Metadata",
        Method::Get,
        "/crm/{version}/settings/layouts/{id}",
    )
    .scope(ScopeNeed::fixed(
        "settings",
        "layouts",
        &[ScopeOperation::Read],
    ))
    .refuses(&[&PARAMETER_MISSING, &MODULE_PARAMETER_INVALID]),
    get,
);

fn get(call: &Call<'_>, _: &mut dyn Transaction) -> Answer {
    let module = described_module(call)?;
    let own = call.metadata().layout_id_of(module);
    if call.path_id("id").is_none_or(|id| id.get() != own) {
        return Ok(Reply::no_content());
    }
    Ok(Reply::json(
        200,
        &json!({ "layouts": [layout(call, module)] }),
    ))
}
