//! No secret is kept anywhere: a canary is put everywhere a client can put one, and searched for in everything that is
//! kept.

mod log;
mod probe;

use crate::stores::{Home, is_shared};
use crate::world::{Exchange, World, text};
use probe::{Probe, probes};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;
use tanzanite_server::recorder::{Recorder, RecorderConfig};
use tanzanite_store::{CopyPage, Database, Place, backup, restore};
use tempfile::TempDir;
use tokio::sync::oneshot;

const CASES: u32 = 192;

/// A recorder in front of a world, and the file that it writes.
struct Recording {
    address: SocketAddr,
    folder: TempDir,
    shutdown: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Recording {
    fn of(world: &World) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = File::create(folder.path().join("run.jsonl")).expect("a file");
        let url = format!("http://{}", world.address);
        let config = RecorderConfig {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            to: url.clone(),
            accounts: url,
            insecure: false,
        };
        let (shutdown, stopped) = oneshot::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let mut builder = tokio::runtime::Builder::new_current_thread();
            let runtime = builder.enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let recorder = Recorder::start(config, file).await.expect("a recorder");
                tell.send(recorder.base_url().to_owned()).expect("a test");
                recorder.finished(async { drop(stopped.await) }).await;
            });
        });
        let url = told.recv().expect("a base URL");
        let address = url.strip_prefix("http://").expect("a scheme");
        Self {
            address: address.parse().expect("an address"),
            folder,
            shutdown: Some(shutdown),
            thread: Some(thread),
        }
    }

    fn send(&self, request: &[u8]) {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        let limit = Some(Duration::from_secs(20));
        stream.set_read_timeout(limit).expect("a time-out");
        stream.write_all(request).expect("sent");
        stream.read_to_end(&mut Vec::new()).expect("an answer");
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("run.jsonl")
    }

    fn len(&self) -> u64 {
        fs::metadata(self.path()).expect("a file").len()
    }

    fn text_from(&self, start: u64) -> String {
        let mut file = File::open(self.path()).expect("a file");
        file.seek(SeekFrom::Start(start)).expect("as long as that");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("a text");
        text
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        drop(self.shutdown.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test has nobody else who could tell it"
)]
fn cases() -> u32 {
    let cases = std::env::var("TANZANITE_SECRETS_CASES");
    cases.map_or(CASES, |cases| cases.parse().expect("a number"))
}

#[test]
fn a_secret_is_kept_nowhere_wherever_a_client_has_put_it() {
    log::capture();
    let world = World::demo_in(Home::on_disk());
    let recording = Recording::of(&world);
    let canaries = RefCell::new(Vec::new());
    let mut runner = TestRunner::new(Config {
        cases: cases(),
        failure_persistence: None,
        ..Config::default()
    });
    let ran = runner.run(&probes(), |probe| {
        canaries.borrow_mut().push(probe.canary.clone());
        let number = canaries.borrow().len();
        check(
            &world,
            &recording,
            &probe,
            &format!("{}{number}", log::REQUEST_ID),
        )
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
    let mut canaries = canaries.into_inner();
    let lines = log::lines();
    assert!(lines.len() >= canaries.len(), "the log has seen the probes");
    canaries.push(
        world
            .credentials
            .token("admin")
            .expect("a token")
            .to_owned(),
    );
    let stored = world.contents();
    let mut kept = vec![
        ("recording".to_owned(), recording.text_from(0).into_bytes()),
        ("log".to_owned(), lines.concat().into_bytes()),
    ];
    if !is_shared() {
        kept.extend(archived(&stored));
    }
    kept.extend(stored);
    for (place, content) in &kept {
        let content = text_in(content);
        let found = canaries.iter().find(|canary| content.contains(*canary));
        assert!(found.is_none(), "{found:?} is in {place}");
    }
}

fn text_in(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// Sends a probe to the server and to the recorder, and checks the journal's entry.
fn check(
    world: &World,
    recording: &Recording,
    probe: &Probe,
    id: &str,
) -> Result<(), TestCaseError> {
    let token = world.credentials.token("admin").expect("a token");
    let request = probe.request(id, &format!("Zoho-oauthtoken {token}"));
    world.raw(&request);
    let anyone = world.anyone();
    let absent = |place: &str, shown: &str| {
        let is_absent = !shown.contains(&probe.canary) && !shown.contains(token);
        let request = String::from_utf8_lossy(&request);
        proptest::prop_assert!(is_absent, "in {place}: {shown}\nafter {request}");
        Ok(())
    };
    let shown = anyone.get("/_tanzanite/journal?limit=1");
    let entry = &shown.json()["entries"][0];
    proptest::prop_assert_eq!(&entry["request_id"], id, "the journal has seen it");
    absent("the journal", &shown.text())?;
    absent(
        "the archive of it",
        &anyone.get("/_tanzanite/journal.har?limit=1").text(),
    )?;
    let number = json!({ "entry": entry["number"] }).to_string();
    absent(
        "explain",
        &anyone.post("/_tanzanite/explain", &number).text(),
    )?;
    let before = recording.len();
    recording.send(&request);
    let recorded = recording.text_from(before);
    proptest::prop_assert!(recorded.contains(id), "the recording has it: {recorded}");
    absent("the recording", &recorded)?;
    Ok(())
}

/// The content of a store that is restored from an archive of these files, and the archive itself.
fn archived(contents: &[(String, Vec<u8>)]) -> Vec<(String, Vec<u8>)> {
    let here = tempfile::tempdir().expect("a folder");
    for (path, content) in contents {
        let name = Path::new(path).file_name().expect("a name");
        fs::write(here.path().join(name), content).expect("a file");
    }
    let at = |folder: &str| Database::Sqlite(Place::Folder(here.path().join(folder)));
    let mut archive = std::io::Cursor::new(Vec::new());
    let page = CopyPage::default();
    let mut on = |_: &_| std::ops::ControlFlow::Continue(());
    backup(&at(""), None, &mut archive, page, &mut on).expect("an archive");
    let archive = archive.into_inner();
    restore(archive.as_slice(), &at("restored"), page, &mut on).expect("a store");
    let files = fs::read_dir(here.path().join("restored")).expect("a folder");
    let files = files.map(|file| file.expect("a file").path());
    let mut found: Vec<(String, Vec<u8>)> = files
        .filter(|path: &PathBuf| path.is_file())
        .map(|path| (path.display().to_string(), fs::read(&path).expect("a file")))
        .collect();
    let is_seen = |name: &str| {
        found
            .iter()
            .any(|(_, content)| text_in(content).contains(name))
    };
    assert!(is_seen("Lindqvist"), "what is kept is found");
    found.push(("archive".to_owned(), archive));
    found
}

/// The newest entry after a probe was sent.
fn entry(
    world: &World,
    line: (&str, &str),
    headers: &[(&str, &str)],
    body: &str,
) -> (Exchange, Value) {
    let sent = world
        .actor("admin")
        .send(line.0, line.1, headers, body.as_bytes());
    let shown = world.anyone().get("/_tanzanite/journal?limit=1");
    (sent, shown.json()["entries"][0].take())
}

#[test]
fn a_client_s_secret_was_in_the_journal() {
    const FORM: (&str, &str) = ("Content-Type", "multipart/form-data; boundary=b");
    let world = World::demo();
    let sent: [(_, &[_], _); 8] = [
        (
            ("POST", "/oauth/v2/token"),
            &[("Content-Type", "application/json")],
            r#"{"client_secret":"k4nary","redirect_uri":"https://a?b=c"}"#,
        ),
        (("POST", "//oauth/v2/token?client_secret=k4nary"), &[], ""),
        (("POST", "/OAuth/v2/token?client_secret=k4nary"), &[], ""),
        (
            ("POST", "/oauth/v2/token"),
            &[FORM],
            "--b\r\nContent-Disposition: form-data; filename=\"a\"; name=\"client_secret\"\r\n\r\nk4nary\r\n--b--\r\n",
        ),
        (("GET", "/crm/v8/org?access_token=k4nary"), &[], ""),
        (("POST", "/oauth/v2/token"), &[], "Client_Secret=k4nary"),
        (("POST", "/oauth/v2/token"), &[], "password=k4nary"),
        (
            ("POST", "/crm/v8/Leads"),
            &[],
            r#"{"data":[{"password":"k4nary"}]}"#,
        ),
    ];
    for (line, headers, body) in sent {
        let (_, entry) = entry(&world, line, headers, body);
        let shown = entry.to_string();
        assert!(
            !shown.contains("k4nary") && shown.contains("redacted"),
            "{shown}"
        );
    }
}

#[test]
fn what_is_not_understood_at_a_token_endpoint_is_kept_as_a_length_only() {
    let world = World::demo();
    for (line, body) in [
        (("POST", "/oauth/v2/token"), "client_secret: k4nary"),
        (("POST", "/oauth/v2/token"), r#"{"a": "k4nary", b: 1}"#),
        (("POST", "/OAUTH/v2/token/revoke"), r#"["k4nary"]"#),
    ] {
        let (_, entry) = entry(&world, line, &[], body);
        let kept = &entry["request"]["body"];
        if line.1.starts_with("/oauth") {
            let length = body.len();
            assert_eq!(
                kept["text"],
                format!("[redacted: {length} bytes]"),
                "{entry}"
            );
            assert_eq!(kept["cut"], false);
        }
        assert!(!entry.to_string().contains("k4nary"), "{entry}");
    }
}

#[test]
fn what_only_resembles_a_secret_stays_and_can_be_explained() {
    let world = World::demo();
    let query = "fields=Last_Name%2CCompany&page_token=abc&per_page=1";
    let (listed, listing) = entry(&world, ("GET", &format!("/crm/v8/Leads?{query}")), &[], "");
    assert_eq!(text(&listing["request"]["query"]), query);
    let body =
        r#"{"data":[{"Last_Name":"a=b&token=c","Product_Code":"7","code":"X"}],"trigger":[]}"#;
    let (inserted, insertion) = entry(&world, ("POST", "/crm/v8/Leads"), &[], body);
    assert_eq!(text(&insertion["request"]["body"]["text"]), body);
    let answer = text(&insertion["reply"]["body"]["text"]);
    assert!(
        answer.contains(r#""code":"#) && !answer.contains("redacted"),
        "{answer}"
    );
    for (sent, entry) in [(listed, listing), (inserted, insertion)] {
        let number = json!({ "entry": entry["number"] }).to_string();
        let explained = world.anyone().post("/_tanzanite/explain", &number);
        assert_eq!(explained.status, 200, "{explained}");
        assert_eq!(explained.json()["answer"]["status"], sent.status);
    }
    let (_, with) = entry(&world, ("GET", "/crm/v8/org?access_token=k4nary"), &[], "");
    let number = json!({ "entry": with["number"] }).to_string();
    let refused = world.anyone().post("/_tanzanite/explain", &number);
    assert_eq!(refused.status, 409, "{refused}");
    let error = text(&refused.json()["error"]);
    assert!(
        error.starts_with("the journal has not kept the secrets"),
        "{error}"
    );
}

#[test]
fn a_secret_in_an_answer_is_not_kept_either() {
    let world = World::demo();
    let rule = json!({
        "request": { "path": "/crm/v8/org" },
        "reply": {
            "status": 302,
            "headers": {
                "location": "https://app.example.com/?location=eu&code=k4nary",
                "set-cookie": "session=k4nary",
                "x-csrf-token": "k4nary",
            },
            "body": r#"{"code":"SUCCESS","access_token":"k4nary"}"#,
        },
    });
    let made = world.anyone().post("/_tanzanite/faults", &rule.to_string());
    assert_eq!(made.status, 200, "{made}");
    let (sent, entry) = entry(&world, ("GET", "/crm/v8/org"), &[], "");
    assert!(sent.text().contains("k4nary"), "the client gets it");
    assert!(!entry.to_string().contains("k4nary"), "{entry}");
    let reply = &entry["reply"];
    assert_eq!(
        (
            &reply["headers"]["location"],
            &reply["headers"]["set-cookie"],
            &reply["body"]["text"]
        ),
        (
            &json!("https://app.example.com/?location=eu&code=%5Bredacted%5D"),
            &json!("[redacted]"),
            &json!(r#"{"code":"SUCCESS","access_token":"[redacted]"}"#)
        )
    );
}

#[test]
fn no_answer_of_the_control_api_repeats_a_secret() {
    let world = World::demo();
    for (path, body) in [
        ("/_tanzanite/journal?client_secret=k4nary", ""),
        ("/_tanzanite/nothing;access_token=k4nary", "{}"),
        (
            "/_tanzanite/explain",
            r#"{"request":{"method":"GET","path":"/crm/v8/org?access_token=k4nary"},"token":"k4nary"}"#,
        ),
        (
            "/_tanzanite/explain",
            r#"{"request":{"method":"GET","path":"crm?access_token=k4nary"}}"#,
        ),
        (
            "/_tanzanite/explain",
            r#"{"request":{"method":"PATCH","path":"/crm/v8/Leads?token=k4nary","body":{"password":"k4nary"}},"token":"k4nary"}"#,
        ),
    ] {
        let method = if body.is_empty() { "GET" } else { "POST" };
        let answer = world.anyone().send(method, path, &[], body.as_bytes());
        assert!(!answer.text().contains("k4nary"), "{path} {body}: {answer}");
    }
}

#[test]
fn a_word_in_the_place_of_the_grant_type_is_not_in_the_log() {
    log::capture();
    let world = World::demo();
    let id = format!("{}grant", log::REQUEST_ID);
    let form = "grant_type=k4nary";
    let headers = [("X-Request-Id", id.as_str())];
    let sent = world
        .anyone()
        .send("POST", "/oauth/v2/token", &headers, form.as_bytes());
    assert_eq!(text(&sent.json()["error"]), "unsupported_grant_type");
    let lines = log::lines();
    let line = lines.iter().find(|line| line.contains(&id));
    let line = line.expect("the log has seen it");
    assert!(
        line.contains("grant_type is neither") && !line.contains("k4nary"),
        "{line}"
    );
}
