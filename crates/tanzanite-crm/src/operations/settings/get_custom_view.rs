//! `GET /crm/{version}/settings/custom_views/{id}?module=`: "Custom Views Metadata", one of them.

use super::get_custom_views::{translation, viewed_module};
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{MODULE_PARAMETER_INVALID, PARAMETER_MISSING};
use crate::schema::{view_json, views};
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::{Descriptor, Method, RecordId, Reply, ScopeNeed, ScopeOperation};

/// Reads one view; 204 if the module has none with this id.
pub static GET_CUSTOM_VIEW: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "custom_views.get",
        "Custom Views Metadata",
        Method::Get,
        "/crm/{version}/settings/custom_views/{id}",
    )
    .scope(ScopeNeed::fixed(
        "settings",
        "custom_views",
        &[ScopeOperation::Read],
    ))
    .refuses(&[&PARAMETER_MISSING, &MODULE_PARAMETER_INVALID]),
    get,
);

fn get(call: &Call<'_>, _: &mut dyn Transaction) -> Answer {
    let module = viewed_module(call)?;
    let metadata = call.metadata();
    let id = call.path_id("id").map(RecordId::get);
    let mut views = views(module).into_iter();
    let Some(view) = views.find(|view| Some(metadata.schema_id_of(view.number)) == id) else {
        return Ok(Reply::no_content());
    };
    Ok(Reply::json(
        200,
        &json!({
            "custom_views": [view_json(metadata, module, &view, true)],
            "info": { "translation": translation() },
        }),
    ))
}
