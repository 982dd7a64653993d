//! `GET /crm/{version}/settings/pipeline?layout_id=`: "Get Pipelines in a Layout".

use super::faults::LAYOUT_UNKNOWN;
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::PARAMETER_MISSING;
use crate::parameters::given;
use crate::schema::conversion::Target;
use crate::schema::pipelines_json;
use crate::transaction::Transaction;
use serde_json::{Value, json};
use tanzanite_protocol::{Descriptor, Fault, Method, Reply, ScopeNeed, ScopeOperation};

const LAYOUT: &str = "layout_id";

/// Lists the pipelines of the layout of deals.
pub static LIST_PIPELINES: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "pipeline.list",
        "Get Pipelines in a Layout",
        Method::Get,
        "/crm/{version}/settings/pipeline",
    )
    .scope(ScopeNeed::fixed(
        "settings",
        "pipeline",
        &[ScopeOperation::Read],
    ))
    .refuses(&[&PARAMETER_MISSING, &LAYOUT_UNKNOWN]),
    list,
);

fn list(call: &Call<'_>, _: &mut dyn Transaction) -> Answer {
    let pipelines = pipelines(call)?;
    Ok(Reply::json(200, &json!({ "pipeline": pipelines })))
}

/// The pipelines of the layout that the query names, which must be that of deals.
pub(super) fn pipelines(call: &Call<'_>) -> Result<Vec<Value>, Fault> {
    let given = given(call, LAYOUT)
        .ok_or_else(|| Fault::new(&PARAMETER_MISSING).with("param_name", LAYOUT))?;
    let metadata = call.metadata();
    let deals = metadata.module(Target::Deal.module());
    let deals = deals.filter(|deals| metadata.layout_id_of(deals).to_string() == given);
    let deals = deals.ok_or_else(|| Fault::new(&LAYOUT_UNKNOWN).with("param_name", LAYOUT))?;
    Ok(pipelines_json(metadata, deals))
}
