//! `GET /crm/{version}/settings/modules`: "Modules metadata". The SDKs call it first.

use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults;
use crate::parameters::{self, one_of};
use crate::schema::module_json;
use crate::transaction::Transaction;
use serde_json::{Value, json};
use tanzanite_protocol::{Descriptor, Method, Reply, ScopeNeed, ScopeOperation};

const STATUSES: &[&str] = &[
    "visible",
    "user_hidden",
    "system_hidden",
    "scheduled_for_deletion",
];

/// Lists the modules, those too that the API does not support; 304 if nothing has changed.
pub static LIST_MODULES: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "modules.list",
        "Get Modules Metadata",
        Method::Get,
        "/crm/{version}/settings/modules",
    )
    .scope(ScopeNeed::fixed(
        "settings",
        "modules",
        &[ScopeOperation::Read],
    ))
    .refuses(&[&faults::PARAMETER_INVALID]),
    modules,
);

fn modules(call: &Call<'_>, _: &mut dyn Transaction) -> Answer {
    let status = one_of(call, "status", STATUSES)?;
    let metadata = call.metadata();
    // No module has a time of its own: they are as old as the settings.
    if parameters::modified_since(call).is_some_and(|since| metadata.changed() <= since) {
        return Ok(parameters::not_modified());
    }
    let modules: Vec<Value> = metadata
        .modules()
        .filter(|module| status.is_none_or(|wanted| module.status() == wanted))
        .map(|module| module_json(metadata, module, call.version(), false))
        .collect();
    if modules.is_empty() {
        return Ok(Reply::no_content());
    }
    Ok(Reply::json(200, &json!({ "modules": modules })))
}
