//! `GET /crm/{version}/users/{user}`: "Get users", one of them.

use super::{PATH_OF_USER, render};
use crate::endpoint::{Call, Endpoint};
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::endpoint::{Access, Cost};
use tanzanite_protocol::{
    Body, Condition, Descriptor, Evidence, Fault, Method, ModuleNeed, Reply, ScopeNeed,
    ScopeOperation,
};

/// Reads one user, deleted ones too.
#[derive(Debug)]
pub struct GetUser;

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Get User by ID",
    group: "users",
    method: Method::Get,
    path: PATH_OF_USER,
    scope: ScopeNeed::group("users", &[ScopeOperation::Read]),
    module: ModuleNeed::None,
    unserved: &[],
    permission: None,
    body: Body::None,
    access: Access::Read,
    cost: Cost::Call(1),
    faults: &[Condition::UserUnknown],
    evidence: Evidence::OpenApi,
};

impl Endpoint for GetUser {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &Call<'_>, _: &mut dyn Transaction) -> Result<Reply, Fault> {
        // `users` is segment 0 of the path, its id 1, as in the OpenAPI's `PUT` examples.
        let id = call
            .path_id("user")
            .ok_or_else(|| Fault::new(Condition::UserUnknown).with("resource_path_index", 1))?;
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
}
