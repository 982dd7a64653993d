//! `GET /crm/{version}/users/{user}`: "Get users", one of them.

use super::{PATH_OF_USER, render};
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::PATH_ID_UNKNOWN;
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::{Descriptor, Fault, Method, Reply, ScopeNeed, ScopeOperation};

/// Reads one user, deleted ones too.
pub static GET: Endpoint = Endpoint::in_org(
    Descriptor::new("users.get", "Get User by ID", Method::Get, PATH_OF_USER)
        .scope(ScopeNeed::group("users", &[ScopeOperation::Read]))
        .refuses(&[&PATH_ID_UNKNOWN]),
    get,
);

fn get(call: &Call<'_>, _: &mut dyn Transaction) -> Answer {
    // `users` is segment 0 of the path, its id 1, as in the OpenAPI's `PUT` examples.
    let id = call
        .path_id("user")
        .ok_or_else(|| Fault::new(&PATH_ID_UNKNOWN).with("resource_path_index", 1))?;
    // The OpenAPI document lists 204 and no 400 for this call. In the days of v2 an unknown id
    // was answered with 200 and INVALID_DATA ("Kaizen #51"); the newer source is taken.
    let metadata = call.metadata();
    let Some(user) = metadata.user(id) else {
        return Ok(Reply::no_content());
    };
    Ok(Reply::json(
        200,
        &json!({ "users": [render::user(metadata, user)] }),
    ))
}
