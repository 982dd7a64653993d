//! A world for a test: the demo's organisation behind a real listener, and actors that send raw requests to it.

mod exchange;

pub(crate) use exchange::Exchange;

use crate::stores::{Home, is_shared};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tanzanite_crm::{AuthMode, StoreError, Transaction};
use tanzanite_protocol::{OrgId, Timestamp};
use tanzanite_seed::{Credentials, Seed, SeedPackage};
use tanzanite_server::{Config, Launch, start};
use tanzanite_store::{AnyStore, Store as _, dump};
use tokio::sync::oneshot;

/// Processes of leads and deals, for the demo's seed.
pub(crate) const BLUEPRINT: &str = include_str!("blueprint.toml");

/// A server in this process that serves the demo's organisation.
pub(crate) struct World {
    pub(crate) address: SocketAddr,
    pub(crate) store: AnyStore,
    pub(crate) credentials: Credentials,
    pub(crate) org: OrgId,
    shutdown: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    /// Removes the store's data once the server has ended.
    home: Home,
}

/// The demo's seed with what a test adds to it.
pub(crate) fn seed_and(more: &str) -> Seed {
    let demo = include_str!("../../../tanzanite-seed/src/demo.toml");
    let text = format!("{demo}\n{more}");
    Seed::parse("more.toml", &text).unwrap_or_else(|error| panic!("{error}"))
}

impl World {
    /// The demo, with tokens checked strictly.
    pub(crate) fn demo() -> Self {
        Self::with(Config::default())
    }

    /// The demo in this store.
    pub(crate) fn demo_in(home: Home) -> Self {
        Self::of(Seed::demo().expect("the demo"), Config::default(), home)
    }

    /// The demo with the additions of `more.toml`.
    pub(crate) fn enlarged() -> Self {
        Self::demo_and(include_str!("more.toml"))
    }

    /// The demo with what a test adds to its seed.
    pub(crate) fn demo_and(more: &str) -> Self {
        Self::of(seed_and(more), Config::default(), Home::fresh())
    }

    /// The demo in another mode of checking tokens.
    pub(crate) fn with_auth(auth: AuthMode) -> Self {
        Self::with(Config {
            auth,
            ..Config::default()
        })
    }

    /// The demo with this configuration.
    pub(crate) fn with(config: Config) -> Self {
        Self::of(Seed::demo().expect("the demo"), config, Home::fresh())
    }

    /// The demo with a secret of its own, so that its tokens are not public.
    pub(crate) fn private(config: Config) -> Self {
        let text = include_str!("../../../tanzanite-seed/src/demo.toml")
            .replace("demo = true", "")
            .replace("secret = \"the demo's", "secret = \"somebody's");
        let seed = Seed::parse("private.toml", &text).unwrap_or_else(|error| panic!("{error}"));
        assert!(!seed.is_demo(), "its tokens are public");
        Self::of(seed, config, Home::fresh())
    }

    /// The demo, at a start that does not know the seed it was made from.
    pub(crate) fn of_unknown_seed() -> Self {
        let seed = Seed::demo().expect("the demo");
        Self::launched(seed, Config::default(), Home::fresh(), false)
    }

    fn of(seed: Seed, config: Config, home: Home) -> Self {
        Self::launched(seed, config, home, true)
    }

    fn launched(seed: Seed, config: Config, home: Home, knows_seed: bool) -> Self {
        let store = home.store.clone();
        let (credentials, org) = (seed.credentials(), seed.org_id());
        let package = SeedPackage::with_demo_pictures(seed);
        plant_package(&store, &package);
        let launch = Launch {
            default_org: org,
            seed: knows_seed.then(|| package.clone()),
            demo: package.seed().is_demo(),
        };
        let (shutdown, stopped) = oneshot::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel();
        let served = store.clone();
        let thread = std::thread::spawn(move || {
            let mut builder = tokio::runtime::Builder::new_multi_thread();
            let runtime = builder
                .worker_threads(2)
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let running = start(config, served, launch).await.expect("a server");
                tell.send(running.address()).expect("a listener");
                running.finished(async { drop(stopped.await) }).await;
            });
        });
        let address = told.recv().expect("an address");
        Self {
            address,
            store,
            credentials,
            org,
            shutdown: Some(shutdown),
            thread: Some(thread),
            home,
        }
    }

    /// An actor with a token of the demo seed, by the token's name.
    pub(crate) fn actor(&self, token: &str) -> Actor<'_> {
        let text = self
            .credentials
            .token(token)
            .unwrap_or_else(|| panic!("no token {token:?}"));
        Actor {
            world: self,
            authorization: Some(format!("Zoho-oauthtoken {text}")),
        }
    }

    /// Plants another organisation like the demo's in the same store; returns its id and credentials.
    pub(crate) fn another(&self) -> (OrgId, Credentials) {
        let demo = include_str!("../../../tanzanite-seed/src/demo.toml");
        let text = demo
            .replace("zgid = 600100200", "zgid = 600100201")
            .replace("secret = \"the demo's", "secret = \"another's");
        let seed = Seed::parse("another.toml", &text).unwrap_or_else(|error| panic!("{error}"));
        let (org, credentials) = (seed.org_id(), seed.credentials());
        assert_ne!(org, self.org);
        plant_package(&self.store, &SeedPackage::with_demo_pictures(seed));
        (org, credentials)
    }

    /// An actor with this `Authorization` header.
    pub(crate) fn bearing(&self, authorization: &str) -> Actor<'_> {
        Actor {
            world: self,
            authorization: Some(authorization.to_owned()),
        }
    }

    /// An actor without a token.
    pub(crate) fn anyone(&self) -> Actor<'_> {
        Actor {
            world: self,
            authorization: None,
        }
    }

    /// A record's id by its key in the demo seed.
    pub(crate) fn id(&self, key: &str) -> String {
        let (_, id) = self
            .credentials
            .record(key)
            .unwrap_or_else(|| panic!("no record {key:?}"));
        id.to_string()
    }

    /// A record's path by its key in the demo seed: `/crm/v8/Leads/…`.
    pub(crate) fn path(&self, key: &str) -> String {
        let (module, id) = self
            .credentials
            .record(key)
            .unwrap_or_else(|| panic!("no record {key:?}"));
        format!("/crm/v8/{module}/{id}")
    }

    /// The content of all of the organisation's records.
    pub(crate) fn state(&self) -> String {
        let org = self.org;
        self.store
            .read_blocking(move |tx: &mut dyn Transaction| dump(org, tx))
            .unwrap_or_else(|error: StoreError| panic!("{error}"))
    }

    /// Sets the organisation's clock.
    pub(crate) fn clock(&self, change: &str) {
        let changed = self.anyone().post("/_tanzanite/clock", change);
        assert_eq!(changed.status, 200, "{change}: {changed}");
    }

    /// Moves the organisation's clock on, so that later timestamps differ from earlier ones.
    pub(crate) fn later(&self) {
        self.clock(r#"{"action":"advance","by":"2s"}"#);
    }

    /// Sends a request that must be refused and must change nothing.
    pub(crate) fn refused(&self, send: impl FnOnce(&Self) -> Exchange) -> Exchange {
        let before = self.state();
        let exchange = send(self);
        assert!(exchange.status >= 400, "{exchange}");
        assert_eq!(before, self.state(), "a refused request changed something");
        exchange
    }

    /// Inserts records as the administrator, a hundred a call; returns their ids.
    pub(crate) fn insert(&self, module: &str, items: &[serde_json::Value]) -> Vec<String> {
        let mut ids = Vec::new();
        for chunk in items.chunks(100) {
            let body = serde_json::json!({ "data": chunk }).to_string();
            let exchange = self
                .actor("admin")
                .post(&format!("/crm/v8/{module}"), &body);
            assert_eq!(exchange.status, 201, "{exchange}");
            let answers = exchange.json();
            let answers = answers["data"].as_array().expect("answers");
            ids.extend(answers.iter().map(|answer| text(&answer["details"]["id"])));
        }
        ids
    }

    /// A record as the administrator sees it.
    pub(crate) fn record(&self, path: &str) -> serde_json::Value {
        self.actor("admin").get(path).json()["data"][0].take()
    }

    /// The id of a record's lock.
    pub(crate) fn lock_id(&self, key: &str) -> String {
        let path = format!(
            "{}/Locking_Information__s?fields=Locked_By__s",
            self.path(key)
        );
        text(&self.actor("admin").get(&path).json()["data"][0]["id"])
    }

    /// The path of a record's lock.
    pub(crate) fn lock_path(&self, key: &str) -> String {
        format!(
            "{}/Locking_Information__s/{}",
            self.path(key),
            self.lock_id(key)
        )
    }

    /// The stored bytes of the store.
    pub(crate) fn contents(&self) -> Vec<(String, Vec<u8>)> {
        self.home.contents()
    }

    /// The state, and the stored bytes of a store that can be read row by row; SQLite may rewrite its pages at any
    /// time.
    pub(crate) fn written(&self) -> (String, Vec<(String, Vec<u8>)>) {
        let contents = is_shared().then(|| self.contents());
        (self.state(), contents.unwrap_or_default())
    }

    /// Sends bytes unchanged and reads the reply.
    pub(crate) fn raw(&self, request: &[u8]) -> Exchange {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a time-out");
        // The server may answer and close before it has read everything.
        let _ = stream.write_all(request);
        let mut reply = Vec::new();
        let _ = stream.read_to_end(&mut reply);
        Exchange::parse(&reply)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        drop(self.shutdown.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The text of a JSON string.
pub(crate) fn text(value: &serde_json::Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

/// Plants a seed with its pictures.
pub(crate) fn plant_package(store: &AnyStore, package: &SeedPackage) {
    let package = package.clone();
    let planted = store.write_blocking(move |tx: &mut dyn Transaction| {
        package
            .apply(now(), tx)
            .map(|_| ())
            .map_err(|error| StoreError::new(error.to_string()))
    });
    planted.unwrap_or_else(|error| panic!("{error}"));
}

pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a time after 1970");
    Timestamp::from_millis(i64::try_from(since.as_millis()).expect("a time"))
}

/// A sender of requests.
pub(crate) struct Actor<'a> {
    pub(crate) world: &'a World,
    authorization: Option<String>,
}

impl Actor<'_> {
    /// The actor's `Authorization` header.
    pub(crate) fn authorization(&self) -> Option<&str> {
        self.authorization.as_deref()
    }

    pub(crate) fn get(&self, path: &str) -> Exchange {
        self.send("GET", path, &[], b"")
    }

    pub(crate) fn delete(&self, path: &str) -> Exchange {
        self.send("DELETE", path, &[], b"")
    }

    /// Sends JSON without a `Content-Type`, as the official SDKs do.
    pub(crate) fn post(&self, path: &str, json: &str) -> Exchange {
        self.send("POST", path, &[], json.as_bytes())
    }

    pub(crate) fn put(&self, path: &str, json: &str) -> Exchange {
        self.send("PUT", path, &[], json.as_bytes())
    }

    /// Sends a multipart body with one part `file`, as the official Python SDK does: without a type of the part.
    pub(crate) fn upload(&self, path: &str, file: &[u8]) -> Exchange {
        let body = multipart(&[("file", file)]);
        self.send("POST", path, &[("Content-Type", MULTIPART)], &body)
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Exchange {
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        if let Some(authorization) = &self.authorization {
            request.push_str(&format!("Authorization: {authorization}\r\n"));
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() {
            request.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        request.push_str("\r\n");
        let mut request = request.into_bytes();
        request.extend_from_slice(body);
        self.world.raw(&request)
    }
}

pub(crate) const MULTIPART: &str = "multipart/form-data; boundary=boundary";

/// A multipart body of files.
pub(crate) fn multipart(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, bytes) in parts {
        body.extend_from_slice(b"--boundary\r\nContent-Disposition: form-data; ");
        body.extend_from_slice(format!("name=\"{name}\"; filename=\"a.png\"\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--boundary--\r\n");
    body
}

/// A multipart body of fields, and its `Content-Type`.
pub(crate) fn multipart_fields(fields: &[(String, String)]) -> (&'static str, Vec<u8>) {
    let mut body = String::new();
    for (name, value) in fields {
        let head = format!("--boundary\r\nContent-Disposition: form-data; name=\"{name}\"");
        body.push_str(&format!("{head}\r\n\r\n{value}\r\n"));
    }
    body.push_str("--boundary--\r\n");
    (MULTIPART, body.into_bytes())
}

/// A PNG header with these measures, and zeros up to a length: enough to be recognised as a PNG.
pub(crate) fn png(width: u32, height: u32, length: usize) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
    bytes.resize(length.max(bytes.len()), 0);
    bytes
}
