//! One exchange: from an HTTP request to its reply and its log line.

use crate::body::{Aborted, Incoming};
use crate::faults::{Effect, Moment, Rule};
use crate::meter::UnderWay;
use crate::render::{CREDITS_REMAINING, HttpReply, REQUEST_ID, render};
use crate::{Shared, control, entropy, journal};
use bytes::Bytes;
use http::header::{
    AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    IF_UNMODIFIED_SINCE,
};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use tanzanite_crm::{Context, Job, Transaction, route};
use tanzanite_protocol::endpoint::Access;
use tanzanite_protocol::{
    Body, Condition, Fault, Headers, Method, Query, Reply, Request, RequestBody, Timestamp, limits,
};

/// The longest id of a client's own that we echo.
const CLIENT_REQUEST_ID_BYTES_MAX: usize = 64;

/// What the log and the journal say about one exchange.
struct Line {
    id: String,
    method: Method,
    path: String,
    endpoint: &'static str,
    /// As far as it was read.
    body: Bytes,
    /// When it began.
    at: Timestamp,
    /// The number of the rule that has fired.
    rule: Option<u64>,
    /// Since it is carried out; it ends with the exchange.
    under_way: Option<UnderWay>,
}

/// What a request is answered with.
enum Answered {
    Crm(Result<Reply, Fault>),
    /// What a rule says, and its body.
    Raw(HttpReply, Bytes),
    /// With the end of the connection: a rule says so.
    Closed,
}

/// Answers a request. An error closes the connection without an answer.
pub(crate) async fn answer(
    shared: Arc<Shared>,
    peer: SocketAddr,
    request: http::Request<impl Incoming>,
) -> Result<HttpReply, Aborted> {
    #[expect(
        clippy::disallowed_methods,
        reason = "measures for the log; no answer depends on it"
    )]
    let begun = Instant::now();
    let (head, incoming) = request.into_parts();
    let random = shared.entropy.take().map_err(|_| Aborted)?;
    let mut line = Line {
        id: client_request_id(&head.headers).unwrap_or_else(|| entropy::request_id(&random)),
        method: Method::parse(head.method.as_str()),
        path: head.uri.path().to_owned(),
        endpoint: "",
        body: Bytes::new(),
        at: entropy::now(),
        rule: None,
        under_way: None,
    };
    let is_control = control::is_control(&line.path);
    let answered = if is_control {
        line.endpoint = "control";
        let reply = control::answer(&shared, peer, &head, incoming, random).await?;
        Answered::Crm(Ok(reply))
    } else {
        under_rules(&shared, &head, incoming, random, &mut line).await?
    };
    let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    let outcome = outcome(&line, &answered);
    log(&line, &outcome, micros);
    let (reply, reply_body) = match answered {
        Answered::Crm(result) => {
            let reply = result.unwrap_or_else(|fault| fault.to_reply());
            let body = journal::bytes_of(&reply);
            let mut reply = render(reply, &line.id);
            if let Some(credits) = line
                .under_way
                .as_ref()
                .and_then(UnderWay::credits_remaining)
            {
                reply
                    .headers_mut()
                    .insert(CREDITS_REMAINING, credits.into());
            }
            (Ok(reply), body)
        }
        Answered::Raw(reply, body) => (Ok(reply), body),
        Answered::Closed => (Err(Aborted), Bytes::new()),
    };
    if !is_control {
        shared.journal.keep(journal::Exchange {
            at: line.at,
            micros,
            request_id: line.id,
            head,
            body: line.body,
            outcome,
            rule: line.rule,
            reply_headers: reply
                .as_ref()
                .map(|reply| reply.headers().clone())
                .unwrap_or_default(),
            reply_body,
        });
    }
    reply
}

/// The vendor's API, and what the rules make of it.
async fn under_rules(
    shared: &Arc<Shared>,
    head: &http::request::Parts,
    incoming: impl Incoming,
    random: [u8; 32],
    line: &mut Line,
) -> Result<Answered, Aborted> {
    let Some(rule) = shared.faults.fire(line.method, head, line.at) else {
        return crm(shared, head, incoming, random, line)
            .await
            .map(Answered::Crm);
    };
    line.rule = Some(rule.number);
    let effect = rule.effect();
    if rule.moment() == Moment::Before {
        wait(&rule).await;
    }
    let carried_out = match (rule.moment(), &effect) {
        (Moment::After, _) | (_, Effect::Nothing) => {
            Some(crm(shared, head, incoming, random, line).await?)
        }
        _ => {
            shared.bodies.discard(incoming).await?;
            None
        }
    };
    if rule.moment() == Moment::After {
        wait(&rule).await;
    }
    Ok(match (effect, carried_out) {
        (Effect::Nothing, Some(result)) => Answered::Crm(result),
        (Effect::Fault(fault), _) => Answered::Crm(Err(fault)),
        (Effect::Reply(reply, body), _) => Answered::Raw(reply, body),
        (Effect::Close | Effect::Nothing, _) => Answered::Closed,
    })
}

async fn wait(rule: &Rule) {
    if let Some(delay) = rule.delay() {
        tokio::time::sleep(delay).await;
    }
}

/// The vendor's API.
async fn crm(
    shared: &Arc<Shared>,
    head: &http::request::Parts,
    incoming: impl Incoming,
    random: [u8; 32],
    line: &mut Line,
) -> Result<Result<Reply, Fault>, Aborted> {
    if head
        .uri
        .path_and_query()
        .is_some_and(|target| target.as_str().len() > limits::TARGET_BYTES_MAX)
    {
        shared.bodies.discard(incoming).await?;
        return Ok(Err(
            Fault::new(Condition::UrlUnknown).because("the target is too long")
        ));
    }
    let route = match route(line.method, &line.path) {
        Ok(route) => route,
        Err(fault) => {
            shared.bodies.discard(incoming).await?;
            return Ok(Err(fault));
        }
    };
    line.endpoint = route.name();
    let (kind, access) = (route.body(), route.access());
    let request = Request {
        method: line.method,
        path: line.path.clone(),
        query: Query::parse(head.uri.query().unwrap_or_default()),
        headers: headers(&head.headers),
    };
    let context = Context {
        now: line.at,
        entropy: random,
        service: Arc::clone(&shared.service),
    };
    let under_way = line.under_way.insert(shared.meters.begin());
    let job = Arc::new(Job {
        route,
        request,
        context,
        meter: Some(under_way.meter()),
    });
    if kind == Body::None {
        shared.bodies.discard(incoming).await?;
        return Ok(run(shared, job, RequestBody::Whole(Bytes::new())).await);
    }
    let bytes = incoming.size_hint().exact();
    let is_small = bytes.is_some_and(|bytes| bytes <= limits::UNSCREENED_BYTES_MAX);
    if access == Access::Write
        && !is_small
        && let Err(fault) = screen(shared, &job).await
    {
        // What need not be held: what comes with an unknown token, or with one whose scope does not do.
        shared.bodies.discard(incoming).await?;
        return Ok(Err(fault));
    }
    let held = shared.bodies.read(incoming, kind.bytes_max()).await?;
    if let RequestBody::Whole(bytes) = &held.body {
        line.body = bytes.clone();
    }
    Ok(run(shared, job, held.body.clone()).await)
}

/// Runs a job. The store screens it if that spares it something.
async fn run(shared: &Shared, job: Arc<Job>, body: RequestBody) -> Result<Reply, Fault> {
    let first = Arc::clone(&job);
    let access = job.route.access();
    let run = move |tx: &mut dyn Transaction| job.run(&body, tx);
    match access {
        Access::Read => shared.store.read(run).await,
        Access::Write => {
            let screen = move |tx: &mut dyn Transaction| first.screen(tx);
            shared.store.write_screened(screen, run).await
        }
    }
}

async fn screen(shared: &Shared, job: &Arc<Job>) -> Result<(), Fault> {
    let job = Arc::clone(job);
    shared
        .store
        .read(move |tx: &mut dyn Transaction| job.screen(tx))
        .await
}

fn headers(map: &HeaderMap) -> Headers {
    let text = |name: HeaderName| {
        map.get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    Headers {
        authorization: text(AUTHORIZATION),
        content_type: text(CONTENT_TYPE),
        if_none_match: text(IF_NONE_MATCH),
        if_modified_since: text(IF_MODIFIED_SINCE),
        if_unmodified_since: text(IF_UNMODIFIED_SINCE),
    }
}

/// The client's own id, if it is one that can stand in a header and a log line.
fn client_request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let fits = (1..=CLIENT_REQUEST_ID_BYTES_MAX).contains(&id.len());
    (fits && id.bytes().all(sound)).then(|| id.to_owned())
}

/// What a request came to.
fn outcome(line: &Line, answered: &Answered) -> journal::Outcome {
    let by_rule = || line.rule.map(|rule| format!("rule {rule} says so"));
    let (status, code, cause) = match answered {
        Answered::Crm(Ok(reply)) => (reply.status, reply.code.unwrap_or_default(), None),
        Answered::Crm(Err(fault)) => {
            let row = fault.condition().row();
            let cause = fault.cause().for_log().map(str::to_owned);
            (row.status, row.code, cause)
        }
        Answered::Raw(reply, _) => (reply.status().as_u16(), "", by_rule()),
        Answered::Closed => (0, "", by_rule()),
    };
    journal::Outcome {
        endpoint: line.endpoint,
        status,
        code,
        cause,
    }
}

/// One line: refusals with their private cause, failures as errors; never a body, a query or a token.
fn log(line: &Line, outcome: &journal::Outcome, micros: u64) {
    let Line { id, path, .. } = line;
    let journal::Outcome {
        endpoint,
        status,
        code,
        cause,
    } = outcome;
    let (method, status, cause) = (line.method.as_str(), *status, cause.as_deref());
    if status >= 500 && line.rule.is_none() {
        tracing::error!(target: "request.failed", id, method, path, endpoint, status, code, cause, micros);
    } else if cause.is_some() || status >= 400 {
        tracing::info!(target: "request.refused", id, method, path, endpoint, status, code, cause, micros);
    } else {
        tracing::info!(target: "request.ok", id, method, path, endpoint, status, code, micros);
    }
}
