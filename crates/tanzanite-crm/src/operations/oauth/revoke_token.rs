//! `POST /oauth/v2/token/revoke`: revokes a refresh token with all its access tokens, or one access token.

use super::{Fields, Kind, faults, find_token};
use crate::call::PublicCall;
use crate::context::token_digest;
use crate::endpoint::{Answer, Endpoint};
use crate::transaction::Transaction;
use serde_json::json;
use tanzanite_protocol::endpoint::Cost;
use tanzanite_protocol::{Body, Descriptor, Evidence, Fault, Method, Reply, ScopeNeed};

/// Revokes a token.
pub static REVOKE_TOKEN: Endpoint = Endpoint::public(
    Descriptor::new(
        "oauth.revoke_token",
        "Revoke a Token",
        Method::Post,
        "/oauth/v2/token/revoke",
    )
    .scope(ScopeNeed::PUBLIC)
    .body(Body::Form)
    .cost(Cost::Call(0))
    .refuses(&[&faults::TOKEN_INVALID])
    .evidence(Evidence::Sdk),
    revoke_token,
);

fn revoke_token(call: &PublicCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let digest = token_digest(Fields::of(call.request, call.body).get("token"));
    let (kind, authorization) = find_token(&digest, tx)?
        .ok_or_else(|| Fault::new(&faults::TOKEN_INVALID).because("no such token"))?;
    let _ = call.org.set(authorization.org);
    match kind {
        Kind::Access => tx.remove_access_token(&digest)?,
        Kind::Refresh => tx.remove_refresh_token(&digest)?,
    };
    Ok(Reply::json(200, &json!({ "status": "success" })))
}
