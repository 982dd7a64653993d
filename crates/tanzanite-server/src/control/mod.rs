//! The control API under `/_tanzanite`, for the operator's own tools. No vendor path has this prefix.
//!
//! It issues tokens for anybody, so `admission` checks the caller before a request gets here. No `GET` changes
//! anything.

mod blueprints;
mod clock;
mod environment;
mod explain;
mod faults;
mod given;
mod intercept;
mod jobs;
mod journal;
mod limits;
mod notifications;
mod organisations;
mod snapshots;
mod tokens;

pub(crate) use given::Given;

use crate::Shared;
use crate::body::{Aborted, Incoming};
use crate::secrets::{self, Places};
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;
use tanzanite_crm::{Context, Transaction};
use tanzanite_protocol::limits::{FORM_BYTES_MAX, SEED_BODY_BYTES_MAX};
use tanzanite_protocol::{OrgId, Reply, RequestBody};

const PREFIX: &str = "/_tanzanite";
/// The query parameter that names the organisation.
const ORG: &str = "org";

/// A refusal of the control API: status, problem, advice.
pub(crate) struct Refusal(pub(crate) u16, pub(crate) String, pub(crate) &'static str);

impl From<tanzanite_crm::StoreError> for Refusal {
    fn from(error: tanzanite_crm::StoreError) -> Self {
        Self(500, error.to_string(), "look at the server's log")
    }
}

/// One request to the control API by an admitted caller.
struct Call<'a> {
    shared: &'a Arc<Shared>,
    /// The organisation that the call concerns: that of `?org=`, or the one that the server was started for.
    org: OrgId,
    query: &'a str,
    body: &'a [u8],
    context: Context,
}

/// Whether a path belongs to the control API.
pub(crate) fn is_control(path: &str) -> bool {
    path.strip_prefix(PREFIX)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether the request is a health probe, which anybody may send.
pub(crate) fn is_health(head: &Parts) -> bool {
    let path = head.uri.path().strip_prefix(PREFIX);
    head.method == http::Method::GET && matches!(path, Some("/health" | "/ready"))
}

/// Answers a request of an admitted caller.
pub(crate) async fn answer(
    shared: &Arc<Shared>,
    head: &Parts,
    incoming: impl Incoming,
    random: [u8; 32],
) -> Result<Result<Reply, Refusal>, Aborted> {
    let path = head.uri.path().strip_prefix(PREFIX).unwrap_or_default();
    let bytes_max = match path {
        "/organisations" => SEED_BODY_BYTES_MAX,
        _ => FORM_BYTES_MAX,
    };
    let held = shared.bodies.read(incoming, bytes_max).await?;
    let RequestBody::Whole(body) = held.body else {
        let error = format!("the body has more than {bytes_max} bytes");
        return Ok(Err(Refusal(413, error, "send less")));
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
    let value: Result<Value, Refusal> = answered.await;
    Ok(value.map(|value| Reply::json(200, &value)))
}

async fn dispatch(method: &str, path: &str, call: Call<'_>) -> Result<Value, Refusal> {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match (method, parts.as_slice()) {
        // Requests are accepted only once the store is open, so an answer means that the server is ready.
        ("GET", ["health" | "ready"]) => {
            Ok(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
        }
        ("POST", ["tokens"]) => tokens::issue_access(call).await,
        ("POST", ["grants"]) => tokens::issue_grant(call).await,
        ("POST", ["environment"]) => environment::describe(call).await,
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
        ("GET", ["blueprints"]) => blueprints::list(call).await,
        ("POST", ["blueprints"]) => blueprints::set(call).await,
        ("DELETE", ["blueprints", id]) => blueprints::remove(call, id).await,
        ("GET", ["jobs"]) => jobs::list(call).await,
        ("POST", ["jobs", "run"]) => jobs::run(call).await,
        ("GET", ["notifications"]) => notifications::list(call).await,
        ("POST", ["notifications"]) => notifications::change(call).await,
        ("DELETE", ["notifications"]) => notifications::clear(call).await,
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

/// Parses a request's body. `hint` says what may be sent.
fn parse<T: DeserializeOwned>(body: &[u8], hint: &'static str) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        let error = format!("the body is not what is wanted: {error}");
        Refusal(400, error, hint)
    })
}

impl Refusal {
    /// The reply to the caller.
    pub(crate) fn to_reply(&self) -> Reply {
        let Self(status, error, hint) = self;
        Reply::json(*status, &json!({ "error": error, "hint": hint }))
    }
}
