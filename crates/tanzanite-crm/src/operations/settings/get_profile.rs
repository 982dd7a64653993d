//! `GET /crm/{version}/settings/profiles/{id}`: "Get Profiles", one of them with its permissions.

use super::faults::PROFILE_UNKNOWN;
use super::profile_json::whole_profile_json;
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::{Descriptor, Fault, Method, Reply, ScopeNeed, ScopeOperation};

/// Reads one profile.
pub static GET_PROFILE: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "profiles.get",
        "Profiles",
        Method::Get,
        "/crm/{version}/settings/profiles/{id}",
    )
    .scope(ScopeNeed::fixed(
        "settings",
        "profiles",
        &[ScopeOperation::Read],
    ))
    .refuses(&[&PROFILE_UNKNOWN]),
    get,
);

fn get(call: &Call<'_>, _: &mut dyn Transaction) -> Answer {
    let id = call.path_id("id");
    let profile = id.and_then(|id| call.metadata().profile(id.get()));
    let profile =
        profile.ok_or_else(|| Fault::new(&PROFILE_UNKNOWN).with("resource_path_index", 2))?;
    Ok(Reply::json(
        200,
        &json!({ "profiles": [whole_profile_json(call, profile)] }),
    ))
}
