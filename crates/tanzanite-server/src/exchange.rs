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

/// The longest id of a client's own that we echo.
const CLIENT_REQUEST_ID_BYTES_MAX: usize = 64;

/// What the log and the journal say about one exchange.
pub(crate) struct Line {
    id: String,
    pub(crate) method: Method,
    path: String,
    endpoint: &'static str,
    /// Of the token that was shown to the vendor's API.
    pub(crate) token: Option<Digest>,
    /// As far as it was read.
    body: Bytes,
    /// When it began.
    pub(crate) at: Timestamp,
    /// Whose request it is, once that is known.
    pub(crate) org: Option<OrgId>,
    /// The rule that has fired.
    pub(crate) rule: Option<Arc<Rule>>,
    /// Since it is carried out; it ends with the exchange.
    under_way: Option<UnderWay>,
}

/// What a request is answered with.
pub(crate) enum Answered {
    Crm(Result<Reply, Fault>),
    /// By a refusal that is no fault of the vendor's.
    Refused(Refusal),
    /// What a rule says, and its body.
    Raw(HttpReply, Bytes),
    /// With the end of the connection: a rule says so.
    Closed,
    /// With its end by a reset.
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
    // The vendor's hosts have none.
    let is_control = way.host.is_none() && control::is_control(&line.path);
    let admitted = admission::admit(&shared, &way, &head);
    // Whoever is not admitted leaves nothing but a line in the log.
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

/// The vendor's API.
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
            // What need not be held: what comes with an unknown token, or with one whose scope does not do.
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

/// Runs a job. The store screens it if that spares it something.
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

/// Whose the token is of a request that nothing was run for.
async fn bearer_org(shared: &Shared, token: Option<Digest>) -> Option<OrgId> {
    let token = token?;
    let find = move |tx: &mut dyn Transaction| bearer(Some(&token), tx);
    let found: Result<_, StoreError> = shared.store.read(find).await;
    // The journal of the first organisation will do.
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

/// A request as the CRM sees it.
pub(crate) fn request(head: &Parts) -> Request {
    Request {
        method: Method::parse(head.method.as_str()),
        path: head.uri.path().to_owned(),
        query: Query::parse(head.uri.query().unwrap_or_default()),
        headers: headers(&head.headers),
    }
}

/// The headers that the CRM reads.
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
        // That it is there matters more than its characters: a call with it means another record.
        external: map
            .get(Unserved::EXTERNAL_HEADER)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
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

/// Why it was refused, for the operator: the log, and those who may ask the control API.
pub(crate) fn cause(fault: &Fault) -> Option<&str> {
    fault.cause().for_log()
}

/// One line: refusals with their private cause, failures as errors, what a rule did; never a body, a query or a token.
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
