//! Carries bytes between sockets and the CRM function: HTTP/1.1 and 2, limits and time-outs, the control API, the log.
//!
//! The only asynchronous crate, and it decides nothing about the CRM. It knows no SQL.

mod admission;
mod answers;
mod body;
mod control;
mod door;
mod entropy;
mod exchange;
mod faults;
pub mod files;
mod guests;
mod handler;
mod hangup;
mod intercept;
mod jobs;
mod journal;
mod listener;
mod meter;
mod names;
mod outgoing;
mod pace;
mod pattern;
mod pauses;
mod pulse;
mod queue;
pub mod recorder;
mod render;
mod secrets;
mod share;
pub mod tls;
mod way;

pub use body::{Aborted, Incoming};
pub use entropy::now;
pub use handler::Handler;
pub use listener::{Running, StartError, start};
pub use outgoing::Outgoing;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tanzanite_crm::secret::Digest;
use tanzanite_crm::{AuthMode, Service};
use tanzanite_protocol::{OrgId, limits};
use tanzanite_seed::SeedPackage;
use tanzanite_store::AnyStore;
use tls::{Authority, Tls};

/// How a server is started.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens; port 0 picks one.
    pub listen: SocketAddr,
    /// The origin that clients use, if it is not where we listen.
    pub public_url: Option<String>,
    /// How tokens are looked at.
    pub auth: AuthMode,
    /// Whether the vendor's limits hold where an organisation says nothing.
    pub limits: bool,
    /// Serve what is unsafe on a public address.
    pub insecure: bool,
    /// Open connections.
    pub connections_max: usize,
    /// The digest of what callers of the control API must show. Without one they must be on this machine.
    pub control_token: Option<Digest>,
    /// How long clients may take.
    pub timeouts: Timeouts,
    /// The certificate that the listener shows; none: it speaks plain HTTP.
    pub tls: Option<Tls>,
    /// Who certifies the vendor's hosts for which the listener answers as a proxy; none: it is no proxy.
    pub intercept: Option<Arc<Authority>>,
}

/// How long clients may take. Only tests have other times than the constants of [`limits`].
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a TLS handshake, for a request's head, and between requests.
    pub head: Duration,
    /// To lag behind with a request's body.
    pub body: Duration,
    /// To lag behind with an answer, and for one socket write to make progress.
    pub write: Duration,
    /// For open requests to finish once the end has come.
    pub shutdown: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            head: limits::HEAD_TIMEOUT,
            body: limits::BODY_TIMEOUT,
            write: limits::WRITE_TIMEOUT,
            shutdown: limits::SHUTDOWN_TIMEOUT,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            public_url: None,
            auth: AuthMode::Strict,
            limits: false,
            insecure: false,
            connections_max: limits::CONNECTIONS_MAX,
            control_token: None,
            timeouts: Timeouts::default(),
            tls: None,
            intercept: None,
        }
    }
}

impl Config {
    fn scheme(&self) -> &'static str {
        self.tls.as_ref().map_or("http", |_| "https")
    }

    /// Refuses to show everybody what only this machine may see. [`start`] asks too; who writes something before it starts
    /// a server asks before that.
    pub fn check_exposure(&self, demo: bool) -> Result<(), StartError> {
        let what = if self.insecure || self.listen.ip().is_loopback() {
            return Ok(());
        } else if demo {
            "everybody knows the demo's credentials"
        } else if self.auth != AuthMode::Strict {
            "tokens are not looked at"
        } else if self.intercept.is_some() {
            "it answers for the vendor's hosts"
        } else {
            return Ok(());
        };
        Err(StartError::Exposed(self.listen, what))
    }
}

/// What is served.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The organisation whose administrator answers when tokens are not looked at.
    pub default_org: OrgId,
    /// The seed that it was made from, if this start knows it: more organisations can be made from it, and it says the secrets
    /// that a store does not know.
    pub seed: Option<SeedPackage>,
    /// The credentials are the demo's: everybody knows them.
    pub demo: bool,
}

/// What all requests share.
#[derive(Debug)]
struct Shared {
    store: AnyStore,
    service: Arc<Service>,
    /// The public URL again.
    origin: Arc<str>,
    /// What the listener speaks: `http` or `https`.
    scheme: &'static str,
    /// The listener is on a loopback address: only names of this machine and the public one lead here.
    is_local: bool,
    /// Tokens that everybody knows harm nobody: others cannot reach this server, or it was started regardless.
    may_be_public: bool,
    /// An organisation was made from the demo: everybody knows its tokens.
    has_public_tokens: AtomicBool,
    interceptor: Option<intercept::Interceptor>,
    launch: Launch,
    control_token: Option<Digest>,
    bodies: body::Bodies,
    answers: Arc<answers::Answers>,
    timeouts: Timeouts,
    entropy: entropy::Pool,
    journal: journal::Journal,
    faults: faults::Faults,
    meters: Arc<meter::Meters>,
    pauses: pauses::Pauses,
    given: control::Given,
}

impl Shared {
    fn new(
        service: Service,
        config: &Config,
        store: AnyStore,
        launch: Launch,
        answers: Arc<answers::Answers>,
    ) -> Self {
        let authority = config.intercept.clone();
        let interceptor = |authority| intercept::Interceptor::new(&service, authority);
        Self {
            store,
            origin: service.public_url.as_str().into(),
            scheme: config.scheme(),
            is_local: config.listen.ip().is_loopback(),
            may_be_public: config.check_exposure(true).is_ok(),
            has_public_tokens: launch.demo.into(),
            interceptor: authority.map(interceptor),
            service: Arc::new(service),
            launch,
            control_token: config.control_token,
            bodies: body::Bodies::new(config.timeouts.body, limits::SEED_BODY_BYTES_MAX),
            answers,
            timeouts: config.timeouts,
            entropy: entropy::Pool::default(),
            journal: journal::Journal::default(),
            faults: faults::Faults::default(),
            meters: Arc::default(),
            pauses: pauses::Pauses::default(),
            given: control::Given::default(),
        }
    }

    /// The name in the public URL, without a port.
    fn public_host(&self) -> &str {
        let authority = self.service.public_url.split("//").nth(1);
        authority.map(names::host).unwrap_or_default()
    }

    /// Nothing that this process remembers of an organisation is so any more: it is gone, or is made anew.
    fn forget(&self, org: OrgId) {
        self.meters.forget(org);
        self.faults.forget(org);
        self.journal.forget(org);
    }
}
