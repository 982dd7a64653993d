//! The n-th call of the store fails, for every n and every endpoint: the answer is `INTERNAL_ERROR` and nothing has
//! changed, until n is beyond the last call and the request succeeds.

mod cases;

use self::cases::{CASES, REFRESH};
use crate::collections::cases::{self as of_collections, DONE, PREPARED};
use crate::stores::{Home, is_shared};
use crate::world::{BLUEPRINT, MULTIPART, World, multipart, now, plant_package, png, seed_and};
use bytes::Bytes;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use tanzanite_crm::context::token_digest;
use tanzanite_crm::data_body::Parsed;
use tanzanite_crm::faults::STORE_FAILED;
use tanzanite_crm::jobs::{self, State};
use tanzanite_crm::operations::descriptors;
use tanzanite_crm::policy::bearer_digest;
use tanzanite_crm::stored::DueJob;
use tanzanite_crm::{AuthMode, Context, Job, Room, Service, StoreError, Transaction, route};
use tanzanite_protocol::endpoint::Access;
use tanzanite_protocol::{Fault, Headers, Method, OrgId, Query, Reply, Request, RequestBody};
use tanzanite_seed::{Credentials, SeedPackage};
use tanzanite_store::{AnyStore, FailNth, Store as _, dump};

/// More calls than any of these requests makes.
const CALLS_MAX: u32 = 200;
/// The snapshot of the prepared store.
const SNAPSHOT: &str = "prepared";
/// The randomness of every request, fixed so that the tokens that a request would make are known.
const ENTROPY: [u8; 32] = [7; 32];

/// A request. `{key}` stands for the path of a record of the demo, `{id:key}` for its id,
/// `{token:name}` for a token, `{year}` for this year.
pub(crate) struct Case {
    method: Method,
    target: &'static str,
    body: Body,
}

pub(crate) enum Body {
    Nothing,
    Picture,
    Text(&'static str),
}

pub(crate) const fn case(method: Method, target: &'static str, body: Body) -> Case {
    Case {
        method,
        target,
        body,
    }
}

use Body::{Nothing, Picture, Text};

/// The credentials of a client in a form.
const CLIENT: &str = "client_id={client_id}&client_secret={client_secret}";

/// A store with the demo in it.
pub(crate) struct Planted {
    store: AnyStore,
    /// Removes the store's data on drop.
    _home: Home,
    credentials: Credentials,
    org: OrgId,
    lock: String,
    /// Ids from the answers to the requests of [`PREPARED`], by name.
    made: HashMap<&'static str, String>,
}

impl Planted {
    pub(crate) fn new(home: Home) -> Self {
        let mut planted = Self::demo(home);
        for (name, at, case) in &PREPARED {
            let (reply, _) = planted.run(case, 0);
            let reply = reply.unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
            let bytes = reply.content.bytes().expect("a body");
            let body: Value = serde_json::from_slice(bytes).expect("JSON");
            let id = body.pointer(at).and_then(Value::as_str);
            let id = id.unwrap_or_else(|| panic!("{name}: no {at} in {body}"));
            planted.made.insert(name, id.to_owned());
        }
        for name in DONE {
            let id = planted.made[name].parse().expect("an id");
            while planted.step(id, 0).0 == Ok(Some(State::Running)) {}
        }
        let org = planted.org;
        let taken = move |tx: &mut dyn Transaction| tx.take_snapshot(org, SNAPSHOT, now());
        let taken: Result<(), StoreError> = planted.store.write_blocking(taken);
        taken.expect("a snapshot");
        planted
    }

    /// Makes everything but tokens what it was when it was prepared.
    fn restore(&self) {
        let org = self.org;
        let restored = move |tx: &mut dyn Transaction| tx.restore_snapshot(org, SNAPSHOT);
        let restored: Result<bool, StoreError> = self.store.write_blocking(restored);
        assert_eq!(restored, Ok(true));
    }

    fn demo(home: Home) -> Self {
        let store = home.store.clone();
        let seed = seed_and(BLUEPRINT);
        let (credentials, org) = (seed.credentials(), seed.org_id());
        plant_package(&store, &SeedPackage::with_demo_pictures(seed));
        let (_, locked) = credentials.record("locked").expect("a record");
        let lock = store.read_blocking(move |tx: &mut dyn Transaction| {
            let metadata = tx
                .metadata(org)?
                .ok_or_else(|| StoreError::new("no metadata"))?;
            let module = metadata
                .module("Leads")
                .ok_or_else(|| StoreError::new("no Leads"))?;
            let head = tx.record_head(org, module.number, locked)?;
            Ok::<_, StoreError>(
                head.and_then(|head| head.lock)
                    .map(|lock| lock.id.to_string()),
            )
        });
        let lock = lock.expect("a store").expect("a lock");
        Self {
            store,
            _home: home,
            credentials,
            org,
            lock,
            made: HashMap::new(),
        }
    }

    fn fill(&self, text: &str) -> String {
        let mut text = text
            .replace("{client}", CLIENT)
            .replace("{lock}", &self.lock);
        let year = now().render_utc()[..4].to_owned();
        text = text.replace("{year}", &year);
        text = text.replace("{client_id}", &self.credentials.client_id);
        text = text.replace("{client_secret}", &self.credentials.client_secret);
        for (name, id) in &self.made {
            text = text.replace(&format!("{{made:{name}}}"), id);
        }
        for (key, record) in &self.credentials.records {
            text = text.replace(
                &format!("{{{key}}}"),
                &format!("/crm/v8/{}/{}", record.module, record.id),
            );
            text = text.replace(&format!("{{id:{key}}}"), &record.id.to_string());
        }
        for (name, token) in &self.credentials.tokens {
            text = text.replace(&format!("{{token:{name}}}"), &token.text);
        }
        text
    }

    fn job(&self, case: &Case) -> (Arc<Job>, RequestBody) {
        let target = self.fill(case.target);
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let token = self.credentials.token("admin").expect("a token");
        let (content_type, body) = match case.body {
            Nothing => (None, Vec::new()),
            Picture => (Some(MULTIPART), multipart(&[("file", &png(1, 1, 64))])),
            Text(text) if path.starts_with("/oauth") => (
                Some("application/x-www-form-urlencoded"),
                self.fill(text).into_bytes(),
            ),
            Text(text) => (None, self.fill(text).into_bytes()),
        };
        let headers = Headers {
            authorization: Some(format!("Zoho-oauthtoken {token}")),
            content_type: content_type.map(str::to_owned),
            ..Headers::default()
        };
        let job = Job {
            token: bearer_digest(headers.authorization.as_deref()),
            route: route(case.method, path).unwrap_or_else(|fault| panic!("{target}: {fault:?}")),
            request: Request {
                method: case.method,
                path: path.to_owned(),
                query: Query::parse(query),
                headers,
            },
            context: self.context(),
            meter: None,
            org: std::sync::OnceLock::new(),
            room: Room::default(),
            parsed: Parsed::default(),
        };
        (Arc::new(job), RequestBody::Whole(Bytes::from(body)))
    }

    /// Runs a request against a store that fails at the `nth` call. Returns the outcome, and whether that call was
    /// reached.
    fn run(&self, case: &Case, nth: u32) -> (Result<Reply, Fault>, bool) {
        let (job, body) = self.job(case);
        let access = job.route.access();
        let failed = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let seen = Arc::clone(&failed);
        let run = move |tx: &mut dyn Transaction| {
            let mut failing = FailNth::new(tx, nth);
            let result = job.run(&body, &mut failing);
            seen.store(failing.failed(), std::sync::atomic::Ordering::SeqCst);
            result
        };
        let result = match access {
            Access::Read => self.store.read_blocking(run),
            Access::Write => self.store.write_blocking(run),
        };
        (result, failed.load(std::sync::atomic::Ordering::SeqCst))
    }

    /// Runs a step of a job against a store that fails at the `nth` call. Returns the job's state after it, and whether
    /// that call was reached.
    fn step(&self, id: i64, nth: u32) -> (Result<Option<State>, Fault>, bool) {
        let due = DueJob {
            org: self.org,
            at: now(),
            id,
        };
        let context = self.context();
        let failed = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let seen = Arc::clone(&failed);
        let step = move |tx: &mut dyn Transaction| {
            let mut failing = FailNth::new(tx, nth);
            let stepped = jobs::step(due, &context, &mut failing);
            seen.store(failing.failed(), std::sync::atomic::Ordering::SeqCst);
            stepped
        };
        let stepped = self.store.write_blocking(step);
        let state = stepped.map(|job| job.map(|job| job.state));
        (state, failed.load(std::sync::atomic::Ordering::SeqCst))
    }

    /// The jobs that are still to be done, with the names of their work.
    fn scheduled(&self) -> Vec<(i64, String)> {
        let org = self.org;
        let all = move |tx: &mut dyn Transaction| jobs::jobs(org, tx);
        let all = self.store.read_blocking(all).expect("jobs");
        let scheduled = all.into_iter().filter(|job| job.state == State::Scheduled);
        scheduled.map(|job| (job.id, job.work)).collect()
    }

    fn context(&self) -> Context {
        Context {
            now: now(),
            entropy: ENTROPY,
            service: Arc::new(Service {
                public_url: "http://localhost".to_owned(),
                auth: AuthMode::Strict,
                default_org: self.org,
                limits: false,
            }),
        }
    }

    /// Runs a request; returns the outcome and the names of the store's methods that it called.
    pub(crate) fn calls(&self, case: &Case) -> (Result<Reply, Fault>, Vec<&'static str>) {
        let (job, body) = self.job(case);
        let access = job.route.access();
        let run = move |tx: &mut dyn Transaction| {
            let mut counting = FailNth::new(tx, 0);
            let result = job.run(&body, &mut counting);
            Ok::<_, StoreError>((result, counting.calls().to_vec()))
        };
        let ran = match access {
            Access::Read => self.store.read_blocking(run),
            Access::Write => self.store.write_blocking(run),
        };
        ran.expect("a store")
    }

    /// All records with their photos, locks and timelines; whether each token of the seed and of the next request
    /// exists; and the next number, if the store leaves no gaps.
    fn state(&self) -> String {
        let context = self.context();
        let mut texts: Vec<String> = self
            .credentials
            .tokens
            .values()
            .map(|token| token.text.clone())
            .collect();
        texts.extend(
            ["access token", "refresh token", "code"].map(|use_| context.random_token(use_)),
        );
        let digests: Vec<_> = texts.iter().map(|text| token_digest(text)).collect();
        let org = self.org;
        // Taking a code and a number changes the store, so the text is returned as a "fault", which rolls the
        // transaction back.
        let looked = self.store.write_blocking(move |tx: &mut dyn Transaction| {
            let look = |tx: &mut dyn Transaction| {
                let mut text = dump(org, tx)?;
                for digest in &digests {
                    text.push_str(&format!(
                        "{:?} {:?} {:?}\n",
                        tx.access_token(digest)?,
                        tx.refresh_token(digest)?,
                        tx.take_grant_code(digest)?
                    ));
                }
                if !is_shared() {
                    text.push_str(&format!("next number {}\n", tx.next_number(org)?));
                }
                Ok::<_, StoreError>(text)
            };
            Err::<(), Looked>(Looked(look(tx)))
        });
        looked.map_or_else(|Looked(text)| text.expect("a store"), |()| String::new())
    }
}

/// The state, as the error that rolls the transaction back.
struct Looked(Result<String, StoreError>);

impl From<StoreError> for Looked {
    fn from(error: StoreError) -> Self {
        Self(Err(error))
    }
}

fn all_cases() -> impl Iterator<Item = &'static Case> {
    CASES.iter().chain(&of_collections::CASES)
}

fn every_call_fails_once(fresh: impl Fn() -> Home) {
    for case in &of_collections::UNPREPARED {
        let planted = Planted::demo(fresh());
        fails_at_each_call(case, &planted, &planted.state());
    }
    let mut planted = Planted::new(fresh());
    let mut before = planted.state();
    for case in all_cases().chain([&REFRESH]) {
        if !fails_at_each_call(case, &planted, &before) {
            continue;
        }
        if case.target.starts_with("/oauth/") {
            // A new token outlives a restored snapshot.
            planted = Planted::new(fresh());
            before = planted.state();
        } else {
            planted.restore();
        }
    }
}

/// Expects the state `before`. Gives back whether the request changed something in the end.
fn fails_at_each_call(case: &Case, planted: &Planted, before: &str) -> bool {
    let name = format!("{} {}", case.method.as_str(), case.target);
    assert_eq!(before, planted.state(), "before {name}");
    assert!(
        (before.contains("next number") || is_shared()) && before.contains("photo"),
        "{before}"
    );
    let mut nth = 1;
    let reply = loop {
        assert!(nth < CALLS_MAX, "{name} makes more calls than {CALLS_MAX}");
        let (result, failed) = planted.run(case, nth);
        if !failed {
            break result.unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
        }
        let fault = result
            .err()
            .unwrap_or_else(|| panic!("{name}: call {nth} failed and nobody minded"));
        assert_eq!(fault.row(), &STORE_FAILED, "{name}, call {nth}: {fault:?}");
        let reply = fault.to_reply();
        assert_eq!(
            (reply.status, reply.code),
            (500, Some("INTERNAL_ERROR")),
            "{name}"
        );
        assert_eq!(
            before,
            planted.state(),
            "{name}: call {nth} failed, and something changed"
        );
        nth += 1;
    };
    assert!((200..300).contains(&reply.status), "{name}: {reply:?}");
    // Without these it may be that no call was counted, or that the state shows nothing.
    assert!(nth > 1, "{name} made {} calls of the store", nth - 1);
    let writes = planted.job(case).0.route.access() == Access::Write;
    assert_eq!(
        before != planted.state(),
        writes,
        "{name}: whether something changed"
    );
    writes
}

#[test]
fn every_call_fails() {
    every_call_fails_once(Home::fresh);
}

#[test]
fn every_call_fails_on_disk() {
    // Only SQLite has a separate variant on disk.
    if !is_shared() {
        every_call_fails_once(Home::on_disk);
    }
}

#[test]
fn every_call_of_a_job_s_step_fails() {
    let planted = Planted::new(Home::fresh());
    let before = planted.state();
    let scheduled = planted.scheduled();
    for work in jobs::works() {
        let mut names = scheduled.iter().map(|(_, name)| name.as_str());
        assert!(names.any(|name| name == work), "{work} is not made to fail");
    }
    for (id, work) in scheduled {
        let mut nth = 1;
        let state = loop {
            let (state, failed) = planted.step(id, nth);
            if !failed {
                break state;
            }
            assert!(
                state.is_err(),
                "{work}: call {nth} failed and nobody minded"
            );
            assert_eq!(
                before,
                planted.state(),
                "{work}: call {nth} changed something"
            );
            nth += 1;
        };
        assert!(nth > 2 && matches!(state, Ok(Some(_))), "{work}: {state:?}");
        assert_ne!(before, planted.state(), "{work} changed nothing");
        planted.restore();
    }
}

#[test]
fn every_endpoint_has_its_case() {
    let planted = Planted::new(Home::fresh());
    let ids: Vec<&str> = all_cases()
        .chain(&of_collections::UNPREPARED)
        .map(|case| planted.job(case).0.route.id())
        .collect();
    for descriptor in descriptors() {
        assert!(
            ids.contains(&descriptor.id),
            "{} is not made to fail",
            descriptor.id
        );
    }
}

#[test]
fn a_store_that_is_gone_is_an_internal_error_on_the_wire() {
    let world = World::demo();
    let path = format!("{}/photo", world.path("with_photo"));
    assert_eq!(world.actor("admin").get(&path).status, 200);
    world.store.close();
    for method in ["GET", "DELETE"] {
        let exchange = world.actor("admin").send(method, &path, &[], b"");
        assert_eq!(exchange.status, 500, "{exchange}");
        let body = r#"{"code":"INTERNAL_ERROR","details":{},"message":"Internal Server Error","#;
        assert_eq!(exchange.text(), format!(r#"{body}"status":"error"}}"#));
    }
}
