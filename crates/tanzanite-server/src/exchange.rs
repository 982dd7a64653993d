//! One exchange: from an HTTP request to its reply and its log line.

use crate::body::{Aborted, Arriving, Incoming};
use crate::control::Refusal;
use crate::faults::{Rule, under_rules};
use crate::meter::UnderWay;
use crate::outgoing::Outgoing;
use crate::render::{CREDITS_REMAINING, HttpReply, REQUEST_ID, render};
use crate::secrets::{self, Places};
use crate::way::Way;
use crate::{Shared, admission, answers, control, entropy, journal};
use bytes::Bytes;
use http::Response;
use http::header::{
    AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    IF_UNMODIFIED_SINCE,
};
use http::request::Parts;
use std::sync::{Arc, OnceLock};
use std::time::Instant;
use tanzanite_crm::data_body::Parsed;
use tanzanite_crm::faults::URL_UNKNOWN;
use tanzanite_crm::policy::bearer;
use tanzanite_crm::secret::Digest;
use tanzanite_crm::{Context, Job, Room, Route, StoreError, Transaction, route};
use tanzanite_protocol::endpoint::{Access, Unserved};
use tanzanite_protocol::{
    Body, Fault, Headers, Method, OrgId, Query, Reply, Request, RequestBody, Timestamp, limits,
};

/// The longest request id of a client's own that is echoed.
const CLIENT_REQUEST_ID_BYTES_MAX: usize = 64;

/// The facts about one exchange for the log and the journal.
pub(crate) struct Line {
    id: String,
    pub(crate) method: Method,
    path: String,
    endpoint: &'static str,
    /// The digest of the token that the request shows.
    pub(crate) token: Option<Digest>,
    /// The part of the body that was read.
    body: Bytes,
    /// The time at which the exchange began.
    pub(crate) at: Timestamp,
    /// The organisation of the request, once that is known.
    pub(crate) org: Option<OrgId>,
    /// The fault injection rule that fired.
    pub(crate) rule: Option<Arc<Rule>>,
    /// Set once the request is counted as under way; released when the exchange ends.
    under_way: Option<UnderWay>,
}

/// The outcome of a request.
pub(crate) enum Answered {
    Crm(Result<Reply, Fault>),
    /// A refusal in this server's own format, such as for the control API.
    Refused(Refusal),
    /// A response that a fault injection rule prescribes, with its body.
    Raw(HttpReply, Bytes),
    /// The connection is closed without an answer, as a fault injection rule prescribes.
    Closed,
    /// The connection is reset without an answer, as a fault injection rule prescribes.
    Reset,
}

/// Answers a request. An error closes the connection without an answer.
pub(crate) async fn answer(
    shared: Arc<Shared>,
    way: Way,
    request: http::Request<impl Incoming>,
) -> Result<Response<Outgoing>, Aborted> {
    #[expect(
        clippy::disallowed_methods,
        reason = "measures for the log; no answer depends on it"
    )]
    let begun = Instant::now();
    let (head, incoming) = request.into_parts();
    let hangup = way.hangup(head.version);
    let (random, number) = shared.entropy.take().map_err(|_| Aborted)?;
    let mut line = Line {
        id: client_request_id(&head.headers).unwrap_or_else(|| entropy::request_id(number)),
        method: Method::parse(head.method.as_str()),
        path: head.uri.path().to_owned(),
        endpoint: "",
        token: None,
        body: Bytes::new(),
        at: entropy::now(),
        org: None,
        rule: None,
        under_way: None,
    };
    // The vendor's hosts have no control API.
    let is_control = way.host.is_none() && control::is_control(&line.path);
    let admitted = admission::admit(&shared, &way, &head);
    // A request that is not admitted leaves only a line in the log.
    let is_kept = !is_control && admitted.is_ok();
    let answered = if let Err(refusal) = admitted {
        shared.bodies.discard(incoming).await?;
        Answered::Refused(refusal)
    } else if is_control {
        line.endpoint = "control";
        let answered = control::answer(&shared, &head, incoming, random).await?;
        answered.map_or_else(Answered::Refused, |reply| Answered::Crm(Ok(reply)))
    } else {
        line.token = head.headers.get(AUTHORIZATION).and_then(secrets::digest);
        under_rules(&shared, &way, &head, incoming, random, &mut line).await?
    };
    let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    let outcome = outcome(&line, &answered);
    log(&line, &way, &outcome, micros);
    if let (Answered::Reset, Some(hangup)) = (&answered, &hangup) {
        hangup.by_reset();
    }
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
        Answered::Refused(refusal) => (Ok(render(refusal.to_reply(), &line.id)), Bytes::new()),
        Answered::Raw(reply, body) => (Ok(reply), body),
        Answered::Closed | Answered::Reset => (Err(Aborted), Bytes::new()),
    };
    if is_kept {
        let none = HeaderMap::new();
        shared.journal.keep(journal::Exchange {
            org: line.org.unwrap_or_else(|| way.service(&shared).default_org),
            at: line.at,
            micros,
            request_id: line.id,
            origin: way.origin(&shared),
            head,
            token: line.token,
            body: line.body,
            outcome,
            rule: line.rule.as_ref().map(|rule| journal::Fired {
                number: rule.number,
                did: Arc::clone(rule.did()),
            }),
            reply_headers: reply.as_ref().map_or(&none, |reply| reply.headers()),
            reply_body: reply_body.clone(),
        });
    }
    let spoiling = line.rule.and_then(|rule| rule.spoiling());
    Ok(reply?.map(|whole| match spoiling {
        None => Outgoing::whole(whole),
        Some(spoiling) => Outgoing::spoiled(&reply_body, spoiling, &shared.pauses, hangup),
    }))
}

/// Answers a request to the vendor's API.
pub(crate) async fn crm(
    shared: &Arc<Shared>,
    way: &Way,
    head: &Parts,
    body: Arriving<'_, impl Incoming>,
    random: [u8; 32],
    line: &mut Line,
) -> Result<Result<Reply, Fault>, Aborted> {
    let route = match find_route(head, line) {
        Ok(route) => route,
        Err(fault) => {
            body.discard(&shared.bodies).await?;
            if line.org.is_none() {
                line.org = bearer_org(shared, line.token).await;
            }
            return Ok(Err(fault));
        }
    };
    line.endpoint = route.id();
    let (kind, access) = (route.body(), route.access());
    let under_way = line.under_way.insert(shared.meters.begin());
    let job = Arc::new(Job {
        route,
        request: request(head),
        token: line.token,
        context: Context {
            now: line.at,
            entropy: random,
            service: way.service(shared),
        },
        org: OnceLock::new(),
        meter: Some(under_way.meter()),
        room: Room::of(limits::PHOTO_AT_ONCE_BYTES_MAX),
        parsed: Parsed::default(),
    });
    let answer = async {
        if kind == Body::None {
            body.discard(&shared.bodies).await?;
            return Ok(run(shared, &job, RequestBody::Whole(Bytes::new())).await);
        }
        if access == Access::Write
            && !body.is_at_most(limits::UNSCREENED_BYTES_MAX)
            && let Err(fault) = screen(shared, &job).await
        {
            // A body need not be held in memory if the token is unknown or its scope insufficient.
            body.discard(&shared.bodies).await?;
            return Ok(Err(fault));
        }
        let held = body.read(&shared.bodies, kind.bytes_max()).await?;
        if let RequestBody::Whole(bytes) = &held.body {
            line.body = bytes.clone();
        }
        Ok(run(shared, &job, held.body.clone()).await)
    };
    let answered = answer.await;
    line.org = line.org.or(job.org.get().copied());
    answered
}

/// Runs a job. The store screens it first where that saves the store work.
async fn run(shared: &Shared, job: &Arc<Job>, body: RequestBody) -> Result<Reply, Fault> {
    match job.route.access() {
        Access::Read => answers::read(shared, job, body).await,
        Access::Write => {
            let (first, job) = (Arc::clone(job), Arc::clone(job));
            let screen = move |tx: &mut dyn Transaction| first.screen(tx);
            let run = move |tx: &mut dyn Transaction| job.run(&body, tx);
            let reply = shared.store.write_screened(screen, run).await?;
            Ok(shared.answers.hold(reply).await)
        }
    }
}

/// The organisation of the request's token, for a request that was refused before any job ran.
async fn bearer_org(shared: &Shared, token: Option<Digest>) -> Option<OrgId> {
    let token = token?;
    let find = move |tx: &mut dyn Transaction| bearer(Some(&token), tx);
    let found: Result<_, StoreError> = shared.store.read(find).await;
    // Without one the exchange goes to the journal of the first organisation.
    found.ok()?.map(|authorization| authorization.org)
}

async fn screen(shared: &Shared, job: &Arc<Job>) -> Result<(), Fault> {
    let job = Arc::clone(job);
    shared
        .store
        .read(move |tx: &mut dyn Transaction| job.screen(tx))
        .await
}

fn find_route(head: &Parts, line: &Line) -> Result<Route, Fault> {
    let target = head.uri.path_and_query();
    if target.is_some_and(|target| target.as_str().len() > limits::TARGET_BYTES_MAX) {
        return Err(Fault::new(&URL_UNKNOWN).because("the target is too long"));
    }
    if Query::is_too_long(head.uri.query().unwrap_or_default()) {
        return Err(Fault::new(&URL_UNKNOWN).because("the query has too many parameters"));
    }
    route(line.method, &line.path)
}

/// Converts the head of an HTTP request to the CRM's type.
pub(crate) fn request(head: &Parts) -> Request {
    Request {
        method: Method::parse(head.method.as_str()),
        path: head.uri.path().to_owned(),
        query: Query::parse(head.uri.query().unwrap_or_default()),
        headers: headers(&head.headers),
    }
}

/// Picks the headers that the CRM reads.
pub(crate) fn headers(map: &HeaderMap) -> Headers {
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
        // Invalid characters are replaced, not dropped: with the header present the path names a record in another way.
        external: map
            .get(Unserved::EXTERNAL_HEADER)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
    }
}

/// The client's own request id, if it is safe for a header and a log line.
fn client_request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let fits = (1..=CLIENT_REQUEST_ID_BYTES_MAX).contains(&id.len());
    (fits && id.bytes().all(sound)).then(|| id.to_owned())
}

/// Summarises the outcome for the journal.
fn outcome(line: &Line, answered: &Answered) -> journal::Outcome {
    let (status, code, cause) = match answered {
        Answered::Crm(Ok(reply)) => (reply.status, reply.code.unwrap_or_default(), None),
        Answered::Crm(Err(fault)) => {
            let row = fault.row();
            (row.status, row.code, cause(fault).map(str::to_owned))
        }
        Answered::Refused(refusal) => (refusal.0, "", Some(refusal.1.clone())),
        Answered::Raw(reply, _) => (reply.status().as_u16(), "", None),
        Answered::Closed | Answered::Reset => (0, "", None),
    };
    journal::Outcome {
        endpoint: line.endpoint,
        status,
        code,
        cause,
    }
}

/// The private cause of a refusal, for the log and for callers of the control API.
pub(crate) fn cause(fault: &Fault) -> Option<&str> {
    fault.cause().for_log()
}

/// Writes one line of the log: refusals with their private cause, failures as errors, the effect of a fault injection
/// rule; never a body, a query or a token.
fn log(line: &Line, way: &Way, outcome: &journal::Outcome, micros: u64) {
    let Line { id, path, .. } = line;
    let path = &*secrets::of_path(path, &mut Places::Alike);
    let journal::Outcome {
        endpoint,
        status,
        code,
        cause,
    } = outcome;
    let (method, status, cause) = (line.method.as_str(), *status, cause.as_deref());
    let host = way.host.as_ref().map(|host| host.name());
    let rule = line.rule.as_ref().map(|rule| &**rule.did());
    if status >= 500 && rule.is_none() {
        tracing::error!(target: "request.failed", id, method, host, path, endpoint, status, code, cause, micros);
    } else if cause.is_some() || !(200..400).contains(&status) {
        tracing::info!(target: "request.refused", id, method, host, path, endpoint, status, code, cause, rule, micros);
    } else {
        tracing::info!(target: "request.ok", id, method, host, path, endpoint, status, code, rule, micros);
    }
}
