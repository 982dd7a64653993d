//! The control API under `/_tanzanite`, a prefix that no vendor path can have: for the operator's own tools.
//!
//! It makes tokens for anybody. So callers show the control token, if the server was given one. Without one only callers on
//! this machine are answered who name it by a name of this machine: not a page in a browser that was led here (DNS
//! rebinding, cross-site requests).

mod clock;
mod environment;
mod explain;
mod faults;
mod intercept;
mod journal;
mod limits;
mod organisations;
mod snapshots;
mod tokens;

use crate::body::{Aborted, Incoming};
use crate::secrets::{self, Places};
use crate::{Shared, names};
use http::header::{AUTHORIZATION, ORIGIN};
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tanzanite_crm::metadata::Origin;
use tanzanite_crm::secret::Digest;
use tanzanite_crm::{Context, Transaction};
use tanzanite_protocol::limits::{FORM_BYTES_MAX, SEED_BODY_BYTES_MAX};
use tanzanite_protocol::{OrgId, Reply, RequestBody};

const PREFIX: &str = "/_tanzanite";
/// The part of a query that names the organisation.
const ORG: &str = "org";

/// A refusal of the control API: status, what is wrong, what to do.
pub(crate) struct Refusal(u16, String, &'static str);

impl From<tanzanite_crm::StoreError> for Refusal {
    fn from(error: tanzanite_crm::StoreError) -> Self {
        Self(500, error.to_string(), "look at the server's log")
    }
}

/// One control request of somebody who may make it.
struct Call<'a> {
    shared: &'a Arc<Shared>,
    /// Which organisation it is about: that of `?org=`, or the one that the server was started for.
    org: OrgId,
    query: &'a str,
    body: &'a [u8],
    context: Context,
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
    if !health && let Err(refusal) = admit(shared, peer, head) {
        shared.bodies.discard(incoming).await?;
        return Ok(reply(Err(refusal)));
    }
    let bytes_max = match path {
        "/organisations" => SEED_BODY_BYTES_MAX,
        _ => FORM_BYTES_MAX,
    };
    let held = shared.bodies.read(incoming, bytes_max).await?;
    let RequestBody::Whole(body) = held.body else {
        let error = format!("the body has more than {bytes_max} bytes");
        return Ok(reply(Err(Refusal(413, error, "send less"))));
    };
    let context = Context {
        now: crate::entropy::now(),
        entropy: random,
        service: Arc::clone(&shared.service),
    };
    let query = head.uri.query().unwrap_or_default();
    let answered = async {
        let org = organisation(shared, query).await?;
        let call = Call {
            shared,
            org,
            query,
            body: &body,
            context,
        };
        dispatch(head.method.as_str(), path, call).await
    };
    Ok(reply(answered.await))
}

async fn dispatch(method: &str, path: &str, call: Call<'_>) -> Result<Value, Refusal> {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match (method, parts.as_slice()) {
        // Requests are accepted only once the store is open, so being answered is being ready.
        ("GET", ["health" | "ready"]) => {
            Ok(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
        }
        ("POST", ["tokens"]) => tokens::issue_access(call).await,
        ("POST", ["grants"]) => tokens::issue_grant(call).await,
        ("GET", ["environment"]) => environment::describe(call).await,
        ("GET", ["intercept"]) => intercept::describe(&call),
        ("POST", ["intercept"]) => intercept::give(&call),
        ("GET", ["organisations"]) => organisations::list(call).await,
        ("POST", ["organisations"]) => organisations::create(call).await,
        ("DELETE", ["organisations"]) => organisations::remove(call).await,
        ("POST", ["reset"]) => snapshots::reset(call).await,
        ("GET", ["snapshots"]) => snapshots::list(call).await,
        ("POST", ["snapshots"]) => snapshots::take(call).await,
        ("DELETE", ["snapshots", name]) => snapshots::remove(call, name).await,
        ("POST", ["snapshots", name, "restore"]) => snapshots::restore(call, name).await,
        ("GET", ["snapshots", name, "diff"]) => snapshots::differences(call, name).await,
        ("GET", ["clock"]) => clock::show(call).await,
        ("POST", ["clock"]) => clock::change(call).await,
        ("GET", ["limits"]) => limits::show(call).await,
        ("POST", ["limits"]) => limits::change(call).await,
        ("DELETE", ["limits"]) => limits::reset(call).await,
        ("GET", ["faults"]) => Ok(faults::list(&call)),
        ("POST", ["faults"]) => faults::add(&call),
        ("DELETE", ["faults"]) => Ok(faults::remove_all(&call)),
        ("DELETE", ["faults", number]) => faults::remove(&call, number),
        ("GET", ["journal"]) => journal::show(call).await,
        ("GET", ["journal.har"]) => journal::export(&call),
        ("DELETE", ["journal"]) => Ok(journal::clear(&call)),
        ("POST", ["journal", "verify"]) => journal::verify(&call),
        ("POST", ["explain"]) => explain::explain(call).await,
        _ => Err(Refusal(
            404,
            format!(
                "no control operation {method} {PREFIX}{}",
                secrets::of_path(path, &mut Places::Alike)
            ),
            "docs/laboratory.md lists what there is",
        )),
    }
}

/// The organisation that a query names, or the one that the server was started for.
async fn organisation(shared: &Shared, query: &str) -> Result<OrgId, Refusal> {
    let named = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == ORG);
    let Some((_, text)) = named else {
        return Ok(shared.launch.default_org);
    };
    let unknown = || {
        Refusal(
            404,
            format!("there is no organisation {text}"),
            "leave org out for the one that the server was started for",
        )
    };
    let org = text.parse().ok().and_then(OrgId::new).ok_or_else(unknown)?;
    let job = move |tx: &mut dyn Transaction| Ok::<_, Refusal>(tx.metadata(org)?.is_some());
    if shared.store.read(job).await? {
        Ok(org)
    } else {
        Err(unknown())
    }
}

/// What a body says. `hint` says what may be sent.
fn parse<T: DeserializeOwned>(body: &[u8], hint: &'static str) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        let error = format!("the body is not what is wanted: {error}");
        Refusal(400, error, hint)
    })
}

impl Call<'_> {
    /// The id and secret of the organisation's first client, if this start knows the seed that it was made from: the store does
    /// not know them.
    async fn known_client(&self) -> Result<Option<(String, String)>, Refusal> {
        let Some(package) = &self.shared.launch.seed else {
            return Ok(None);
        };
        let org = self.org;
        let origin = move |tx: &mut dyn Transaction| {
            let metadata = tx.metadata(org)?;
            Ok::<_, Refusal>(metadata.and_then(|metadata| metadata.origin().cloned()))
        };
        let origin = self.shared.store.read(origin).await?;
        let seed = match origin.filter(|origin| origin.fingerprint == package.seed().fingerprint())
        {
            None => return Ok(None),
            Some(Origin { name: None, .. }) => package.seed().clone(),
            Some(Origin {
                name: Some(name), ..
            }) => {
                let named = name.parse().ok().map(|name| package.seed().named(&name));
                match named {
                    Some(Ok(seed)) => seed,
                    _ => return Ok(None),
                }
            }
        };
        let known = seed.credentials();
        Ok(Some((known.client_id, known.client_secret)))
    }
}

/// Who may ask: whoever has the control token; without one, whoever is here.
fn admit(shared: &Shared, peer: SocketAddr, head: &Parts) -> Result<(), Refusal> {
    let Some(token) = shared.control_token else {
        return only_from_here(shared, peer, head);
    };
    let shown = head
        .headers
        .get(AUTHORIZATION)
        .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    if shown.is_some_and(|shown| Digest::of(shown) == token) {
        Ok(())
    } else {
        Err(Refusal(
            401,
            "this is not the control token".to_owned(),
            "send Authorization: Bearer TOKEN; the command takes it from TANZANITE_CONTROL_TOKEN",
        ))
    }
}

fn only_from_here(shared: &Shared, peer: SocketAddr, head: &Parts) -> Result<(), Refusal> {
    let hint = "use the tanzanite command on the machine that the server runs on, or start it with a control token";
    if !peer.ip().to_canonical().is_loopback() {
        return Err(Refusal(
            403,
            "the control API answers only this machine".to_owned(),
            hint,
        ));
    }
    if head.headers.contains_key(ORIGIN) {
        return Err(Refusal(
            403,
            "the control API does not answer web pages".to_owned(),
            hint,
        ));
    }
    let host = names::authority(head);
    if names::is_ours(shared, host) {
        Ok(())
    } else {
        Err(Refusal(
            403,
            format!("{host:?} is not a name of this server"),
            hint,
        ))
    }
}

fn reply(result: Result<Value, Refusal>) -> Reply {
    match result {
        Ok(value) => Reply::json(200, &value),
        Err(Refusal(status, error, hint)) => {
            Reply::json(status, &json!({ "error": error, "hint": hint }))
        }
    }
}
