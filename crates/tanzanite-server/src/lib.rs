//! Carries bytes between sockets and the CRM function: HTTP/1.1 and 2, limits and time-outs, the control API, the log.
//!
//! This is the only asynchronous crate. It decides nothing about the CRM and knows no SQL.

mod admission;
mod answers;
mod body;
mod control;
mod delivery;
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

/// The configuration of a server.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on; port 0 lets the system pick a port.
    pub listen: SocketAddr,
    /// The origin that clients use, if it differs from the address listened on.
    pub public_url: Option<String>,
    /// Whether tokens are checked.
    pub auth: AuthMode,
    /// Whether the vendor's limits apply to an organisation that does not say.
    pub limits: bool,
    /// Allow unsafe configuration on an address that others can reach.
    pub insecure: bool,
    /// The highest number of open connections.
    pub connections_max: usize,
    /// The digest of the token that callers of the control API must show. Without one they must be on this machine.
    pub control_token: Option<Digest>,
    /// The time-outs of clients.
    pub timeouts: Timeouts,
    /// The listener's certificate. `None` means plain HTTP.
    pub tls: Option<Tls>,
    /// The authority that certifies the vendor's hosts for interception. `None` means that the listener is no proxy.
    pub intercept: Option<Arc<Authority>>,
    /// The hosts beyond this machine that notifications are sent to: names or addresses.
    pub deliver_to: Vec<String>,
}

/// How long clients may take. Production uses the constants of [`limits`]; tests use shorter times.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a TLS handshake, for a request's head, and between requests.
    pub head: Duration,
    /// How far a request's body may fall behind.
    pub body: Duration,
    /// How far reading an answer may fall behind, and how long one socket write may make no progress.
    pub write: Duration,
    /// For open requests to finish during shutdown.
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
            deliver_to: Vec::new(),
        }
    }
}

impl Config {
    fn scheme(&self) -> &'static str {
        self.tls.as_ref().map_or("http", |_| "https")
    }

    /// Refuses to offer beyond this machine what only this machine may use, such as the demo's public tokens. [`start`]
    /// checks this too; callers that write something before starting a server check it first.
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

/// The data that a server serves.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The organisation whose administrator every request acts as when tokens are not checked.
    pub default_org: OrgId,
    /// The seed of the organisation, if this start knows it. More organisations can be made from it, and it holds the
    /// secrets of which a store has only digests.
    pub seed: Option<SeedPackage>,
    /// Whether the credentials are the demo's, which are public.
    pub demo: bool,
}

/// State that all requests share.
#[derive(Debug)]
struct Shared {
    store: AnyStore,
    service: Arc<Service>,
    /// The public URL, shared.
    origin: Arc<str>,
    /// The scheme of the listener: `http` or `https`.
    scheme: &'static str,
    /// Whether the listener is on a loopback address, so that only names of this machine and the public name are valid.
    is_local: bool,
    /// Whether public tokens are acceptable: others cannot reach this server, or the operator accepted the risk.
    may_be_public: bool,
    /// Whether some organisation was made from the demo, whose tokens are public.
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
    receivers: delivery::Receivers,
    client: delivery::Client,
    senders: Arc<delivery::Senders>,
}

impl Shared {
    fn new(
        service: Service,
        config: &Config,
        store: AnyStore,
        launch: Launch,
        answers: Arc<answers::Answers>,
        address: SocketAddr,
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
            bodies: body::Bodies::new(config.timeouts.body, limits::FILE_BODY_BYTES_MAX),
            answers,
            timeouts: config.timeouts,
            entropy: entropy::Pool::default(),
            journal: journal::Journal::default(),
            faults: faults::Faults::default(),
            meters: Arc::default(),
            pauses: pauses::Pauses::default(),
            given: control::Given::default(),
            receivers: delivery::Receivers::new(&config.deliver_to, address),
            client: delivery::Client::default(),
            senders: Arc::default(),
        }
    }

    /// The host name in the public URL, without a port.
    fn public_host(&self) -> &str {
        let authority = self.service.public_url.split("//").nth(1);
        authority.map(names::host).unwrap_or_default()
    }

    /// Drops all that this process keeps in memory of an organisation that was removed or made anew.
    fn forget(&self, org: OrgId) {
        self.meters.forget(org);
        self.faults.forget(org);
        self.journal.forget(org);
    }
}
