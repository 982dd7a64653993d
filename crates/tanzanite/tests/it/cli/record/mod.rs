//! Records one Tanzanite, which plays the real service, and replays the recording to another.

mod studio;
mod work;

use super::support::Folder;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use studio::{Studio, ask};
use tanzanite_seed::{Credentials, Seed};
use work::work;

#[test]
fn a_recording_replayed_shows_no_difference() {
    let studio = Studio::open();
    work(&studio);
    let asked = studio.folder.read("run.jsonl").lines().count() - 1;
    let (run, folder) = studio.replay();
    let sum = format!("Asked: {asked}; the same: {asked}; differing: 0.\n");
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.ends_with(&sum), "{}", run.stdout);
    assert_eq!(run.stdout.matches(": the same\n").count(), asked);
    // The written seed gives the same result.
    let written = folder.run("record seed run.jsonl crm");
    assert_eq!(written.code, 0, "{}", written.stderr);
    assert_eq!(folder.run("check crm/seed.toml").code, 0);
    let run = folder.run("record report run.jsonl --seed crm/seed.toml");
    assert_eq!(run.code, 0, "{}", run.stdout);
    let again = folder.run("record seed run.jsonl crm");
    assert_eq!((again.code, again.stdout.as_str()), (1, ""));
    assert!(
        again.stderr.contains("is there already"),
        "{}",
        again.stderr
    );
}

/// Clients may write a module's name in lower case, and a seed may have only values that its picklists have.
#[test]
fn a_module_in_lower_case_and_a_value_that_no_list_has_are_in_the_seed_of_a_recording() {
    let studio = Studio::open();
    let lead = format!("/crm/v2/leads/{}", studio.id("with_photo"));
    let change = json!({ "data": [{ "Industry": "Woodworking" }] }).to_string();
    let changed = ask(
        &studio.real.url,
        &format!("PUT {lead}"),
        Some(&studio.token("admin")),
        &[],
        change.into_bytes(),
    );
    assert_eq!(changed.status, 200);
    studio.get("/crm/v8/workshops?fields=Name", "admin");
    studio.get(&lead, "admin");
    studio.get(&lead.replace("leads", "Leads"), "admin");
    studio.get("/crm/v8/Workshops?fields=Name", "admin");
    let (run, folder) = studio.replay();
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let written = folder.run("record seed run.jsonl crm");
    assert_eq!(written.code, 0, "{}", written.stderr);
    let seed: toml::Table = folder.read("crm/seed.toml").parse().expect("TOML");
    let list = &seed["picklist"][0];
    assert_eq!(
        (list["module"].as_str(), list["field"].as_str()),
        (Some("Leads"), Some("Industry"))
    );
}

#[test]
fn no_secret_of_a_run_is_in_the_recording_of_it() {
    let studio = Studio::open();
    let issued = work(&studio);
    let Credentials {
        client_id,
        client_secret,
        tokens,
        ..
    } = &studio.credentials;
    let recording = studio.folder.read("run.jsonl");
    assert!(recording.contains(client_id), "what is no secret is there");
    assert!(recording.contains("[redacted 1]"));
    assert_eq!(issued.len(), 3);
    let planted = tokens.values().map(|token| &token.text);
    for secret in planted.chain(&issued).chain([client_secret]) {
        assert!(
            !recording.contains(secret.as_str()),
            "{secret} is in the recording"
        );
    }
    let mode = std::fs::metadata(studio.folder.path("run.jsonl")).expect("a file");
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&mode.permissions()) & 0o777,
        0o600
    );
}

#[test]
fn the_report_names_exactly_what_differs() {
    let studio = Studio::open();
    studio.get("/crm/v8/users?type=CurrentUser", "admin");
    let lead = format!("/crm/v8/Leads/{}", studio.id("with_photo"));
    let mut other = studio.get(&lead, "admin").json();
    other["data"][0]["Company"] = "Elsewhere".into();
    // Two answers of the real service are altered by rules; its data is not.
    for rule in [
        json!({
            "request": { "method": "GET", "path": lead },
            "nth": 2,
            "reply": {
                "status": 200,
                "headers": { "content-type": "application/json;charset=UTF-8" },
                "body": other.to_string(),
            },
        }),
        json!({
            "request": { "operation": "Delete a Photo" },
            "times": 1,
            "moment": "after",
            "reply": { "status": 503, "headers": { "retry-after": "1" }, "body": "later" },
        }),
    ] {
        let rules = &studio.real.url;
        let made = ask(
            rules,
            "POST /_tanzanite/faults",
            None,
            &[],
            rule.to_string().into_bytes(),
        );
        assert_eq!(made.status, 200);
    }
    for _ in 0..3 {
        studio.get(&lead, "admin");
    }
    studio.ask(&format!("DELETE {lead}/photo"), "admin", &Value::Null);
    studio.get(&lead, "admin");
    let (run, folder) = studio.replay();
    assert_eq!(run.code, 1);
    insta::assert_snapshot!(run.stdout, @r#"
    #1 GET /crm/v8/users?type=CurrentUser -> 200: the same
    #2 GET /crm/v8/Leads/3652397000000190018 -> 200: the same
    #3 GET /crm/v8/Leads/3652397000000190018 -> 200: the same
    #4 GET /crm/v8/Leads/3652397000000190018 -> 200: differs
        $.data[0].Company is "Amberg Joinery" and was recorded as "Elsewhere"
    #5 GET /crm/v8/Leads/3652397000000190018 -> 200: the same
    #6 DELETE /crm/v8/Leads/3652397000000190018/photo -> 503: differs
        status is "200 SUCCESS" and was recorded as "503"
    #7 GET /crm/v8/Leads/3652397000000190018 -> 200: the same
    Asked: 7; the same: 5; differing: 2.
    "#);
    let run = folder.run("record report run.jsonl --json");
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!((run.code, &report["differing"]), (1, &json!(2)));
    assert_eq!(
        report["answers"][3]["differences"],
        json!([{ "place": "$.data[0].Company", "ours": "Amberg Joinery", "recorded": "Elsewhere" }])
    );
}

#[test]
fn what_was_changed_behind_the_recorder_s_back_is_named() {
    let studio = Studio::open();
    let lead = format!("/crm/v8/Leads/{}", studio.id("with_photo"));
    studio.get(&lead, "admin");
    let change = json!({ "data": [{ "Company": "Elsewhere" }] }).to_string();
    let (line, token) = (format!("PUT {lead}"), studio.token("admin"));
    assert_eq!(
        ask(
            &studio.real.url,
            &line,
            Some(&token),
            &[],
            change.into_bytes()
        )
        .status,
        200
    );
    studio.get(&lead, "admin");
    let (_, folder) = studio.replay();
    let run = folder.run("record report run.jsonl --json");
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let differences = report["answers"][1]["differences"]
        .as_array()
        .expect("differences");
    let places: Vec<&str> = differences
        .iter()
        .filter_map(|difference| difference["place"].as_str())
        .collect();
    assert_eq!(
        places,
        [
            "$.data[0].Company",
            "$.data[0].Modified_By.email",
            "$.data[0].Modified_By.id",
            "$.data[0].Modified_By.name",
            "$.data[0].Modified_Time",
        ]
    );
}

#[test]
fn what_was_recorded_before_a_kill_is_readable() {
    let studio = Studio::open();
    for _ in 0..3 {
        assert_eq!(studio.get("/crm/v8/org", "admin").status, 200);
    }
    let Studio {
        recorder,
        folder,
        real,
        ..
    } = studio;
    // Killed with SIGKILL.
    drop(recorder);
    let path = folder.path("run.jsonl");
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .open(path)
        .expect("a file");
    file.write_all(br#"{"at":"2026-"#).expect("half a line");
    let run = folder.run("record report run.jsonl");
    assert!(run.stdout.contains("Asked: 3; "), "{}", run.stdout);
    drop(real);
}

/// A service that reports the one request that it got, and gives this answer.
fn service(answer: &'static str) -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let served = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let asked = read_request(&mut stream);
        stream.write_all(answer.as_bytes()).expect("answered");
        asked
    });
    (url, served)
}

/// Reads a request with a body of four bytes.
fn read_request(stream: &mut TcpStream) -> String {
    let mut asked = Vec::new();
    let mut byte = [0];
    while !asked.ends_with(b"\r\n\r\nbody") {
        stream.read_exact(&mut byte).expect("a request");
        asked.push(byte[0]);
    }
    String::from_utf8(asked).expect("UTF-8")
}

#[test]
fn requests_and_answers_are_passed_on_as_they_are() {
    let (real, served) = service(
        "HTTP/1.1 418 Short And Stout\r\nX-First: 1\r\nSet-Cookie: a=secret-of-a\r\nSet-Cookie: b=2\r\n\
         Connection: X-Hop\r\nX-Hop: 1\r\nTransfer-Encoding: chunked\r\n\r\n\
         3\r\n\u{1}a\n\r\n0\r\n\r\n",
    );
    let folder = Folder::new();
    let recorder = folder.start(&format!(
        "record --to {real} --listen 127.0.0.1:0 --out run.jsonl --ready-file ready"
    ));
    let address = recorder.url.strip_prefix("http://").expect("an address");
    let mut client = TcpStream::connect(address).expect("connected");
    client
        .write_all(
            b"PATCH /crm/v8/a%20b?x=1&&y=%C3%A4 HTTP/1.1\r\nHost: www.zohoapis.eu\r\nX-One: 1\r\n\
              Accept-Encoding: gzip\r\nConnection: close, X-Mine\r\nX-Mine: 1\r\nCookie: c=secret-of-c\r\n\
              Content-Length: 4\r\n\r\nbody",
        )
        .expect("asked");
    let mut answer = String::new();
    client.read_to_string(&mut answer).expect("an answer");
    let host = real.strip_prefix("http://").expect("a host");
    let asked = served.join().expect("served").replace(host, "REAL");
    insta::assert_snapshot!(asked.replace('\r', ""), @r"
    PATCH /crm/v8/a%20b?x=1&&y=%C3%A4 HTTP/1.1
    host: REAL
    x-one: 1
    accept-encoding: identity
    cookie: c=secret-of-c
    content-length: 4

    body
    ");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    assert_eq!(body, "\u{1}a\n");
    let lines = head.lines().filter(|line| !line.starts_with("date: "));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
    HTTP/1.1 418 Short And Stout
    x-first: 1
    set-cookie: a=secret-of-a
    set-cookie: b=2
    connection: close
    content-length: 3
    ");
    let recording = folder.read("run.jsonl");
    assert!(!recording.contains("secret-of"), "{recording}");
}

#[test]
fn a_real_service_that_does_not_answer_is_said_to_the_client_and_in_the_recording() {
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a port");
    let real = format!("http://{}", nobody.local_addr().expect("an address"));
    drop(nobody);
    let folder = Folder::new();
    let recorder = folder.start(&format!(
        "record --to {real} --listen 127.0.0.1:0 --out run.jsonl --ready-file ready"
    ));
    let said = ask(&recorder.url, "GET /crm/v8/org", Some("t"), &[], Vec::new());
    assert_eq!(said.status, 502);
    let body = said.json();
    let error = body["error"].as_str().expect("an error");
    assert!(
        error.starts_with(&format!("{real} does not answer: ")),
        "{error}"
    );
    assert_eq!(
        body["hint"],
        "look at --to and --accounts of `tanzanite record`, and at the network"
    );
    let long = vec![b'x'; 23 * 1024 * 1024];
    assert_eq!(
        ask(&recorder.url, "POST /crm/v8/files", None, &[], long).status,
        413
    );
    assert_eq!(
        ask(
            &recorder.url,
            "GET /_tanzanite/clock",
            None,
            &[],
            Vec::new()
        )
        .status,
        404
    );
    assert!(recorder.stop().success());
    assert!(
        folder.read("out").ends_with("Recorded: 2.\n"),
        "{}",
        folder.read("out")
    );
    let run = folder.run("record report run.jsonl");
    assert_eq!(run.code, 0);
    assert!(
        run.stdout
            .contains("#1 GET /crm/v8/org -> 502: not asked: "),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .ends_with("Asked: 0; the same: 0; differing: 0.\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_real_service_over_https_is_believed_by_the_system_s_authorities_alone() {
    let folder = Folder::new();
    let real = folder.serve("--memory --seed demo --tls --ca-dir theirs");
    let authority = |ca_dir: &str| {
        let file = format!("{ca_dir}.pem");
        let exported = folder.run(&format!("intercept ca export {file} --ca-dir {ca_dir}"));
        assert_eq!(exported.code, 0, "{}", exported.stderr);
        folder.path(&file).display().to_string()
    };
    assert!(real.url.starts_with("https://127.0.0.1:"), "{}", real.url);
    let token = Seed::demo().expect("the demo").credentials();
    let token = token.token("admin");
    let ask_org = |trusted: &str| {
        let line = format!(
            "record --to {} --listen 127.0.0.1:0 --out {trusted}.jsonl --ready-file ready",
            real.url
        );
        let recorder = folder.start_with(&line, &[("SSL_CERT_FILE", &authority(trusted))]);
        ask(&recorder.url, "GET /crm/v8/org", token, &[], Vec::new())
    };
    assert_eq!(ask_org("theirs").status, 200);
    let said = ask_org("other");
    let error = said.json()["error"].to_string();
    assert_eq!(said.status, 502);
    assert!(error.contains("invalid peer certificate"), "{error}");
}

#[test]
fn a_recorder_that_cannot_record_does_not_start() {
    let folder = Folder::new();
    folder.write("there", "kept");
    let to = "record --to http://127.0.0.1:1";
    for (line, code, said) in [
        (
            format!("{to} --out there"),
            3,
            "there is there already and is left as it is",
        ),
        (
            format!("{to} --out new --listen 0.0.0.0:0"),
            3,
            "can be reached by others",
        ),
        (format!("{to}/crm --out new"), 2, "is no origin"),
        (to.to_owned(), 2, "--out <FILE>"),
        (
            "record report there".to_owned(),
            1,
            "there is no recording: line 1",
        ),
        (
            "record report none".to_owned(),
            1,
            "cannot read the recording none",
        ),
        (
            "record seed there crm".to_owned(),
            1,
            "there is no recording: line 1",
        ),
    ] {
        let run = folder.run(&line);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (code, ""),
            "{line}: {}",
            run.stderr
        );
        assert!(run.stderr.contains(said), "{line}: {}", run.stderr);
    }
    assert_eq!(folder.read("there"), "kept");
    assert!(!folder.path("new").exists() && !folder.path("crm").exists());
}
