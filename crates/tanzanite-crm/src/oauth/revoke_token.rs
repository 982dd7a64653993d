//! `POST /oauth/v2/token/revoke`: the end of a refresh token and of all its access tokens, or of one access token.

use super::{Fields, Kind, find_token};
use crate::context::token_digest;
use crate::endpoint::{PublicCall, PublicEndpoint};
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::endpoint::{Access, Cost};
use tanzanite_protocol::{
    Body, Condition, Descriptor, Evidence, Fault, Method, ModuleNeed, Reply, ScopeNeed,
};

/// Revokes a token.
#[derive(Debug)]
pub struct RevokeToken;

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Revoke a Token",
    group: "oauth",
    method: Method::Post,
    path: "/oauth/v2/token/revoke",
    scope: ScopeNeed::PUBLIC,
    module: ModuleNeed::None,
    unserved: &[],
    permission: None,
    body: Body::Form,
    access: Access::Write,
    cost: Cost::Call(0),
    faults: &[Condition::OAuthTokenInvalid],
    evidence: Evidence::Sdk,
};

impl PublicEndpoint for RevokeToken {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &PublicCall<'_>, tx: &mut dyn Transaction) -> Result<Reply, Fault> {
        let digest = token_digest(Fields::of(call.request, call.body).get("token"));
        let (kind, authorization) = find_token(&digest, tx)?
            .ok_or_else(|| Fault::new(Condition::OAuthTokenInvalid).because("no such token"))?;
        let _ = call.org.set(authorization.org);
        match kind {
            Kind::Access => tx.remove_access_token(&digest)?,
            Kind::Refresh => tx.remove_refresh_token(&digest)?,
        };
        Ok(Reply::json(200, &json!({ "status": "success" })))
    }
}
