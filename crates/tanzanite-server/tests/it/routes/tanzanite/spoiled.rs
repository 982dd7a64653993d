//! `/_tanzanite/faults`: answers that are slow, that break off, or that end with a reset of the connection.

use super::faults::{add, delete, photo};
use super::journal::journal;
use crate::intercept::{inside, intercepting};
use crate::limits::{LONG, bearer, connect, status};
use crate::tls::made;
use crate::tls_client::{Secure, converse, secure};
use crate::world::{MULTIPART, World, multipart, png};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use std::io::{ErrorKind, Read, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tanzanite_server::{Config, Timeouts};

const LEADS: &str = "/crm/v8/Leads?fields=Last_Name&per_page=1";

/// A connection on which a request has been sent.
fn asked(world: &World, line: &str) -> TcpStream {
    let mut stream = connect(world);
    let request = format!("{line} HTTP/1.1\r\n{}\r\n", bearer(world, "admin"));
    stream.write_all(request.as_bytes()).expect("sent");
    stream
}

/// Reads until the connection ends; returns the bytes and the error that ended it.
fn all_of(stream: &mut impl Read) -> (Vec<u8>, Option<ErrorKind>) {
    let mut bytes = Vec::new();
    let ended = stream.read_to_end(&mut bytes);
    (bytes, ended.err().map(|error| error.kind()))
}

fn body_of(answer: &[u8]) -> (String, &[u8]) {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.expect("a head");
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    (head, &answer[end + 4..])
}

/// Reads until the head has arrived.
fn head_of(stream: &mut TcpStream) -> Vec<u8> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).expect("a head");
        head.push(byte[0]);
    }
    head
}

#[test]
fn a_slow_body_comes_in_pieces_over_its_time_and_the_connection_lives_on() {
    let world = World::demo();
    let whole = world.actor("admin").get(&photo(&world)).body;
    for more in [
        json!({}),
        json!({"reply": {"status": 200, "body": "a body of some length"}}),
        json!({"fault": "RecordUnknown"}),
        json!({"moment": "after", "fault": "StoreFailed"}),
    ] {
        let mut rule = json!({"request": {"path": "*/photo"}, "times": 1, "slow": "600ms"});
        let more = more.as_object().expect("an object").clone();
        rule.as_object_mut()
            .expect("an object")
            .extend(more.clone());
        add(&world, &rule);
        let mut stream = asked(&world, &format!("GET {}", photo(&world)));
        let begun = Instant::now();
        let head = String::from_utf8(head_of(&mut stream)).expect("a head");
        assert!(
            begun.elapsed() < Duration::from_millis(500),
            "the head is not slow"
        );
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.expect("a length").parse().expect("a number");
        let mut body = vec![0; length];
        let mut pieces = 0;
        let mut read = 0;
        while read < length {
            read += stream.read(&mut body[read..]).expect("a piece");
            pieces += 1;
        }
        assert!(begun.elapsed() >= Duration::from_millis(600), "{rule}");
        assert!(begun.elapsed() < LONG, "{rule}");
        assert!((3..=12).contains(&pieces), "{rule}: {pieces}");
        if more.is_empty() {
            assert_eq!(body, whole);
        }
        let next = format!(
            "GET {LEADS} HTTP/1.1\r\nConnection: close\r\n{}\r\n",
            bearer(&world, "admin")
        );
        stream.write_all(next.as_bytes()).expect("sent");
        let (answer, _) = all_of(&mut stream);
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{rule}");
    }
    let entry = &journal(&world, "?path=*/photo")[1];
    assert_eq!(entry["rule_did"], "sent the body over 600ms");
}

#[test]
fn a_truncated_body_promises_all_and_ends_where_it_should() {
    let world = World::demo();
    let whole = world.actor("admin").get(&photo(&world)).body;
    for (more, truncated, sent, promised) in [
        (json!({}), json!("half"), whole.len() / 2, whole.len()),
        (json!({}), json!({"after": 10}), 10, whole.len()),
        (
            json!({}),
            json!({"after": 10_000_000}),
            whole.len() - 1,
            whole.len(),
        ),
        (json!({}), json!({"after": 0}), 0, whole.len()),
        (
            json!({"reply": {"status": 200, "body": "0123456789"}}),
            json!("half"),
            5,
            10,
        ),
        (
            json!({"reply": {"status": 200, "body": "0123456789"}, "slow": "200ms"}),
            json!({"after": 9}),
            9,
            10,
        ),
    ] {
        let mut rule = json!({"request": {"path": "*/photo"}, "times": 1, "truncated": truncated});
        let more = more.as_object().expect("an object").clone();
        rule.as_object_mut().expect("an object").extend(more);
        add(&world, &rule);
        let mut stream = asked(&world, &format!("GET {}", photo(&world)));
        let (answer, error) = all_of(&mut stream);
        assert_eq!(error, None, "{rule}: it ends in order");
        let (head, body) = body_of(&answer);
        assert!(
            head.contains(&format!("content-length: {promised}")),
            "{rule}: {head}"
        );
        assert_eq!(body.len(), sent, "{rule}");
    }
    add(
        &world,
        &json!({"times": 1, "truncated": "half", "fault": "TokenInvalid"}),
    );
    let mut stream = asked(&world, &format!("GET {LEADS}"));
    let (answer, _) = all_of(&mut stream);
    let (head, body) = body_of(&answer);
    assert!(head.starts_with("http/1.1 401"), "{head}");
    assert!(body.starts_with(b"{\"code\"") && serde_json::from_slice::<Value>(body).is_err());
}

#[test]
fn an_answer_that_breaks_off_after_the_commit_leaves_the_write() {
    let world = World::demo();
    add(
        &world,
        &json!({"request": {"method": "DELETE"}, "times": 1, "moment": "after", "truncated": {"after": 7}}),
    );
    let mut stream = asked(&world, &format!("DELETE {}", photo(&world)));
    let (answer, _) = all_of(&mut stream);
    assert_eq!(body_of(&answer).1, b"{\"code\"");
    assert_eq!(delete(&world).code(), "INVALID_DATA", "the photo is gone");
    let entry = &journal(&world, "")[0];
    assert_eq!(
        (&entry["reply"]["status"], &entry["rule_did"]),
        (
            &200.into(),
            &"after it was carried out: broke the body off after 7 bytes".into()
        )
    );
}

/// There is no body to truncate.
#[test]
fn a_truncated_answer_without_a_body_is_the_end_of_the_connection() {
    let world = World::demo();
    assert_eq!(delete(&world).status, 200);
    add(
        &world,
        &json!({"request": {"path": "*/photo"}, "truncated": "half"}),
    );
    for line in [
        format!("GET {}", photo(&world)),
        format!("HEAD {}", photo(&world)),
    ] {
        let mut stream = asked(&world, &line);
        assert_eq!(all_of(&mut stream), (Vec::new(), None), "{line}");
    }
    let entry = &journal(&world, "?method=GET")[0];
    assert_eq!(entry["reply"]["status"], 0);
}

/// The body is larger than all buffers in between.
#[test]
fn a_client_that_reads_slowly_gets_the_whole_part_of_a_body_that_breaks_off() {
    let world = World::demo();
    let uploaded = world
        .actor("admin")
        .upload(&photo(&world), &png(10, 10, 9_000_000));
    assert_eq!(uploaded.status, 200, "{uploaded}");
    add(
        &world,
        &json!({"times": 1, "truncated": {"after": 8_000_001}}),
    );
    let mut stream = asked(&world, &format!("GET {}", photo(&world)));
    std::thread::sleep(Duration::from_millis(500));
    let (answer, error) = all_of(&mut stream);
    let (head, body) = body_of(&answer);
    assert!(head.contains("content-length: 9000000"), "{head}");
    assert_eq!((body.len(), error), (8_000_001, None));
}

#[test]
fn a_connection_is_reset_before_or_after() {
    for (moment, then) in [("before", "SUCCESS"), ("after", "INVALID_DATA")] {
        let world = World::demo();
        let rule =
            json!({"request": {"method": "DELETE"}, "nth": 1, "moment": moment, "reset": true});
        add(&world, &rule);
        let mut stream = asked(&world, &format!("DELETE {}", photo(&world)));
        let (answer, error) = all_of(&mut stream);
        assert_eq!(
            (answer.len(), error),
            (0, Some(ErrorKind::ConnectionReset)),
            "{moment}"
        );
        assert_eq!(delete(&world).code(), then, "{moment}");
        let entry = &journal(&world, "")[0];
        assert_eq!(entry["reply"]["status"], 0);
        let archive = world.anyone().get("/_tanzanite/journal.har").json();
        let comment = archive["log"]["entries"][0]["comment"]
            .as_str()
            .expect("a comment");
        assert!(
            comment.starts_with("rule 1: ") && comment.ends_with("reset the connection"),
            "{comment}"
        );
    }
}

#[test]
fn a_connection_that_is_closed_is_not_reset() {
    let world = World::demo();
    add(&world, &json!({"close": true}));
    let mut stream = asked(&world, &format!("GET {LEADS}"));
    assert_eq!(all_of(&mut stream), (Vec::new(), None));
}

/// The TCP connection itself ends, whatever it carries, so TLS sends no closing alert. The photo is larger than all
/// buffers in between.
fn a_spoiled_answer_ends_all(world: &World, open: impl Fn() -> Secure, add: impl Fn(&Value)) {
    let (path, bearer) = (photo(world), bearer(world, "admin"));
    let picture = multipart(&[("file", &png(10, 10, 9_000_000))]);
    let head = format!(
        "POST {path} HTTP/1.1\r\n{bearer}Connection: close\r\nContent-Type: {MULTIPART}\r\nContent-Length: {}\r\n\r\n",
        picture.len()
    );
    let uploaded = converse(open(), &[head.as_bytes(), &picture].concat());
    assert_eq!(status(&uploaded), Some(200), "{uploaded}");
    let ask = |rule: &Value| {
        add(rule);
        let mut stream = open();
        let request = format!("GET {path} HTTP/1.1\r\n{bearer}\r\n");
        stream.write_all(request.as_bytes()).expect("sent");
        all_of(&mut stream)
    };
    let (answer, error) = ask(&json!({"times": 1, "truncated": {"after": 8_000_001}}));
    let (head, body) = body_of(&answer);
    assert!(head.contains("content-length: 9000000"), "{head}");
    let ended = (body.len(), error);
    assert_eq!(ended, (8_000_001, Some(ErrorKind::UnexpectedEof)));
    let ended = ask(&json!({"times": 1, "reset": true}));
    assert_eq!(ended, (Vec::new(), Some(ErrorKind::ConnectionReset)));
}

#[test]
fn over_tls_an_answer_breaks_off_and_a_connection_is_reset() {
    let world = World::with(made());
    let open = || secure(connect(&world), "localhost").expect("a handshake");
    a_spoiled_answer_ends_all(&world, open, |rule| {
        let rule = rule.to_string();
        let request = format!(
            "POST /_tanzanite/faults HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{rule}",
            rule.len()
        );
        let reply = converse(open(), request.as_bytes());
        assert_eq!(status(&reply), Some(200), "{reply}");
    });
}

#[test]
fn in_a_tunnel_an_answer_breaks_off_and_a_connection_is_reset() {
    let world = intercepting();
    let open = || inside(&world, "www.zohoapis.com");
    a_spoiled_answer_ends_all(&world, open, |rule| {
        add(&world, rule);
    });
}

async fn http_2(world: &World) -> SendRequest<Empty<Bytes>> {
    let stream = tokio::net::TcpStream::connect(world.address).await;
    let io = TokioIo::new(stream.expect("a connection"));
    let (client, connection) = handshake(TokioExecutor::new(), io).await.expect("HTTP/2");
    tokio::spawn(connection);
    client
}

/// Over HTTP/2: the promised length and the bytes received, or an error if there was no answer.
async fn get(
    world: &World,
    client: &SendRequest<Empty<Bytes>>,
    path: &str,
) -> (u64, Vec<u8>, bool) {
    let token = world.credentials.token("admin").expect("a token");
    let request = http::Request::get(format!("http://localhost{path}"))
        .header("authorization", format!("Zoho-oauthtoken {token}"))
        .body(Empty::new());
    let mut client = client.clone();
    client.ready().await.expect("ready");
    let Ok(response) = client.send_request(request.expect("a request")).await else {
        return (0, Vec::new(), false);
    };
    let length = response.headers().get("content-length");
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    let mut body = response.into_body();
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => bytes.extend(frame.into_data().expect("data")),
            Err(_) => return (length.expect("a length"), bytes, false),
        }
    }
    (length.expect("a length"), bytes, true)
}

#[test]
fn over_http_2_the_stream_is_reset_and_the_connection_lives_on() {
    let world = World::demo();
    let path = photo(&world);
    let uploaded = world.actor("admin").upload(&path, &png(10, 10, 3_000_000));
    assert_eq!(uploaded.status, 200, "{uploaded}");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let client = http_2(&world).await;
        let one = |rule: Value| {
            let mut rule = rule;
            rule["times"] = 1.into();
            add(&world, &rule);
            get(&world, &client, &path)
        };
        let (promised, body, whole) = one(json!({"truncated": {"after": 2_500_000}})).await;
        assert_eq!((promised, body.len(), whole), (3_000_000, 2_500_000, false));
        for end in ["close", "reset"] {
            let (promised, body, whole) = one(json!({end: true})).await;
            assert_eq!((promised, body.len(), whole), (0, 0, false), "{end}");
        }
        let begun = Instant::now();
        let (_, body, whole) = one(json!({"slow": "300ms"})).await;
        assert_eq!((body.len(), whole), (3_000_000, true));
        assert!(begun.elapsed() >= Duration::from_millis(300));
        let (_, body, whole) = get(&world, &client, &path).await;
        assert_eq!(
            (body.len(), whole),
            (3_000_000, true),
            "the same connection"
        );
    });
}

#[test]
fn a_client_that_goes_away_ends_a_slow_body() {
    let world = World::with(Config {
        connections_max: 2,
        ..Config::default()
    });
    add(
        &world,
        &json!({"times": 1, "request": {"module": "Leads"}, "slow": "60s"}),
    );
    let mut stream = asked(&world, &format!("GET {LEADS}"));
    head_of(&mut stream);
    let other = connect(&world);
    drop(stream);
    // Two connections fit, so this one is served only once the slow one has ended.
    let begun = Instant::now();
    assert_eq!(world.actor("admin").get(LEADS).status, 200);
    assert!(begun.elapsed() < LONG, "{:?}", begun.elapsed());
    drop(other);
}

/// A client that waits for a slow answer gets the rest at once when the server shuts down.
#[test]
fn the_end_hurries_slow_bodies_and_delays() {
    for rule in [
        json!({"slow": "60s"}),
        json!({"delay": "60s"}),
        json!({"slow": "60s", "truncated": "half"}),
    ] {
        let world = World::with(Config {
            timeouts: Timeouts {
                shutdown: Duration::from_mins(1),
                ..Timeouts::default()
            },
            ..Config::default()
        });
        let length = world.actor("admin").get(LEADS).body.len();
        let expected = if rule["truncated"].is_null() {
            length
        } else {
            length / 2
        };
        add(&world, &rule);
        let mut stream = asked(&world, &format!("GET {LEADS}"));
        if rule["delay"].is_null() {
            head_of(&mut stream);
        } else {
            std::thread::sleep(Duration::from_millis(200));
        }
        let begun = Instant::now();
        let end = std::thread::spawn(move || drop(world));
        let (answer, error) = all_of(&mut stream);
        let body = if rule["delay"].is_null() {
            &answer
        } else {
            body_of(&answer).1
        };
        assert_eq!((body.len(), error), (expected, None), "{rule}");
        end.join().expect("an end");
        assert!(begun.elapsed() < LONG, "{rule}: {:?}", begun.elapsed());
    }
}
