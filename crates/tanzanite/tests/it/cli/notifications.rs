//! `tanzanite notifications`, `--deliver-to`, and that nothing is lost by a server that is killed.

use super::support::{Folder, Server};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A listener that takes notifications: its address, and the bodies. It never answers the first `silent` ones.
fn receiver(silent: usize) -> (SocketAddr, Receiver<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (tell, told) = channel();
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for (index, stream) in listener.incoming().map_while(Result::ok).enumerate() {
            let mut stream = stream;
            let (mut read, mut part) = (Vec::new(), [0; 4096]);
            let body = loop {
                let count = stream.read(&mut part).unwrap_or(0);
                read.extend_from_slice(&part[..count]);
                let text = String::from_utf8_lossy(&read);
                let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
                match serde_json::from_str(body) {
                    Ok(body) => break body,
                    Err(_) if count == 0 => break Value::Null,
                    Err(_) => {}
                }
            };
            if index < silent {
                held.push(stream);
            } else {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }
            if tell.send(body).is_err() {
                return;
            }
        }
    });
    (address, told)
}

fn next(told: &Receiver<Value>) -> Value {
    told.recv_timeout(Duration::from_secs(20))
        .expect("a notification")
}

/// An access token of the administrator, who watches leads at this address.
fn watching(folder: &Folder, server: &Server, url: &str) -> String {
    let scopes = "--scope ZohoCRM.modules.ALL --scope ZohoCRM.notifications.ALL";
    let issue = format!("token issue --user mara.lindqvist@example.com {scopes}");
    let issued = folder.run(&format!("{issue} --url {}", server.url));
    assert_eq!(issued.code, 0, "{}", issued.stderr);
    let token = format!("Zoho-oauthtoken {}", issued.stdout.trim());
    let watch =
        json!({ "watch": [{ "channel_id": 1, "events": ["Leads.create"], "notify_url": url }] });
    post(server, "actions/watch", &token, &watch);
    token
}

fn post(server: &Server, path: &str, token: &str, body: &Value) {
    let sent = ureq::post(format!("{}/crm/v8/{path}", server.url))
        .header("Authorization", token)
        .send(body.to_string());
    assert_eq!(sent.expect("an answer").status(), 201);
}

fn lead(server: &Server, token: &str) {
    let body = json!({ "data": [{ "Last_Name": "Told" }] });
    post(server, "Leads", token, &body);
}

#[test]
fn notifications_are_sent_shown_collected_and_forgotten() {
    let folder = Folder::new();
    let server = folder.serve("--memory");
    let (address, told) = receiver(0);
    let token = watching(&folder, &server, &format!("http://{address}/hook"));
    let run = |options: &str| folder.run(&format!("notifications --url {} {options}", server.url));
    assert_eq!(run("").stdout, "notifications are sent\n");
    lead(&server, &token);
    let id = next(&told)["ids"][0].as_str().expect("an id").to_owned();
    assert_eq!(
        folder.run(&format!("jobs --run --url {}", server.url)).code,
        0
    );
    let shown = run("").stdout;
    let line =
        format!(" completed insert {id} of Leads to http://{address}/hook: answered with 200\n");
    assert!(shown.ends_with(&line), "{shown}");
    let collecting = run("--collect --clear");
    assert_eq!(
        collecting.stdout,
        "notifications are collected, and not sent\n"
    );
    lead(&server, &token);
    let shown: Value = serde_json::from_str(&run("--json").stdout).expect("JSON");
    assert_eq!(shown["mode"], "collect");
    assert_eq!(shown["notifications"][0]["payload"]["module"], "Leads");
    assert_eq!(run("--deliver --clear").stdout, "notifications are sent\n");
    assert_eq!(run("--collect --deliver").code, 2);
    assert!(told.try_recv().is_err(), "what was collected is not sent");
    assert!(server.stop().success());
}

#[test]
fn what_was_being_sent_when_the_server_was_killed_is_sent_again_with_all_behind_it() {
    let folder = Folder::new();
    let server = folder.serve("--data data --seed demo");
    let (address, told) = receiver(1);
    let token = watching(&folder, &server, &format!("http://{address}/hook"));
    lead(&server, &token);
    let first = next(&told);
    lead(&server, &token);
    // It is killed with SIGKILL while it waits for the answer to the first one.
    drop(server);
    let server = folder.serve("--data data");
    let clock = format!("clock --advance 2m --url {}", server.url);
    assert_eq!(folder.run(&clock).code, 0);
    assert_eq!(next(&told), first, "again, as it was");
    let second = next(&told);
    assert_ne!(second["ids"], first["ids"]);
    assert_eq!(
        folder.run(&format!("jobs --run --url {}", server.url)).code,
        0
    );
    let shown = folder
        .run(&format!("notifications --url {}", server.url))
        .stdout;
    assert_eq!(shown.matches(" completed insert ").count(), 2, "{shown}");
    assert!(told.try_recv().is_err(), "once more each, and no oftener");
}

#[test]
fn other_hosts_are_named_without_scheme_and_port() {
    let folder = Folder::new();
    let many = vec!["a.test"; 101].join(",");
    for wrong in ["http://a.test", "a.test:80", "*.test", "a.test,b/c", &many] {
        let run = folder.run(&format!("serve --memory --deliver-to {wrong}"));
        assert_eq!(run.code, 2, "{wrong}: {}", run.stderr);
        assert!(run.stderr.contains("deliver-to"), "{wrong}: {}", run.stderr);
    }
    let server = folder.serve("--memory --deliver-to hook.test,192.0.2.1,::1");
    assert!(server.stop().success());
}

#[test]
fn an_address_over_https_is_told_if_the_system_trusts_its_certificate() {
    let (there, here) = (Folder::new(), Folder::new());
    let receiver = there.serve("--memory --tls --ca-dir ca");
    let url = format!("{}/hook", receiver.url);
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    let authority = there.path("ca/ca.pem").display().to_string();
    let trusting = [("SSL_CERT_FILE", authority.as_str())];
    for (environment, outcome) in [
        (&trusting[..], ": answered with 404\n"),
        (&[], "certificate"),
    ] {
        let server = here.start_with("serve --listen 127.0.0.1:0 --memory", environment);
        let token = watching(&here, &server, &url);
        lead(&server, &token);
        let run = |command: &str| here.run(&format!("{command} --url {}", server.url));
        assert_eq!(run("jobs --run").code, 0);
        let shown = run("notifications").stdout;
        assert!(shown.contains(outcome), "{shown}");
        assert!(server.stop().success());
    }
}
