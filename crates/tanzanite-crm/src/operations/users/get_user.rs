//! `GET /crm/{version}/users/{user}`: "Get users", for one user.

use super::{PATH_OF_USER, render};
use crate::call::Call;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::PATH_ID_UNKNOWN;
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::{Descriptor, Fault, Method, Reply, ScopeNeed, ScopeOperation};

/// Returns one user, who may be deleted.
pub static GET: Endpoint = Endpoint::in_org(
    Descriptor::new("users.get", "Get User by ID", Method::Get, PATH_OF_USER)
        .scope(ScopeNeed::group("users", &[ScopeOperation::Read]))
        .refuses(&[&PATH_ID_UNKNOWN]),
    get,
);

fn get(call: &Call<'_>, _: &mut dyn Transaction) -> Answer {
    // `users` is segment 0 of the path and the id segment 1, as in the OpenAPI's `PUT` examples.
    let id = call
        .path_id("user")
        .ok_or_else(|| Fault::new(&PATH_ID_UNKNOWN).with("resource_path_index", 1))?;
    // The OpenAPI document lists 204 and no 400 for this call. In v2 an unknown id was answered with 200 and
    // INVALID_DATA ("Kaizen #51"); the newer source is used.
    let metadata = call.metadata();
    let Some(user) = metadata.user(id) else {
        return Ok(Reply::no_content());
    };
    Ok(Reply::json(
        200,
        &json!({ "users": [render::user(metadata, user)] }),
    ))
}
