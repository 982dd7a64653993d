//! The limit on an application's concurrent calls.

use super::super::journal::journal;
use super::{LEADS, leads, photo, say, shown, used};
use crate::world::{World, multipart, png, text};
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// An upload that has passed the gates and whose body is incomplete, so that it counts as under way.
struct Held {
    stream: TcpStream,
    body: Vec<u8>,
}

impl Held {
    fn begin(world: &World, token: &str) -> Self {
        let body = multipart(&[("file", &png(1, 1, 40_000))]);
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Zoho-oauthtoken {token}\r\nContent-Type: multipart/form-data; boundary=boundary\r\nContent-Length: {}\r\n\r\n",
            photo(world),
            body.len()
        );
        let mut stream = TcpStream::connect(world.address).expect("a connection");
        stream.write_all(head.as_bytes()).expect("sent");
        Self { stream, body }
    }

    fn finish(mut self) -> String {
        self.stream.write_all(&self.body).expect("sent");
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).expect("an answer");
        answer
    }
}

/// Waits until this many calls are under way.
fn wait_for(world: &World, calls: u64) {
    let count = || -> u64 {
        let shown = shown(world);
        let under_way = shown["concurrency"]["under_way"].as_object().cloned();
        let calls = under_way.expect("applications").into_iter();
        calls.filter_map(|(_, calls)| calls.as_u64()).sum()
    };
    for _ in 0..1_000 {
        if count() == calls {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("{} are under way, and not {calls}", count());
}

#[test]
fn as_many_calls_of_an_application_are_under_way_as_it_may_have() {
    let world = World::demo();
    say(&world, &json!({ "enabled": true, "concurrency": 3 }));
    let admin = world
        .credentials
        .token("admin")
        .expect("a token")
        .to_owned();
    let held: Vec<_> = (1..=3)
        .map(|calls| {
            let held = Held::begin(&world, &admin);
            wait_for(&world, calls);
            held
        })
        .collect();
    let spent = used(&world);
    for _ in 0..5 {
        let refused = world.refused(leads);
        assert_eq!(refused.code(), "TOO_MANY_REQUESTS");
    }
    assert_eq!(used(&world), spent, "who is refused pays nothing");
    let told = journal(&world, "?status=429");
    assert_eq!(
        told[0]["cause"],
        "3 calls of the application are under way, as many as may be at once"
    );
    let wanted = r#"{"user":"mara.lindqvist@example.com","scopes":["ZohoCRM.modules.ALL"]}"#;
    let token = world.anyone().post("/_tanzanite/tokens", wanted).json();
    let other = format!("Zoho-oauthtoken {}", text(&token["access_token"]));
    let other = world.bearing(&other).get(LEADS);
    assert_eq!(other.status, 200, "another application has its own");
    for (left, held) in [2, 1, 0].into_iter().zip(held) {
        let answer = held.finish();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        wait_for(&world, left);
    }
    assert_eq!(leads(&world).status, 200);
}

#[test]
fn who_goes_away_frees_the_place() {
    let world = World::demo();
    say(&world, &json!({ "enabled": true, "concurrency": 1 }));
    let admin = world
        .credentials
        .token("admin")
        .expect("a token")
        .to_owned();
    let held = Held::begin(&world, &admin);
    wait_for(&world, 1);
    drop(held);
    wait_for(&world, 0);
    for _ in 0..20 {
        // One after another: a call no longer counts when its answer arrives.
        assert_eq!(leads(&world).status, 200);
    }
}
