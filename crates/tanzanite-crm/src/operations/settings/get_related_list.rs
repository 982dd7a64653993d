//! `GET /crm/{version}/settings/related_lists/{id}?module=`: "Related Lists Metadata", one of them.

use super::get_related_lists::related_lists_json;
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{MODULE_PARAMETER_INVALID, PARAMETER_INVALID, PARAMETER_MISSING};
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::{Descriptor, Method, Reply, ScopeNeed, ScopeOperation};

/// Reads one related list; 204 if the module has none with this id.
pub static GET_RELATED_LIST: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "related_lists.get",
        "Get Related List",
        Method::Get,
        "/crm/{version}/settings/related_lists/{id}",
    )
    .scope(ScopeNeed::fixed(
        "settings",
        "related_lists",
        &[ScopeOperation::Read],
    ))
    .refuses(&[
        &PARAMETER_MISSING,
        &MODULE_PARAMETER_INVALID,
        &PARAMETER_INVALID,
    ]),
    get,
);

fn get(call: &Call<'_>, _: &mut dyn Transaction) -> Answer {
    let mut lists = related_lists_json(call)?;
    lists.retain(|list| list["id"] == call.path("id"));
    if lists.is_empty() {
        return Ok(Reply::no_content());
    }
    Ok(Reply::json(200, &json!({ "related_lists": lists })))
}
