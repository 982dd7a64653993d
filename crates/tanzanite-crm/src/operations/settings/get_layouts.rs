//! `GET /crm/{version}/settings/layouts?module=`: "Layouts Metadata".

use super::described_module;
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{MODULE_PARAMETER_INVALID, PARAMETER_MISSING};
use crate::schema::{Field, Module, layout_json};
use crate::transaction::Transaction;
use serde_json::{Value, json};
use tanzanite_protocol::{Descriptor, Method, Reply, ScopeNeed, ScopeOperation};

/// Lists a module's layouts, of which each has one here.
pub static LIST_LAYOUTS: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "layouts.list",
        "Layouts Metadata",
        Method::Get,
        "/crm/{version}/settings/layouts",
    )
    .scope(ScopeNeed::fixed(
        "settings",
        "layouts",
        &[ScopeOperation::Read],
    ))
    .refuses(&[&PARAMETER_MISSING, &MODULE_PARAMETER_INVALID]),
    layouts,
);

fn layouts(call: &Call<'_>, _: &mut dyn Transaction) -> Answer {
    let module = described_module(call)?;
    Ok(Reply::json(
        200,
        &json!({ "layouts": [layout(call, module)] }),
    ))
}

/// A module's layout as the caller may see it.
pub(super) fn layout(call: &Call<'_>, module: &Module) -> Value {
    let right = |field: &Field| call.caller.profile().field_right(module, field);
    layout_json(call.metadata(), module, right, call.version())
}
