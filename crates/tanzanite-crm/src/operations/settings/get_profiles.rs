//! `GET /crm/{version}/settings/profiles`: "Get Profiles".

use super::profile_json::profile_json;
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::PARAMETER_UNKNOWN;
use crate::parameters::given;
use crate::transaction::Transaction;
use serde_json::{Value, json};
use tanzanite_protocol::{Descriptor, Fault, Method, Reply, ScopeNeed, ScopeOperation};

/// The types of profiles. That a call without one lists both is the vendor's example.
const NORMAL: &str = "normal_profile";
const TYPES: &[&str] = &[NORMAL, "lite_profile"];
/// The vendor's example; all are in one answer.
const PER_PAGE: u32 = 200;
/// The profiles that the vendor's example may have.
const LICENSE_LIMIT: u32 = 200;

/// Lists the organisation's profiles in the order of their ids.
pub static LIST_PROFILES: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "profiles.list",
        "Profiles",
        Method::Get,
        "/crm/{version}/settings/profiles",
    )
    .scope(ScopeNeed::fixed(
        "settings",
        "profiles",
        &[ScopeOperation::Read],
    ))
    .refuses(&[&PARAMETER_UNKNOWN]),
    list,
);

fn list(call: &Call<'_>, _: &mut dyn Transaction) -> Answer {
    let kind = given(call, "type");
    if kind.is_some_and(|kind| !TYPES.contains(&kind)) {
        return Err(Fault::new(&PARAMETER_UNKNOWN).with("param_name", "type"));
    }
    if kind.is_some_and(|kind| kind != NORMAL) {
        return Ok(Reply::no_content());
    }
    let profiles = call.metadata().profiles();
    let told = profiles.iter().map(|profile| profile_json(call, profile));
    let told: Vec<Value> = told.collect();
    Ok(Reply::json(
        200,
        &json!({
            "profiles": told,
            "info": {
                "page": 1,
                "per_page": PER_PAGE,
                "count": profiles.len(),
                "more_records": false,
                "license_limit": LICENSE_LIMIT,
            },
        }),
    ))
}
