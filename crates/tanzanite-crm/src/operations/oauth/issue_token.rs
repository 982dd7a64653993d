//! `POST /oauth/v2/token`: exchanges a code or a refresh token for an access token.

use super::{Fields, faults, issue_access_token, issue_refresh_token};
use crate::call::PublicCall;
use crate::context::{Context, token_digest};
use crate::endpoint::{Answer, Endpoint};
use crate::metering::{MeteredToken, is_limited};
use crate::secret::Digest;
use crate::transaction::{Authorization, Client, Transaction};
use serde_json::{Map, Value, json};
use std::sync::OnceLock;
use tanzanite_protocol::endpoint::Cost;
use tanzanite_protocol::{
    Body, Descriptor, Evidence, Fault, Method, OrgId, Reply, ScopeNeed, limits,
};

/// Exchanges a code or a refresh token.
pub static ISSUE_TOKEN: Endpoint = Endpoint::public(
    Descriptor::new(
        "oauth.issue_token",
        "Generate or Refresh an Access Token",
        Method::Post,
        "/oauth/v2/token",
    )
    .scope(ScopeNeed::PUBLIC)
    .body(Body::Form)
    .cost(Cost::Call(0))
    .refuses(&[
        &faults::GRANT_TYPE_INVALID,
        &faults::CLIENT_INVALID,
        &faults::SECRET_INVALID,
        &faults::REDIRECT_INVALID,
        &faults::CODE_INVALID,
        &faults::TOO_MANY_TOKENS,
    ])
    .evidence(Evidence::Measured),
    issue_token,
);

fn issue_token(call: &PublicCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let fields = Fields::of(call.request, call.body);
    match fields.get("grant_type") {
        "authorization_code" => {
            let client = client(&fields, call.org, tx)?;
            by_code(&fields, &client, call, tx)
        }
        "refresh_token" => {
            let client = client(&fields, call.org, tx)?;
            by_refresh_token(&fields, &client, call, tx)
        }
        // The value is not logged: a client that mixes up the fields may have put a secret there.
        _ => Err(Fault::new(&faults::GRANT_TYPE_INVALID)
            .because("grant_type is neither authorization_code nor refresh_token")),
    }
}

/// Authenticates the client.
fn client(
    fields: &Fields,
    org: &OnceLock<OrgId>,
    tx: &mut dyn Transaction,
) -> Result<Client, Fault> {
    let client = tx.client(fields.get("client_id"))?.ok_or_else(|| {
        Fault::new(&faults::CLIENT_INVALID).because("no client has this client_id")
    })?;
    let _ = org.set(client.org);
    if client.secret != Digest::of(fields.get("client_secret").as_bytes()) {
        return Err(Fault::new(&faults::SECRET_INVALID));
    }
    Ok(client)
}

fn by_code(
    fields: &Fields,
    client: &Client,
    call: &PublicCall<'_>,
    tx: &mut dyn Transaction,
) -> Result<Reply, Fault> {
    let context = call.context;
    if client
        .redirect_uri
        .as_deref()
        .is_some_and(|uri| uri != fields.get("redirect_uri"))
    {
        return Err(Fault::new(&faults::REDIRECT_INVALID));
    }
    let invalid = |cause| Fault::new(&faults::CODE_INVALID).because(cause);
    let code = tx
        .take_grant_code(&token_digest(fields.get("code")))?
        .ok_or_else(|| invalid("the code is unknown or was used already"))?;
    if code.authorization.client != client.id {
        return Err(invalid("the code was made for another client"));
    }
    if code.expires <= context.now_of(code.authorization.org, tx)? {
        return Err(invalid("the code has expired"));
    }
    let refresh = issue_refresh_token(&code.authorization, context, tx)?;
    let digest = token_digest(&refresh);
    throttle(&code.authorization, digest, call, tx)?;
    let access = issue_access_token(&code.authorization, Some(digest), context, tx)?;
    Ok(reply(access, Some(refresh), &code.authorization, context))
}

fn by_refresh_token(
    fields: &Fields,
    client: &Client,
    call: &PublicCall<'_>,
    tx: &mut dyn Transaction,
) -> Result<Reply, Fault> {
    let context = call.context;
    let invalid = |cause| Fault::new(&faults::CODE_INVALID).because(cause);
    let digest = token_digest(fields.get("refresh_token"));
    let token = tx
        .refresh_token(&digest)?
        .ok_or_else(|| invalid("the refresh token is unknown or revoked"))?;
    if token.authorization.client != client.id {
        return Err(invalid("the refresh token is another client's"));
    }
    throttle(&token.authorization, digest, call, tx)?;
    let access = issue_access_token(&token.authorization, Some(digest), context, tx)?;
    Ok(reply(access, None, &token.authorization, context))
}

/// Checks the limit, if limits apply: a refresh token yields a limited number of access tokens within ten minutes.
fn throttle(
    authorization: &Authorization,
    refresh: Digest,
    call: &PublicCall<'_>,
    tx: &mut dyn Transaction,
) -> Result<(), Fault> {
    let org = authorization.org;
    let (Some(meter), Some(metadata)) = (call.meter, tx.metadata(org)?) else {
        return Ok(());
    };
    if !is_limited(&metadata, &call.context.service) {
        return Ok(());
    }
    let token = MeteredToken {
        org,
        refresh,
        now: metadata.clock().at(call.context.now),
    };
    let admitted = meter.admit_token(&token);
    admitted.map_err(|refusal| Fault::new(&faults::TOO_MANY_TOKENS).because(refusal))
}

fn reply(
    access: String,
    refresh: Option<String>,
    authorization: &Authorization,
    context: &Context,
) -> Reply {
    let scopes: Vec<String> = authorization
        .scopes
        .iter()
        .map(ToString::to_string)
        .collect();
    let mut body = Map::new();
    body.insert("access_token".to_owned(), Value::String(access));
    if let Some(refresh) = refresh {
        body.insert("refresh_token".to_owned(), Value::String(refresh));
    }
    body.insert("scope".to_owned(), json!(scopes.join(" ")));
    // The SDKs send all further calls to this domain. It is a vendor's host only if the client has addressed this
    // server by one, through interception; otherwise the calls would go to the real service.
    body.insert("api_domain".to_owned(), json!(context.service.public_url));
    body.insert("token_type".to_owned(), json!("Bearer"));
    body.insert(
        "expires_in".to_owned(),
        json!(limits::ACCESS_TOKEN_LIFETIME.as_secs()),
    );
    Reply::json(200, &Value::Object(body))
}
