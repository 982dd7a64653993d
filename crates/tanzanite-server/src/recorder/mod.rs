//! The recorder: a proxy in front of the real service that forwards everything unchanged and writes each exchange,
//! without secrets, to a file.

mod keeper;
pub mod recording;
mod upstream;

use crate::body::{Aborted, Bodies, Held};
use crate::control::is_control;
use crate::door::{Door, bounded, speak};
use crate::render::HttpReply;
use crate::{Outgoing, StartError, Timeouts, entropy};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::response::Parts;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use keeper::{Keeper, Passed};
use recording::Opening;
use serde_json::json;
use std::fs::File;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use tanzanite_protocol::{RequestBody, limits};
use upstream::Upstream;

/// The configuration of a recorder.
#[derive(Clone, Debug)]
pub struct RecorderConfig {
    /// The address to listen on; port 0 lets the system pick a port.
    pub listen: SocketAddr,
    /// The origin of the real API.
    pub to: String,
    /// The origin of the server that issues tokens.
    pub accounts: String,
    /// Allow an address that others can reach.
    pub insecure: bool,
}

/// The reasons why a recorder does not start.
#[derive(Debug)]
pub enum RecorderError {
    /// The address cannot be listened on.
    Start(StartError),
    /// The system's trusted certificates cannot be read.
    Trust(io::Error),
    /// The file cannot be written.
    File(io::Error),
}

/// A recorder that listens and forwards requests once [`Recorder::finished`] is called.
#[derive(Debug)]
pub struct Recorder {
    door: Door,
    proxy: Arc<Proxy>,
}

/// The numbers of exchanges, at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Written to the file.
    pub kept: u64,
    /// Forwarded but not written, because the file was full or writing failed.
    pub lost: u64,
}

/// State that all connections share.
#[derive(Debug)]
struct Proxy {
    upstream: Upstream,
    url: String,
    /// Bodies of clients' requests.
    asked: Bodies,
    /// Bodies of the real service's answers. Their memory is separate, because a request keeps its share while it waits
    /// for its answer's.
    answered: Bodies,
    keeper: Arc<Keeper>,
    timeouts: Timeouts,
}

/// An answer of the recorder's own: status, problem, advice.
#[derive(Debug)]
struct Trouble(StatusCode, String, &'static str);

impl Recorder {
    /// Binds the address, and begins the recording in an empty file.
    pub async fn start(config: RecorderConfig, file: File) -> Result<Self, RecorderError> {
        if !config.insecure && !config.listen.ip().is_loopback() {
            let what = "whoever does is passed on to the real service";
            return Err(RecorderError::Start(StartError::Exposed(
                config.listen,
                what,
            )));
        }
        let (door, address) = Door::open(config.listen, limits::CONNECTIONS_MAX, Arc::default())
            .await
            .map_err(RecorderError::Start)?;
        let url = format!("http://{address}");
        let opening = Opening::new(&config.to, &config.accounts, &url, entropy::now());
        let (timeouts, longest) = (Timeouts::default(), limits::RECORDED_BODY_BYTES_MAX);
        let proxy = Proxy {
            upstream: Upstream::new(config.to, config.accounts).map_err(RecorderError::Trust)?,
            keeper: Arc::new(Keeper::begin(file, &opening).map_err(RecorderError::File)?),
            url,
            asked: Bodies::new(timeouts.body, longest),
            answered: Bodies::new(limits::UPSTREAM_BODY_TIMEOUT, longest),
            timeouts,
        };
        Ok(Self {
            door,
            proxy: Arc::new(proxy),
        })
    }

    /// The origin that clients use.
    pub fn base_url(&self) -> &str {
        &self.proxy.url
    }

    /// Forwards requests until `shutdown` resolves, and lets open ones finish within their time.
    pub async fn finished(self, shutdown: impl Future<Output = ()>) -> Recorded {
        let Self { door, proxy } = self;
        let timeouts = proxy.timeouts;
        let serving = door.serve(timeouts, shutdown, |stream, _, mut visit| {
            let proxy = Arc::clone(&proxy);
            let answer = move |request| Arc::clone(&proxy).answer(request);
            async move {
                speak(bounded(stream, timeouts), timeouts, &mut visit, answer).await;
            }
        });
        serving.await;
        proxy.keeper.recorded()
    }
}

impl Proxy {
    /// Answers a request. An error closes the connection without an answer.
    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
    ) -> Result<Response<Outgoing>, Aborted> {
        // In a task of its own, so that a forwarded exchange is kept even if the client disconnects.
        let passed = tokio::spawn(async move { self.pass(request).await });
        let reply = passed.await.map_err(|_| Aborted)??;
        Ok(reply.map(Outgoing::whole))
    }

    async fn pass(&self, request: Request<Incoming>) -> Result<HttpReply, Aborted> {
        #[expect(
            clippy::disallowed_methods,
            reason = "measures for the recording; no answer depends on it"
        )]
        let begun = Instant::now();
        let at = entropy::now();
        let (head, incoming) = request.into_parts();
        if is_control(head.uri.path()) {
            self.asked.discard(incoming).await?;
            return Ok(not_passed_on().reply().0);
        }
        let held = self
            .asked
            .read(incoming, limits::RECORDED_BODY_BYTES_MAX)
            .await?;
        let (body, answered) = match whole(&held) {
            Some(body) => (body.clone(), self.ask(&head, body).await),
            None => (Bytes::new(), Err(too_long())),
        };
        let failed = answered.as_ref().err().map(|trouble| trouble.1.clone());
        let (mut reply, reply_body) = match answered {
            Ok((parts, body)) => (Response::from_parts(parts, body.clone()), body),
            Err(trouble) => trouble.reply(),
        };
        let url = Some(self.url.as_str()).filter(|_| upstream::is_accounts(head.uri.path()));
        let rewritten = url.and_then(|url| upstream::with_api_domain(&reply_body, url));
        let passed = Passed {
            at,
            micros: u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX),
            head,
            body,
            status: reply.status(),
            reply_headers: reply.headers().clone(),
            reply_body,
            api_domain: rewritten.is_some().then(|| self.url.clone()),
            failed,
        };
        if let Some(body) = rewritten {
            upstream::replace_body(&mut reply, body);
        }
        let keeper = Arc::clone(&self.keeper);
        // The exchange is in the file before the client gets its answer.
        let kept = tokio::task::spawn_blocking(move || keeper.keep(passed));
        kept.await.map_err(|_| Aborted)?;
        Ok(reply)
    }

    /// The real service's whole answer.
    async fn ask(
        &self,
        head: &http::request::Parts,
        body: Bytes,
    ) -> Result<(Parts, Bytes), Trouble> {
        let (parts, incoming) = self.upstream.ask(head, body).await?;
        let held = self
            .answered
            .read(incoming, limits::RECORDED_BODY_BYTES_MAX)
            .await;
        let held = held.map_err(|_| {
            let error = "the real service's answer broke off, or took too long";
            Trouble::gateway(error.to_owned(), "try again")
        })?;
        let body = whole(&held).ok_or_else(|| {
            let error = "the real service's answer is too long for a recording";
            let hint = "ask for less, or ask the real service itself";
            Trouble::gateway(error.to_owned(), hint)
        })?;
        Ok((parts, body))
    }
}

/// The body; `None` if it was too long.
fn whole(held: &Held<'_>) -> Option<Bytes> {
    match &held.body {
        RequestBody::Whole(bytes) => Some(bytes.clone()),
        RequestBody::TooLarge => None,
    }
}

fn not_passed_on() -> Trouble {
    Trouble(
        StatusCode::NOT_FOUND,
        "/_tanzanite is not passed on".to_owned(),
        "this is `tanzanite record`: ask the server behind it",
    )
}

fn too_long() -> Trouble {
    Trouble(
        StatusCode::PAYLOAD_TOO_LARGE,
        "the body is too long for a recording, and was not passed on".to_owned(),
        "send less than 22 MiB, or send it to the real service itself",
    )
}

impl Trouble {
    fn gateway(error: String, hint: &'static str) -> Self {
        Self(StatusCode::BAD_GATEWAY, error, hint)
    }

    fn reply(self) -> (HttpReply, Bytes) {
        let Self(status, error, hint) = self;
        let body = Bytes::from(json!({ "error": error, "hint": hint }).to_string());
        let mut reply = Response::new(body.clone());
        *reply.status_mut() = status;
        let json = HeaderValue::from_static("application/json;charset=UTF-8");
        reply.headers_mut().insert(CONTENT_TYPE, json);
        (reply, body)
    }
}
