//! The control API under `/_tanzanite`, a prefix that no vendor path can have: for the operator's own tools.
//!
//! It makes tokens for anybody, so it answers only callers on this machine who name it by a name of this machine: not a
//! page in a browser that was led here (DNS rebinding, cross-site requests).

mod clock;
mod environment;
mod faults;
mod journal;
mod tokens;

use crate::Shared;
use crate::body::{Aborted, Incoming};
use bytes::Bytes;
use http::header::{HOST, HeaderMap, ORIGIN};
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use tanzanite_crm::Context;
use tanzanite_protocol::{Reply, RequestBody, limits};

const PREFIX: &str = "/_tanzanite";

/// A refusal of the control API: status, what is wrong, what to do.
pub(crate) struct Refusal(u16, String, &'static str);

impl From<tanzanite_crm::StoreError> for Refusal {
    fn from(error: tanzanite_crm::StoreError) -> Self {
        Self(500, error.to_string(), "look at the server's log")
    }
}

/// Whether a path is one of ours.
pub(crate) fn is_control(path: &str) -> bool {
    path.strip_prefix(PREFIX)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Answers a control request.
pub(crate) async fn answer(
    shared: &Arc<Shared>,
    peer: SocketAddr,
    head: &Parts,
    incoming: impl Incoming,
    random: [u8; 32],
) -> Result<Reply, Aborted> {
    let path = head.uri.path().strip_prefix(PREFIX).unwrap_or_default();
    let health = head.method == http::Method::GET && matches!(path, "/health" | "/ready");
    if !health && let Err(refusal) = only_from_here(shared, peer, &head.headers) {
        shared.bodies.discard(incoming).await?;
        return Ok(reply(Err(refusal)));
    }
    let held = shared.bodies.read(incoming, limits::FORM_BYTES_MAX).await?;
    let RequestBody::Whole(body) = held.body else {
        return Ok(reply(Err(Refusal(
            413,
            "the body is too long".to_owned(),
            "send less than 64 kB",
        ))));
    };
    let context = Context {
        now: crate::entropy::now(),
        entropy: random,
        service: Arc::clone(&shared.service),
    };
    Ok(reply(dispatch(shared, head, path, body, context).await))
}

async fn dispatch(
    shared: &Arc<Shared>,
    head: &Parts,
    path: &str,
    body: Bytes,
    context: Context,
) -> Result<serde_json::Value, Refusal> {
    let (method, query) = (head.method.as_str(), head.uri.query().unwrap_or_default());
    match (method, path) {
        // Requests are accepted only once the store is open, so being answered is being ready.
        ("GET", "/health" | "/ready") => {
            Ok(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
        }
        ("POST", "/tokens") => tokens::issue_access(shared, &body, context).await,
        ("POST", "/grants") => tokens::issue_grant(shared, &body, context).await,
        ("GET", "/environment") => environment::describe(shared, context).await,
        ("GET", "/clock") => clock::show(shared, context).await,
        ("POST", "/clock") => clock::change(shared, &body, context).await,
        ("GET", "/journal") => journal::show(shared, query).await,
        ("GET", "/journal.har") => journal::export(shared, query),
        ("DELETE", "/journal") => Ok(journal::clear(shared)),
        ("POST", "/journal/verify") => journal::verify(shared, &body),
        ("GET", "/faults") => Ok(faults::list(shared, &context)),
        ("POST", "/faults") => faults::add(shared, &body, &context),
        ("DELETE", _) if path == "/faults" || path.starts_with("/faults/") => {
            faults::remove(shared, path)
        }
        _ => Err(Refusal(
            404,
            format!("no control operation {method} {PREFIX}{path}"),
            "there are /health, /ready, /environment, /tokens, /grants, /clock, /journal and /faults: see docs/laboratory.md",
        )),
    }
}

/// What a body says. `hint` says what may be sent.
fn parse<T: DeserializeOwned>(body: &[u8], hint: &'static str) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        let error = format!("the body is not what is wanted: {error}");
        Refusal(400, error, hint)
    })
}

/// The id and secret of the seed's first client, if this start knows them.
fn known_client(shared: &Shared) -> Option<(String, String)> {
    let known = shared
        .launch
        .credentials
        .as_ref()
        .filter(|known| !known.client_id.is_empty())?;
    Some((known.client_id.clone(), known.client_secret.clone()))
}

fn only_from_here(shared: &Shared, peer: SocketAddr, headers: &HeaderMap) -> Result<(), Refusal> {
    let hint = "use the tanzanite command on the machine that the server runs on";
    if !peer.ip().to_canonical().is_loopback() {
        return Err(Refusal(
            403,
            "the control API answers only this machine".to_owned(),
            hint,
        ));
    }
    if headers.contains_key(ORIGIN) {
        return Err(Refusal(
            403,
            "the control API does not answer web pages".to_owned(),
            hint,
        ));
    }
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) {
            name
        } else {
            host
        }
    });
    let address = name
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<std::net::IpAddr>();
    let ours = name == "localhost"
        || address.is_ok_and(|address| address.is_loopback())
        || shared.service.public_url.split("//").nth(1) == Some(host);
    if ours {
        Ok(())
    } else {
        Err(Refusal(
            403,
            format!("{host:?} is not a name of this server"),
            hint,
        ))
    }
}

fn reply(result: Result<serde_json::Value, Refusal>) -> Reply {
    match result {
        Ok(value) => Reply::json(200, &value),
        Err(Refusal(status, error, hint)) => {
            Reply::json(status, &json!({ "error": error, "hint": hint }))
        }
    }
}
