//! The official SDKs, unmodified, against the real binary over loopback: the suites of `tests/sdk`. Also clients that
//! address the vendor's own hosts, through the interceptor.
//!
//! `cargo xtask setup` installs the packages. Each suite is a test with its own server, on the store that
//! `TANZANITE_TEST_STORE` names: `sqlite` (the default), `postgres`, or `postgres+s3`.

use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tanzanite_seed::Seed;
use tanzanite_testbed::{Postgres, S3, needs};

/// The suites' names of situations, and the demo's records for them.
const RECORDS: [(&str, &str); 4] = [
    ("with_photo", "with_photo"),
    ("without_photo", "without_photo"),
    ("locked", "locked"),
    ("private_of_other", "private_of_other"),
];
/// The suites' names of tokens, and the demo's tokens for them.
const TOKENS: [(&str, &str); 5] = [
    ("full", "admin"),
    ("read_only_scope", "read_only"),
    ("no_delete_profile", "no_delete"),
    ("stranger", "stranger"),
    ("expired", "expired"),
];

#[test]
fn python() {
    needs!("python-packages");
    run("python", python_suite("python"));
}

/// The same suite, addressing the vendor's hosts.
#[test]
fn python_intercepted() {
    needs!("python-packages");
    run_intercepted(python_suite("python"));
}

/// The client library `zohoSolCon` has no way to configure the host.
#[test]
fn hard_coded_hosts() {
    needs!("python-packages");
    run_intercepted(python_suite("intercept"));
}

#[test]
fn python_through_a_recorder() {
    needs!("python-packages");
    let folder = tempfile::tempdir().expect("a folder");
    let real = Server::start(folder.path(), &[]);
    let recording = folder.path().join("run.jsonl");
    let mut recorder = Command::new(env!("CARGO_BIN_EXE_tanzanite"));
    recorder
        .args(["record", "--to", &real.url, "--listen", "127.0.0.1:0"])
        .arg("--out")
        .arg(&recording);
    let recorder = Server::spawn(recorder, &folder.path().join("ready-to-record"));
    let described = describe(&real.url, [&recorder.url, &recorder.url], "python");
    run_with(folder.path(), &described, "recorded", described_suite());
    drop(recorder);
    // The SDK's requests describe the organisation well enough that a server made from the recording alone answers the
    // same.
    let mut report = Command::new(env!("CARGO_BIN_EXE_tanzanite"));
    let report = report.args(["record", "report"]).arg(&recording).output();
    let report = report.expect("a report");
    let text = String::from_utf8_lossy(&report.stdout);
    assert!(
        report.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&report.stderr)
    );
    assert!(
        text.ends_with("differing: 0.\n") && text.lines().count() > 100,
        "{text}"
    );
}

#[test]
fn node() {
    needs!("node-packages");
    npm("node");
}

#[test]
fn typescript() {
    needs!("node-packages");
    npm("typescript");
}

/// The tests whose requests describe an organisation. Lists of deleted records tell of some that no recording knows.
fn described_suite() -> Command {
    let mut suite = python_suite("python");
    suite.args(["test_conformance", "test_settings"]);
    suite
}

fn python_suite(folder: &str) -> Command {
    let python = repository().join("target/sdk/venv/bin/python");
    assert!(
        python.exists(),
        "the Python SDKs are not installed: run `cargo xtask setup`"
    );
    let mut suite = Command::new(python);
    suite
        .args(["-m", "unittest", "-v"])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(repository().join("tests/sdk").join(folder));
    suite
}

fn npm(name: &str) {
    let folder = repository().join("tests/sdk").join(name);
    assert!(
        folder.join("node_modules").exists(),
        "the {name} SDK is not installed: run `cargo xtask setup`"
    );
    let mut suite = Command::new("npm");
    suite.arg("test").current_dir(folder);
    run(name, suite);
}

/// Runs a suite against its own server.
fn run(name: &str, suite: Command) {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path(), &[]);
    let described = describe(&server.url, [&server.url, &server.url], name);
    run_with(folder.path(), &described, name, suite);
}

/// Runs a Python suite that addresses the vendor's hosts, with the variables of `tanzanite intercept env`.
fn run_intercepted(mut suite: Command) {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path(), &["--intercept"]);
    let said = Command::new(env!("CARGO_BIN_EXE_tanzanite"))
        .args(["intercept", "env", "--json", "--url", &server.url])
        .arg("--ca-dir")
        .arg(folder.path().join("ca"))
        .output()
        .expect("the variables");
    let variables: BTreeMap<String, String> =
        serde_json::from_slice(&said.stdout).expect("variables");
    suite.envs(variables);
    let [api, accounts] = ["https://www.zohoapis.com", "https://accounts.zoho.com"];
    let described = describe(&server.url, [api, accounts], "python");
    run_with(folder.path(), &described, "intercepted", suite);
    // The server's own origin was addressed in order to describe the environment to the suite.
    let asked = [api, accounts, &server.url].map(str::to_owned);
    assert_eq!(server.origins(), BTreeSet::from(asked));
}

fn run_with(folder: &Path, described: &serde_json::Value, name: &str, mut suite: Command) {
    let environment = folder.join("environment.json");
    std::fs::write(&environment, described.to_string()).expect("the environment");
    let output = suite
        .env("TANZANITE_SDK_ENV", &environment)
        .output()
        .expect("a suite");
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        output.status.success(),
        "the {name} SDK's suite failed:\n{text}"
    );
    assert!(
        !text.contains("# tests 0") && !text.contains("Ran 0 tests"),
        "no test ran:\n{text}"
    );
}

/// Sets the process that the leads of one company go through.
fn set_blueprint(url: &str) {
    let process = json!({
        "module": "Leads",
        "name": "Nurturing",
        "field": "Lead_Status",
        "criteria": "(Company:equals:Blueprint Works)",
        "transitions": [{
            "name": "Reach", "from": "Not Contacted", "to": "Contacted",
            "mandatory": ["Phone"], "optional": ["Industry"],
        }],
    });
    ureq::post(format!("{url}/_tanzanite/blueprints"))
        .send(process.to_string())
        .expect("a process");
}

/// The description of the environment that `tests/sdk/README.md` documents.
fn describe(url: &str, [api, accounts]: [&str; 2], suite: &str) -> serde_json::Value {
    set_blueprint(url);
    let credentials = Seed::demo().expect("the demo").credentials();
    let token = |name: &str| {
        credentials
            .token(name)
            .unwrap_or_else(|| panic!("the demo has no token {name:?}"))
            .to_owned()
    };
    let records: serde_json::Map<_, _> = RECORDS
        .iter()
        .map(|(situation, key)| {
            let (module, id) = credentials
                .record(key)
                .unwrap_or_else(|| panic!("the demo has no record {key:?}"));
            (
                (*situation).to_owned(),
                json!({ "module": module, "id": id.to_string() }),
            )
        })
        .collect();
    let mut tokens: serde_json::Map<_, _> = TOKENS
        .iter()
        .map(|(situation, name)| ((*situation).to_owned(), json!(token(name))))
        .collect();
    tokens.insert(
        "unknown".to_owned(),
        json!(format!("1000.{}.{}", "0".repeat(32), "1".repeat(32))),
    );
    json!({
        "api_domain": api,
        "accounts_url": accounts,
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "grant": { suite: token(&format!("code_{suite}")), "used": used_code(url) },
        "refresh_token": token("refresh"),
        "records": records,
        "access_tokens": tokens,
    })
}

/// A code that has been exchanged already.
fn used_code(url: &str) -> String {
    let credentials = Seed::demo().expect("the demo").credentials();
    let issued: serde_json::Value = ureq::post(format!("{url}/_tanzanite/grants"))
        .send(
            json!({ "user": credentials.user_email, "scopes": ["ZohoCRM.modules.ALL"] })
                .to_string(),
        )
        .and_then(|reply| reply.into_body().read_to_string())
        .map(|text| serde_json::from_str(&text).expect("JSON"))
        .expect("a code");
    let code = issued["code"].as_str().expect("a code").to_owned();
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", &credentials.client_id),
        ("client_secret", &credentials.client_secret),
        ("code", &code),
    ];
    let reply = ureq::post(format!("{url}/oauth/v2/token"))
        .send_form(form)
        .expect("an answer");
    let text = reply.into_body().read_to_string().expect("a body");
    assert!(text.contains("access_token"), "{text}");
    code
}

/// Passes the run's store to a server.
#[expect(
    clippy::disallowed_methods,
    reason = "a test has nobody else who could tell it"
)]
fn choose_store(command: &mut Command) {
    let database = || {
        let url = Postgres::shared().url();
        let separator = if url.contains('?') { '&' } else { '?' };
        format!(
            "{url}{separator}schema={}",
            Postgres::shared().fresh_schema()
        )
    };
    match std::env::var("TANZANITE_TEST_STORE").as_deref() {
        Err(_) | Ok("" | "sqlite") => command.arg("--memory"),
        Ok("postgres") => command.args(["--database", &database()]),
        Ok("postgres+s3") => {
            let bucket = format!("s3://{}/photos", S3::shared().fresh_bucket());
            command
                .args(["--database", &database(), "--blobs", &bucket])
                .envs(S3::shared().environment())
        }
        Ok(other) => {
            panic!("TANZANITE_TEST_STORE={other} is none of sqlite, postgres, postgres+s3")
        }
    };
}

struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(folder: &Path, options: &[&str]) -> Self {
        let ready = folder.join("ready");
        let mut command = Command::new(env!("CARGO_BIN_EXE_tanzanite"));
        command.args(["serve", "--seed", "demo", "--listen", "127.0.0.1:0"]);
        choose_store(&mut command);
        command.args(options).arg("--ca-dir").arg(folder.join("ca"));
        Self::spawn(command, &ready)
    }

    /// Starts a command that takes a ready file.
    fn spawn(mut command: Command, ready: &Path) -> Self {
        command
            .arg("--ready-file")
            .arg(ready)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut server = Self {
            child: command.spawn().expect("the binary"),
            url: String::new(),
        };
        for _ in 0..2000 {
            if let Ok(url) = std::fs::read_to_string(ready) {
                url.trim().clone_into(&mut server.url);
                return server;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("the server was not ready in time");
    }

    /// The origins that requests addressed, by the server's journal. Notifications are the server's own requests.
    fn origins(&self) -> BTreeSet<String> {
        let reply = ureq::get(format!("{}/_tanzanite/journal", self.url)).call();
        let text = reply.and_then(|reply| reply.into_body().read_to_string());
        let journal: serde_json::Value =
            serde_json::from_str(&text.expect("a journal")).expect("JSON");
        let entries = journal["entries"].as_array().expect("entries");
        let asked = entries
            .iter()
            .filter(|entry| entry["operation"] != "notification");
        let origins = asked.map(|entry| &entry["request"]["origin"]);
        origins
            .map(|origin| origin.as_str().expect("an origin").to_owned())
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the repository")
}
