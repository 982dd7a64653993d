//! `GET /crm/{version}/settings/custom_views?module=`: "Custom Views Metadata".

use super::described_module;
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{MODULE_PARAMETER_INVALID, PARAMETER_MISSING, PARAMETER_PATTERN};
use crate::paging::Page;
use crate::schema::{Module, view_json, views};
use crate::transaction::Transaction;
use serde_json::{Value, json};
use tanzanite_protocol::{Descriptor, Fault, Method, Reply, ScopeNeed, ScopeOperation, limits};

/// Lists the views of a module: those that the system defines.
pub static LIST_CUSTOM_VIEWS: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "custom_views.list",
        "Custom Views Metadata",
        Method::Get,
        "/crm/{version}/settings/custom_views",
    )
    .scope(ScopeNeed::fixed(
        "settings",
        "custom_views",
        &[ScopeOperation::Read],
    ))
    .refuses(&[
        &PARAMETER_MISSING,
        &MODULE_PARAMETER_INVALID,
        &PARAMETER_PATTERN,
    ]),
    list,
);

fn list(call: &Call<'_>, _: &mut dyn Transaction) -> Answer {
    let module = viewed_module(call)?;
    let page = Page::of(call, limits::RECORDS_PER_PAGE_MAX)?;
    let metadata = call.metadata();
    let [default, _] = views(module);
    let (shown, more) = page.cut(views(module).into());
    if shown.is_empty() {
        return Ok(Reply::no_content());
    }
    let views = shown
        .iter()
        .map(|view| view_json(metadata, module, view, false));
    let views: Vec<Value> = views.collect();
    let mut info = page.info(views.len(), more);
    info["default"] = metadata.schema_id_of(default.number).to_string().into();
    info["translation"] = translation();
    Ok(Reply::json(
        200,
        &json!({ "custom_views": views, "info": info }),
    ))
}

/// The module whose views are asked for: records of it can be listed.
pub(super) fn viewed_module<'a>(call: &Call<'a>) -> Result<&'a Module, Fault> {
    let module = described_module(call)?;
    if module.is_served() {
        return Ok(module);
    }
    Err(Fault::new(&MODULE_PARAMETER_INVALID).with("param_name", "module"))
}

/// The titles of the groups of views.
pub(super) fn translation() -> Value {
    json!({
        "public_views": "Public Views",
        "other_users_views": "Other User's Views",
        "shared_with_me": "Shared With Me",
        "created_by_me": "Created By Me",
    })
}
