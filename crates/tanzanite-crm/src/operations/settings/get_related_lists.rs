//! `GET /crm/{version}/settings/related_lists?module=`: "Related Lists Metadata". The SDKs call it before they touch a
//! related record.

use super::described_module;
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{MODULE_PARAMETER_INVALID, PARAMETER_INVALID, PARAMETER_MISSING};
use crate::parameters::{given, one_of};
use crate::schema::{related_list_json, related_lists};
use crate::transaction::Transaction;
use serde_json::{Value, json};
use tanzanite_protocol::{Descriptor, Fault, Method, Reply, ScopeNeed, ScopeOperation};

const VISIBLE: &str = "visible";
const STATUSES: &[&str] = &[VISIBLE, "user_hidden", "scheduled_for_deletion"];

/// Lists the related lists of a module that are served; 204 if there are none.
pub static LIST_RELATED_LISTS: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "related_lists.list",
        "Related Lists Metadata",
        Method::Get,
        "/crm/{version}/settings/related_lists",
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
    list,
);

fn list(call: &Call<'_>, _: &mut dyn Transaction) -> Answer {
    let lists = related_lists_json(call)?;
    let status = one_of(call, "status", STATUSES)?;
    if lists.is_empty() || status.is_some_and(|status| status != VISIBLE) {
        return Ok(Reply::no_content());
    }
    Ok(Reply::json(200, &json!({ "related_lists": lists })))
}

/// The related lists of the module and the layout that the query names.
pub(super) fn related_lists_json(call: &Call<'_>) -> Result<Vec<Value>, Fault> {
    let module = described_module(call)?;
    let metadata = call.metadata();
    let layout = metadata.layout_id_of(module).to_string();
    if given(call, "layout_id").is_some_and(|given| given != layout) {
        return Err(Fault::new(&PARAMETER_INVALID)
            .with("param_name", "layout_id")
            .with("supported_values", vec![layout]));
    }
    let lists = related_lists(metadata, module);
    let lists = (1_usize..).zip(&lists).map(|(position, list)| {
        related_list_json(metadata, module, list, position, call.version())
    });
    Ok(lists.collect())
}
