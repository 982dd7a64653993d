//! A Tanzanite in the test's own process: an organisation of its own in memory, up in milliseconds, gone with the value.
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

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::JoinHandle;
use tanzanite_crm::operator::{self, ClockError};
use tanzanite_crm::seed::{Credentials, Seed, SeedPackage};
use tanzanite_crm::{StoreError, Transaction};
use tanzanite_protocol::{OrgId, RecordId};
use tanzanite_server::{Config, Handler, Launch, Running, now};
use tanzanite_store::{AnyStore, Database, Place, Store as _};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

pub use tanzanite_crm::clock::ClockChange;
pub use tanzanite_protocol::Timestamp;

/// Why a server did not start.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// A running server. It ends when this is dropped.
pub struct Tanzanite {
    url: String,
    handler: Handler,
    store: AnyStore,
    org: OrgId,
    credentials: Credentials,
    /// Ends the server when it is dropped.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Tanzanite {
    /// The built-in demo, on a free port of this machine.
    pub fn start() -> Result<Self, Error> {
        Self::plant(Seed::demo()?, None)
    }

    /// What a seed file describes. Its pictures are beside it.
    pub fn start_from(seed: impl AsRef<Path>) -> Result<Self, Error> {
        let path = seed.as_ref();
        let text = std::fs::read_to_string(path)?;
        let seed = Seed::parse(&path.display().to_string(), &text)?;
        Self::plant(seed, Some(path.parent().unwrap_or(path).to_owned()))
    }

    /// The base URL: the client's API domain and accounts URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The text of one of the seed's tokens, by its name.
    pub fn token(&self, name: &str) -> Option<&str> {
        self.credentials.token(name)
    }

    /// Module and id of one of the seed's records, by its key.
    pub fn record(&self, key: &str) -> Option<(&str, RecordId)> {
        self.credentials.record(key)
    }

    /// Everything that the seed gives a client.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Sets the organisation's clock; what it shows then.
    pub fn clock(&self, change: ClockChange) -> Result<Timestamp, ClockError> {
        let (org, machine) = (self.org, now());
        let set = move |tx: &mut dyn Transaction| operator::set_clock(org, change, machine, tx);
        let store = &self.store;
        // The test may be an asynchronous one, which must not wait for a store.
        let clock = std::thread::scope(|scope| scope.spawn(|| store.write_blocking(set)).join());
        let panicked = |_| ClockError::Store(StoreError::new("the store panicked"));
        Ok(clock.map_err(panicked)??.at(machine))
    }

    /// Answers a request without a socket. `None` if a rule about faults ends the connection before the answer is whole. Must be
    /// called within a Tokio runtime that has timers.
    pub async fn handle(&self, request: Request<Bytes>) -> Option<Response<Bytes>> {
        let answered = self.handler.handle(request.map(Full::new)).await?;
        let (head, body) = answered.into_parts();
        let body = body.collect().await.ok()?;
        Some(Response::from_parts(head, body.to_bytes()))
    }

    fn plant(seed: Seed, pictures: Option<PathBuf>) -> Result<Self, Error> {
        let (credentials, org) = (seed.credentials(), seed.org_id());
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = mpsc::channel();
        // A thread of its own, since the test may be an asynchronous one and must not wait for a store.
        let thread = std::thread::Builder::new()
            .name("tanzanite".to_owned())
            .spawn(move || match begin(seed, pictures) {
                Ok((runtime, running, store)) => {
                    let url = running.base_url().to_owned();
                    // Whoever does not listen any more has been dropped, and the server with it.
                    if tell.send(Ok((url, running.handler(), store))).is_ok() {
                        runtime.block_on(running.finished(async { drop(stopped.await) }));
                    }
                }
                Err(error) => drop(tell.send(Err(error))),
            })?;
        let (url, handler, store) = told.recv()??;
        Ok(Self {
            url,
            handler,
            store,
            org,
            credentials,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

/// Fills a store from a seed and listens.
fn begin(seed: Seed, pictures: Option<PathBuf>) -> Result<(Runtime, Running, AnyStore), Error> {
    let store = AnyStore::open(&Database::Sqlite(Place::Memory))?;
    let package = match pictures {
        Some(folder) => SeedPackage::new(seed, |name| {
            std::fs::read(folder.join(name))
                .map(Bytes::from)
                .map_err(|error| error.to_string())
        }),
        None => SeedPackage::with_demo_pictures(seed),
    };
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

impl Drop for Tanzanite {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // If it panicked, it has said so.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Tanzanite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tanzanite")
            .field("url", &self.url)
            .field("org", &self.org)
            .finish_non_exhaustive()
    }
}
