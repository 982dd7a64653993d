//! `GET /crm/{version}/settings/pipeline/{id}?layout_id=`: "Get Pipelines in a Layout", one of them.

use super::faults::LAYOUT_UNKNOWN;
use super::get_pipelines::pipelines;
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::PARAMETER_MISSING;
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::{Descriptor, Method, Reply, ScopeNeed, ScopeOperation};

/// Reads one pipeline; 204 if the layout has none with this id.
pub static GET_PIPELINE: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "pipeline.get",
        "Get Pipelines in a Layout",
        Method::Get,
        "/crm/{version}/settings/pipeline/{id}",
    )
    .scope(ScopeNeed::fixed(
        "settings",
        "pipeline",
        &[ScopeOperation::Read],
    ))
    .refuses(&[&PARAMETER_MISSING, &LAYOUT_UNKNOWN]),
    get,
);

fn get(call: &Call<'_>, _: &mut dyn Transaction) -> Answer {
    let mut pipelines = pipelines(call)?;
    pipelines.retain(|pipeline| pipeline["id"] == call.path("id"));
    if pipelines.is_empty() {
        return Ok(Reply::no_content());
    }
    Ok(Reply::json(200, &json!({ "pipeline": pipelines })))
}
