//! `tanzanite tour` as a child process, compared with this test's own table of the vendor's page.
#![expect(
    clippy::disallowed_methods,
    reason = "a test waits for a child and rids it of our environment"
)]

use serde_json::Value;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a server may take to get ready.
const PATIENCE: Duration = Duration::from_secs(20);

/// Status and code of each row of the vendor's page "Delete a Photo" (API v8), its sample reply first.
const PAGE: [(u64, &str); 11] = [
    (200, "SUCCESS"),
    (400, "INVALID_MODULE"),
    (400, "INVALID_MODULE"),
    (400, "INVALID_REQUEST_METHOD"),
    (400, "AUTHORIZATION_FAILED"),
    (400, "INVALID_DATA"),
    (400, "RECORD_LOCKED"),
    (401, "OAUTH_SCOPE_MISMATCH"),
    (403, "NO_PERMISSION"),
    (404, "INVALID_URL_PATTERN"),
    (500, "INTERNAL_ERROR"),
];
/// Answers of the vendor's that the page does not list.
const BEYOND: [(u64, &str); 3] = [
    (401, "AUTHENTICATION_FAILURE"),
    (401, "INVALID_TOKEN"),
    (400, "INVALID_DATA"),
];
/// The code of the situation that needs a server started by the tour.
const NEEDS_OWN: &str = "INTERNAL_ERROR";

/// A server that is killed on drop.
struct Server {
    child: Child,
    url: String,
    _folder: TempDir,
}

impl Server {
    fn start(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let ready = folder.path().join("ready");
        let mut child = program(folder.path())
            .args(["serve", "--memory", "--listen", "127.0.0.1:0"])
            .args(options)
            .arg("--ready-file")
            .arg(&ready)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let begun = Instant::now();
        while !ready.exists() {
            assert!(child.try_wait().expect("a status").is_none(), "it ended");
            assert!(begun.elapsed() < PATIENCE, "it does not get ready");
            sleep(Duration::from_millis(5));
        }
        let url = std::fs::read_to_string(&ready).expect("a base URL");
        Self {
            child,
            url: url.trim().to_owned(),
            _folder: folder,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn tour(arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = program(folder.path());
    let output = command.arg("tour").args(arguments).output();
    let output = output.expect("the program runs");
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tanzanite"));
    command.current_dir(folder).stdin(Stdio::null());
    let ours = std::env::vars_os().map(|(name, _)| name);
    for name in ours.filter(|name| name.to_string_lossy().starts_with("TANZANITE_")) {
        command.env_remove(name);
    }
    command
}

fn rows(run: &Run) -> Vec<Value> {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout))
}

/// Status and code of a reply or an expectation.
fn pair(of: &Value) -> (u64, &str) {
    let status = of["status"].as_u64().unwrap_or_default();
    (status, of["code"].as_str().unwrap_or_default())
}

#[test]
fn its_own_demo_answers_as_the_page_says() {
    let run = tour(&["--json"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let rows = rows(&run);
    let page: Vec<_> = PAGE.into_iter().chain(BEYOND).collect();
    let came: Vec<_> = rows.iter().map(pair).collect();
    let expected: Vec<_> = rows.iter().map(|row| pair(&row["expected"])).collect();
    assert_eq!(came, page);
    assert_eq!(expected, page);

    let keys = [
        "situation",
        "method",
        "path",
        "authorization",
        "status",
        "code",
        "message",
        "expected",
    ];
    for row in &rows {
        let found: Vec<_> = row.as_object().expect("an object").keys().collect();
        assert_eq!(found, keys);
    }
    let messages = |row: usize| rows[row]["message"].as_str().unwrap_or_default();
    assert_eq!(messages(0), "Photo deleted");
    // The same code stands for two conditions.
    assert_ne!(messages(1), messages(2));
    assert_eq!(messages(13), "No such photo exists");
    assert_eq!(rows[11]["authorization"], Value::Null);
    let bearer = |row: &&Value| {
        let text = row["authorization"].as_str().unwrap_or_default();
        text.starts_with("Zoho-oauthtoken 1000.")
    };
    assert_eq!(rows.iter().filter(bearer).count(), rows.len() - 1);
}

#[test]
fn a_demo_that_runs_can_be_toured_again() {
    let server = Server::start(&[]);
    for round in 1..=2 {
        let run = tour(&["--json", "--url", &server.url]);
        assert_eq!(run.code, Some(0), "round {round}: {}", run.stderr);
        let rows = rows(&run);
        let page: Vec<_> = PAGE.into_iter().chain(BEYOND).collect();
        assert_eq!(rows.len(), page.len());
        for (row, (status, code)) in rows.iter().zip(page) {
            assert_eq!(pair(&row["expected"]), (status, code));
            if code == NEEDS_OWN {
                assert_eq!((&row["status"], &row["code"]), (&Value::Null, &Value::Null));
                assert!(row["skipped"].is_string(), "{row}");
            } else {
                assert_eq!(pair(row), (status, code), "round {round}: {row}");
            }
        }
    }
}

#[test]
fn a_server_that_looks_at_no_tokens_differs() {
    let server = Server::start(&["--auth", "off"]);
    let run = tour(&["--json", "--url", &server.url]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stderr.contains("differ"), "{}", run.stderr);
    let rows = rows(&run);
    let row = |code: &str| {
        let row = rows.iter().find(|row| row["expected"]["code"] == code);
        row.unwrap_or_else(|| panic!("no row {code}"))
    };
    // A request without a token acts as the administrator; a token still acts as its user.
    assert_eq!(pair(row("AUTHENTICATION_FAILURE")), (200, "SUCCESS"));
    assert_eq!(
        pair(row("OAUTH_SCOPE_MISMATCH")),
        (401, "OAUTH_SCOPE_MISMATCH")
    );
    assert_eq!(pair(row("RECORD_LOCKED")), (400, "RECORD_LOCKED"));
}

#[test]
fn nobody_at_the_address_is_said_so() {
    // Reserved and released again, so nothing listens there.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let run = tour(&["--json", "--url", &url]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(4), ""));
    assert!(run.stderr.contains("hint: "), "{}", run.stderr);
    assert_eq!(tour(&["--url", "127.0.0.1"]).code, Some(2));
}

#[test]
fn people_see_every_situation_within_a_hundred_columns() {
    let run = tour(&[]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let marks = |mark: &str| {
        let lines = run.stdout.lines();
        lines.filter(|line| line.starts_with(mark)).count()
    };
    // One mark for each situation, and one for the total.
    assert_eq!(marks("✓ "), PAGE.len() + BEYOND.len() + 1, "{}", run.stdout);
    assert!(
        run.stdout.ends_with("All 14 outcomes are as expected.\n"),
        "{}",
        run.stdout
    );
    for line in run.stdout.lines() {
        assert!(line.chars().count() <= 100, "{line}");
        assert!(!line.contains('\x1b'), "no colours for a pipe: {line:?}");
    }
    for (status, code) in PAGE {
        assert!(
            run.stdout
                .contains(&format!("the page     {status} {code}\n")),
            "{code}"
        );
    }
    assert!(
        run.stdout.contains("\n        DELETE /crm/v8/Leads/"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("  Authorization: Zoho-oauthtoken 1000."),
        "{}",
        run.stdout
    );
}
