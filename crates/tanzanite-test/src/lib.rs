//! A Tanzanite in the test's own process, with an organisation in memory. It starts in milliseconds and stops on drop.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! let crm = tanzanite_test::Tanzanite::start()?;
//! let token = crm.token("admin").expect("a token of the demo's");
//! // Point the client under test at crm.url(), with this token.
//! assert!(crm.url().starts_with("http://127.0.0.1:"));
//! # let _ = token;
//! # Ok(())
//! # }
//! ```
//!
//! [`Tanzanite::organisation`] makes another organisation on the same server, which is faster than starting a server,
//! for tests that share one.
//!
//! ```
//! use std::sync::LazyLock;
//! use tanzanite_test::Tanzanite;
//!
//! static SERVER: LazyLock<Tanzanite> = LazyLock::new(|| Tanzanite::start().expect("a server"));
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! let crm = SERVER.organisation("a_test_of_mine")?;
//! assert_ne!(crm.token("admin"), SERVER.token("admin"));
//! # Ok(())
//! # }
//! ```

use bytes::Bytes;
use http::header::HOST;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Collected, Full};
use serde_json::{Value, json};
use std::fmt;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use tanzanite_crm::operator::{self, ClockError};
use tanzanite_crm::{StoreError, Transaction};
use tanzanite_protocol::{OrgId, RecordId};
use tanzanite_seed::{Credentials, Seed, SeedPackage};
use tanzanite_server::{Config, Handler, Launch, Running, files, now};
use tanzanite_store::{AnyStore, Database, Place, Store as _};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;

pub use tanzanite_crm::clock::ClockChange;
pub use tanzanite_protocol::Timestamp;

/// The reason why a server did not start, or why it refused a request.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// An organisation, and the server that it is on. An organisation made by [`Self::organisation`] is removed on drop,
/// and the server stops with the last of its organisations.
pub struct Tanzanite {
    server: Arc<Server>,
    org: OrgId,
    credentials: Credentials,
}

/// A server in a thread of its own, which ends on drop.
struct Server {
    url: String,
    handler: Handler,
    store: AnyStore,
    /// The seed of its organisations.
    package: SeedPackage,
    /// The runtime of the server's thread.
    runtime: Handle,
    /// Ends the server when dropped.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Tanzanite {
    /// Starts the built-in demo on a free port of this machine.
    pub fn start() -> Result<Self, Error> {
        Self::plant(SeedPackage::with_demo_pictures(Seed::demo()?))
    }

    /// Starts a server from a seed file, with the pictures beside it.
    pub fn start_from(seed: impl AsRef<Path>) -> Result<Self, Error> {
        let path = seed.as_ref();
        let seed = Seed::parse(&path.display().to_string(), &files::read_seed(path)?)?;
        Self::plant(files::with_pictures_beside(path, seed))
    }

    /// Makes another organisation on this server, from its seed. The same name gives the same ids and tokens; no two
    /// organisations can have one name at the same time.
    pub fn organisation(&self, name: &str) -> Result<Self, Error> {
        let named = self.server.package.seed().named(&name.parse()?)?;
        let wanted = json!({ "name": name }).to_string();
        self.server.ask(Method::POST, "organisations", wanted)?;
        Ok(Self {
            server: Arc::clone(&self.server),
            org: named.org_id(),
            credentials: named.credentials(),
        })
    }

    /// The base URL: the client's API domain and accounts URL.
    pub fn url(&self) -> &str {
        &self.server.url
    }

    /// The organisation's id, which the control API accepts as `?org=`.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// The text of one of the seed's tokens, by its name.
    pub fn token(&self, name: &str) -> Option<&str> {
        self.credentials.token(name)
    }

    /// Module and id of one of the seed's records, by its key.
    pub fn record(&self, key: &str) -> Option<(&str, RecordId)> {
        self.credentials.record(key)
    }

    /// All credentials and ids of the seed.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Restores the state that the seed made, and removes the organisation's fault injection rules, journal and counted
    /// limits.
    pub fn reset(&self) -> Result<(), Error> {
        self.server
            .ask(Method::POST, &self.about("reset"), String::new())
    }

    /// Changes the organisation's clock; returns the time that it then shows.
    pub fn clock(&self, change: ClockChange) -> Result<Timestamp, ClockError> {
        let (org, machine) = (self.org, now());
        let set = move |tx: &mut dyn Transaction| operator::set_clock(org, change, machine, tx);
        let store = &self.server.store;
        // The test may be asynchronous, and must not block on a store.
        let clock = std::thread::scope(|scope| scope.spawn(|| store.write_blocking(set)).join());
        let panicked = |_| ClockError::Store(StoreError::new("the store panicked"));
        Ok(clock.map_err(panicked)??.at(machine))
    }

    /// Answers a request without a socket. `None` if a fault injection rule ends the connection before the answer is
    /// complete. Must be called within a Tokio runtime that has timers enabled.
    pub async fn handle(&self, request: Request<Bytes>) -> Option<Response<Bytes>> {
        let answered = self.server.handler.handle(request.map(Full::new)).await?;
        let (head, body) = answered.into_parts();
        let body = body.collect().await.ok()?;
        Some(Response::from_parts(head, body.to_bytes()))
    }

    fn plant(package: SeedPackage) -> Result<Self, Error> {
        let (org, credentials) = (package.seed().org_id(), package.seed().credentials());
        let server = Arc::new(Server::start(package)?);
        Ok(Self {
            server,
            org,
            credentials,
        })
    }

    fn about(&self, operation: &str) -> String {
        format!("{operation}?org={}", self.org)
    }
}

impl Drop for Tanzanite {
    fn drop(&mut self) {
        if self.org != self.server.package.seed().org_id() {
            // It may be gone already; and a panic of the server's thread has been reported.
            let _ = self
                .server
                .ask(Method::DELETE, &self.about("organisations"), String::new());
        }
    }
}

impl Server {
    fn start(package: SeedPackage) -> Result<Self, Error> {
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = mpsc::channel();
        // In a thread of its own, since the test may be asynchronous and must not block on a store.
        let planted = package.clone();
        let thread = std::thread::Builder::new()
            .name("tanzanite".to_owned())
            .spawn(move || match begin(planted) {
                Ok((runtime, running, store)) => {
                    let url = running.base_url().to_owned();
                    let begun = (url, running.handler(), store, runtime.handle().clone());
                    // An error means that the receiver was dropped, and with it the server.
                    if tell.send(Ok(begun)).is_ok() {
                        runtime.block_on(running.finished(async { drop(stopped.await) }));
                    }
                }
                Err(error) => drop(tell.send(Err(error))),
            })?;
        let (url, handler, store, runtime) = told.recv()??;
        Ok(Self {
            url,
            handler,
            store,
            package,
            runtime,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Calls the control API in the server's thread, since the test may be asynchronous.
    fn ask(&self, method: Method, operation: &str, body: String) -> Result<(), Error> {
        let request = Request::builder()
            .method(method)
            .uri(format!("/_tanzanite/{operation}"))
            .header(HOST, "localhost")
            .body(Full::new(Bytes::from(body)))?;
        let (handler, (tell, told)) = (self.handler.clone(), mpsc::channel());
        self.runtime.spawn(async move {
            // Control requests are always answered, because no rule applies to them.
            if let Some(answered) = handler.handle(request).await {
                let (head, body) = answered.into_parts();
                let body = body.collect().await.map(Collected::to_bytes);
                let _ = tell.send((head.status, body));
            }
        });
        let (status, body) = told.recv()?;
        if status.is_success() {
            return Ok(());
        }
        let refusal: Value = serde_json::from_slice(&body?)?;
        let text = |key: &str| refusal[key].as_str().unwrap_or_default().to_owned();
        Err(format!("{}; {}", text("error"), text("hint")).into())
    }
}

/// Plants a seed in a store, and listens.
fn begin(package: SeedPackage) -> Result<(Runtime, Running, AnyStore), Error> {
    let store = AnyStore::open(&Database::Sqlite(Place::Memory))?;
    let launch = Launch {
        default_org: package.seed().org_id(),
        seed: Some(package.clone()),
        demo: package.seed().is_demo(),
    };
    let at = now();
    store.write_blocking(move |tx| package.apply(at, tx))?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let running = tanzanite_server::start(Config::default(), store.clone(), launch);
    let running = runtime.block_on(running)?;
    Ok((runtime, running, store))
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic has been reported.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Tanzanite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tanzanite")
            .field("url", &self.server.url)
            .field("org", &self.org)
            .finish_non_exhaustive()
    }
}
