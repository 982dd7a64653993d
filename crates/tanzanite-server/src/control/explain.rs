//! `POST /_tanzanite/explain`: why a request, or one in the journal, would be answered as it would be now. Nothing is
//! changed.

use super::{Call, ORG, Refusal, parse, tokens};
use crate::exchange::{cause, headers as crm_headers};
use crate::secrets::{self, Places};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::convert::Infallible;
use tanzanite_crm::explain::{
    Advice, Bearer, Check, Explanation, Question, Rehearsal, Run, Step, explain as rehearse,
    supposed_token,
};
use tanzanite_crm::{StoreError, Transaction};
use tanzanite_protocol::{Fault, Method, Query, Request, RequestBody, Stage, limits};
use tanzanite_store::{AnyStore, Store as _};

const HINT: &str = r#"send {"request": {"method": "DELETE", "path": "/crm/v8/Leads/1/photo"}, "token": TOKEN}, or {"entry": NUMBER} of the journal: see docs/laboratory.md"#;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    request: Option<WantedRequest>,
    /// The number of an exchange in the journal.
    entry: Option<u64>,
    /// A token to use instead of the one in the request's `Authorization`.
    token: Option<String>,
    /// A token that could be issued, to use instead of an existing one.
    supposed: Option<WantedToken>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WantedRequest {
    method: String,
    /// The path with the query.
    path: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// The body: a text is taken as it is, anything else as JSON.
    body: Option<Value>,
    body_base64: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WantedToken {
    user: String,
    scopes: Vec<String>,
}

/// How a rehearsal ends. Its transaction is rolled back in any case.
enum Ended {
    Performed(Box<Run>),
    Failed(StoreError),
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

pub(super) async fn explain(call: Call<'_>) -> Result<Value, Refusal> {
    let Wanted {
        request,
        entry,
        token,
        supposed,
    } = parse(call.body, HINT)?;
    let (mut question, then) = match (request, entry) {
        (Some(request), None) => (asked(&call, request)?, None),
        (None, Some(number)) => {
            let (question, then) = entry_of(&call, number)?;
            (question, Some(then))
        }
        _ => return Err(refused("give either request or entry")),
    };
    match (token, supposed) {
        (None, None) => {}
        (Some(token), None) => {
            question.request.headers.authorization = Some(format!("Zoho-oauthtoken {token}"));
            question.bearer = None;
        }
        (None, Some(supposed)) => question.bearing(made(&call, supposed).await?),
        _ => return Err(refused("give either token or supposed")),
    }
    let explanation = explanation(&call, question).await?;
    let is_named = form_urlencoded::parse(call.query.as_bytes()).any(|(name, _)| name == ORG);
    if let Some(org) = explanation
        .run
        .org()
        .filter(|org| is_named && *org != call.org)
    {
        let error = format!("the token is one of the organisation {}", org.get());
        return Err(Refusal(
            409,
            error,
            "leave org out: a token names its organisation",
        ));
    }
    let mut answer = describe(&explanation);
    answer["then"] = json!(then);
    answer["rules"] = call
        .shared
        .faults
        .to_json(call.org, call.context.now)
        .len()
        .into();
    Ok(answer)
}

/// The question about a request that the caller describes.
fn asked(call: &Call<'_>, request: WantedRequest) -> Result<Question, Refusal> {
    let target = PathAndQuery::try_from(&request.path).ok();
    let target = target.filter(|_| request.path.starts_with('/'));
    let target = target.ok_or_else(|| refused(format!("{:?} is no path", shown(&request.path))))?;
    if request.path.len() > limits::TARGET_BYTES_MAX {
        let most = limits::TARGET_BYTES_MAX;
        return Err(refused(format!("a path has at most {most} bytes")));
    }
    if Query::is_too_long(target.query().unwrap_or_default()) {
        let most = limits::QUERY_PARAMETERS_MAX;
        return Err(refused(format!("a query has at most {most} parameters")));
    }
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        let pair = (name.parse::<HeaderName>(), HeaderValue::from_str(value));
        let (Ok(name), Ok(value)) = pair else {
            return Err(refused(format!("{name:?} is no header with its value")));
        };
        headers.insert(name, value);
    }
    let body = match (request.body, request.body_base64) {
        (None | Some(Value::Null), None) => Bytes::new(),
        (Some(Value::String(text)), None) => text.into(),
        (Some(json), None) => json.to_string().into(),
        (None, Some(text)) => {
            let bytes = STANDARD.decode(text);
            bytes
                .map_err(|error| refused(format!("body_base64: {error}")))?
                .into()
        }
        _ => return Err(refused("give either body or body_base64")),
    };
    Ok(question(
        call,
        Method::parse(&request.method),
        &target,
        &headers,
        body,
    ))
}

/// The question about an exchange in the journal, and the answer that it got.
fn entry_of(call: &Call<'_>, number: u64) -> Result<(Question, Value), Refusal> {
    let entry = call.shared.journal.entry(call.org, number).ok_or_else(|| {
        let error = format!("the journal has no entry {number}, or none any more");
        Refusal(404, error, "GET /_tanzanite/journal lists the entries")
    })?;
    let not_kept = |what: &str| {
        let error = format!("the journal has not kept {what} of entry {number}");
        let hint = "explain the request itself: method, path, headers and body";
        Refusal(409, error, hint)
    };
    if entry.has_secrets() {
        return Err(not_kept("the secrets"));
    }
    let body = entry
        .whole_body()
        .ok_or_else(|| not_kept("the whole body"))?;
    let target = entry.target().ok_or_else(|| not_kept("the path"))?;
    let mut question = question(call, entry.method(), &target, &entry.headers(), body);
    question.bearer = entry.token().map(Bearer::Kept);
    Ok((question, entry.answer()))
}

fn question(
    call: &Call<'_>,
    method: Method,
    target: &PathAndQuery,
    headers: &HeaderMap,
    body: Bytes,
) -> Question {
    Question {
        request: Request {
            method,
            path: target.path().to_owned(),
            query: Query::parse(target.query().unwrap_or_default()),
            headers: crm_headers(headers),
        },
        body: RequestBody::Whole(body),
        bearer: None,
        context: call.context.clone(),
        org: call.org,
    }
}

async fn made(call: &Call<'_>, wanted: WantedToken) -> Result<Bearer, Refusal> {
    let org = call.org;
    let job = move |tx: &mut dyn Transaction| {
        let token = supposed_token(org, &wanted.user, &wanted.scopes, tx);
        token.map(Bearer::Made).map_err(tokens::refused)
    };
    call.shared.store.read(job).await
}

fn refused(error: impl Into<String>) -> Refusal {
    Refusal(400, error.into(), HINT)
}

/// Rehearses on a thread that may block.
async fn explanation(call: &Call<'_>, question: Question) -> Result<Explanation, Refusal> {
    let store = call.shared.store.clone();
    let rehearsed = tokio::task::spawn_blocking(move || {
        rehearse(question, &mut |rehearsal| perform(&store, rehearsal))
    });
    rehearsed
        .await
        .map_err(|error| StoreError::new(error).into())
}

fn perform(store: &AnyStore, rehearsal: &Rehearsal) -> Run {
    let performed = rehearsal.clone();
    let ended = store.write_blocking(move |tx: &mut dyn Transaction| {
        Err::<Infallible, _>(Ended::Performed(Box::new(performed.perform(tx))))
    });
    match ended {
        Err(Ended::Performed(run)) => *run,
        Err(Ended::Failed(error)) => rehearsal.failed(error),
        Ok(never) => match never {},
    }
}

fn describe(explanation: &Explanation) -> Value {
    let run = &explanation.run;
    let refused: Vec<Value> = run.refusals().iter().map(refusal).collect();
    let (status, code) = match &run.result {
        Ok(reply) => (reply.status, reply.code),
        Err(fault) => {
            let row = fault.row();
            (row.status, Some(row.code))
        }
    };
    json!({
        "request": { "method": run.method().as_str(), "path": shown(&run.target()) },
        "operation": run.descriptor.map(|descriptor| descriptor.id),
        "passes": refused.is_empty(),
        "answer": { "status": status, "code": code },
        "refusals": refused,
        "checks": explanation.checks.iter().map(check).collect::<Vec<_>>(),
        "later": explanation.later.iter().map(refusal).collect::<Vec<_>>(),
        "ways": explanation.ways.iter().map(|way| way.iter().map(advice).collect()).collect::<Vec<Vec<_>>>(),
    })
}

/// The target without secrets: callers log and paste the answer.
fn shown(target: &str) -> String {
    let redacted = secrets::of_target(target, &mut Places::Alike);
    redacted.unwrap_or_else(|| target.to_owned())
}

fn refusal(fault: &Fault) -> Value {
    let row = fault.row();
    json!({
        "fault": row.name(),
        "check": name(row.stage),
        "when": row.meaning.trim(),
        "status": row.status,
        "answer": fault.to_json(),
        "cause": cause(fault),
    })
}

fn check(check: &Check) -> Value {
    json!({
        "check": name(check.stage),
        "status": check.status.as_str(),
        "found": check.found.iter().map(|found| match check.stage {
            Stage::Parameters => shown(&format!("?{found}")).split_off(1),
            _ => shown(found),
        }).collect::<Vec<_>>(),
    })
}

fn name(stage: Stage) -> String {
    format!("{stage:?}").to_lowercase()
}

fn advice(advice: &Advice) -> Value {
    let steps = advice.steps.iter().map(|step| match step {
        Step::Ask(method, path) => {
            json!({ "ask": { "method": method.as_str(), "path": shown(path) } })
        }
        Step::Token(user, scopes) => json!({ "token": { "user": user, "scopes": scopes } }),
        Step::Send(method, path, body) => {
            json!({ "send": { "method": method.as_str(), "path": shown(path), "body": body } })
        }
        Step::Seed(text) => json!({ "seed": text }),
    });
    json!({ "what": advice.what, "steps": steps.collect::<Vec<_>>() })
}
