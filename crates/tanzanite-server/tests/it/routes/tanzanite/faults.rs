//! `/_tanzanite/faults`: requests that fail because a fault injection rule says so.

use super::journal::journal;
use crate::world::{Exchange, World, text};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const LEADS: &str = "/crm/v8/Leads?fields=Last_Name&per_page=1";

pub(super) fn add(world: &World, rule: &Value) -> Value {
    let added = world.anyone().post("/_tanzanite/faults", &rule.to_string());
    assert_eq!(added.status, 200, "{rule}: {added}");
    added.json()
}

pub(super) fn rules(world: &World) -> Vec<Value> {
    let listed = world.anyone().get("/_tanzanite/faults").json();
    listed["rules"].as_array().expect("rules").clone()
}

pub(super) fn photo(world: &World) -> String {
    let (module, id) = world.credentials.record("with_photo").expect("a record");
    format!("/crm/v8/{module}/{id}/photo")
}

/// All bytes from a connection until it ends.
fn answer(world: &World, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(world.address).expect("a connection");
    stream.write_all(request).expect("sent");
    let mut answer = Vec::new();
    // A reset is an end too.
    let _ = stream.read_to_end(&mut answer);
    answer
}

pub(super) fn delete(world: &World) -> Exchange {
    world.actor("admin").delete(&photo(world))
}

#[test]
fn any_row_of_the_catalogue_can_be_asked_for_and_changes_nothing() {
    let world = World::demo();
    let before = world.state();
    for (fault, code, status) in [
        ("PhotoDeleteLocked", "RECORD_LOCKED", 400),
        ("TokenInvalid", "INVALID_TOKEN", 401),
        ("StoreFailed", "INTERNAL_ERROR", 500),
    ] {
        let rule = json!({"request": {"operation": "Delete a Photo"}, "times": 1, "fault": fault});
        add(&world, &rule);
        let refused = delete(&world);
        assert_eq!(
            (refused.code().as_str(), refused.status),
            (code, status),
            "{fault}"
        );
        assert_eq!(
            rules(&world),
            Vec::<Value>::new(),
            "it has fired for the last time"
        );
    }
    let details = json!({"request": {"path": "/crm/v8/Leads"}, "times": 1, "fault": "ModuleUnknown", "details": {"resource_path_index": 7}});
    add(&world, &details);
    assert_eq!(
        world.actor("admin").get(LEADS).json()["details"]["resource_path_index"],
        7
    );
    assert_eq!(world.state(), before);
    let told: Vec<_> = journal(&world, "")
        .iter()
        .map(|entry| entry["rule"].clone())
        .collect();
    assert_eq!(told, [1, 2, 3, 4]);
}

#[test]
fn an_answer_that_is_lost_after_the_commit_leaves_the_write() {
    let world = World::demo();
    add(
        &world,
        &json!({"request": {"method": "DELETE"}, "times": 1, "moment": "after", "reply": {"status": 502, "headers": {"Retry-After": "1"}, "body": "bad gateway"}}),
    );
    let lost = delete(&world);
    assert_eq!(
        (
            lost.status,
            lost.header("retry-after"),
            lost.text().as_str()
        ),
        (502, Some("1"), "bad gateway")
    );
    assert_eq!(delete(&world).code(), "INVALID_DATA", "the photo is gone");
    let entry = &journal(&world, "")[0];
    assert_eq!(
        (
            &entry["reply"]["status"],
            text(&entry["operation"]).as_str()
        ),
        (&502.into(), "record_photo.delete")
    );
}

#[test]
fn a_connection_is_closed_before_or_after() {
    for (moment, then) in [("before", "SUCCESS"), ("after", "INVALID_DATA")] {
        let world = World::demo();
        add(
            &world,
            &json!({"request": {"method": "DELETE"}, "nth": 1, "moment": moment, "close": true}),
        );
        let admin = world.credentials.token("admin").expect("a token");
        let request = format!(
            "DELETE {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Zoho-oauthtoken {admin}\r\n\r\n",
            photo(&world)
        );
        assert_eq!(answer(&world, request.as_bytes()), b"", "{moment}");
        assert_eq!(delete(&world).code(), then, "{moment}");
        let entry = &journal(&world, "")[0];
        assert_eq!(
            (&entry["reply"]["status"], &entry["rule"]),
            (&0.into(), &1.into())
        );
    }
}

#[test]
fn the_nth_the_next_few_and_those_whom_chance_hits() {
    let hits = |rule: Value, requests: usize| {
        let world = World::demo();
        add(&world, &rule);
        let admin = world.actor("admin");
        let hit = (1..=requests).filter(|_| admin.get(LEADS).status == 503);
        hit.collect::<Vec<_>>()
    };
    let unavailable = |more: Value| {
        let mut rule = json!({"request": {"module": "Leads"}, "reply": {"status": 503}});
        let more = more.as_object().expect("an object").clone();
        rule.as_object_mut().expect("an object").extend(more);
        rule
    };
    assert_eq!(hits(unavailable(json!({"nth": 3})), 5), [3]);
    assert_eq!(hits(unavailable(json!({"times": 2})), 5), [1, 2]);
    assert_eq!(
        hits(unavailable(json!({"probability": 0.0})), 20),
        Vec::<usize>::new()
    );
    assert_eq!(hits(unavailable(json!({"probability": 1.0})), 3), [1, 2, 3]);
    let some = hits(unavailable(json!({"probability": 0.5, "seed": 7})), 60);
    assert!((15..=45).contains(&some.len()), "{some:?}");
    assert_eq!(
        hits(unavailable(json!({"probability": 0.5, "seed": 7})), 60),
        some
    );
    assert_ne!(
        hits(unavailable(json!({"probability": 0.5, "seed": 8})), 60),
        some
    );
}

#[test]
fn a_rule_is_about_what_it_says() {
    let world = World::demo();
    let (_, id) = world.credentials.record("with_photo").expect("a record");
    for (request, hit) in [
        (json!({"record": id.to_string()}), true),
        (json!({"record": "1"}), false),
        (json!({"module": "Contacts"}), false),
        (json!({"headers": {"x-run": "7*"}}), true),
        (json!({"headers": {"X-Run": "8*"}}), false),
        (json!({"path": "/crm/*/photo", "method": "get"}), true),
        (json!({"operation": "Delete a Photo"}), false),
        (json!({"operation": "Download a Photo"}), true),
        (json!({"operation": "record_photo.download"}), true),
    ] {
        add(
            &world,
            &json!({"request": request, "reply": {"status": 418}}),
        );
        let actor = world.actor("admin");
        let got = actor.send("GET", &photo(&world), &[("X-Run", "77")], b"");
        assert_eq!(got.status == 418, hit, "{request}");
        let removed = world
            .anyone()
            .send("DELETE", "/_tanzanite/faults", &[], b"")
            .json();
        assert_eq!(removed["removed"], 1);
    }
}

#[test]
fn a_delay_delays_and_a_rule_expires() {
    let world = World::demo();
    add(
        &world,
        &json!({"request": {"module": "Leads"}, "times": 1, "delay": "300ms"}),
    );
    let begun = Instant::now();
    assert_eq!(world.actor("admin").get(LEADS).status, 200);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    add(&world, &json!({"close": true, "expires_in": "1ms"}));
    std::thread::sleep(Duration::from_millis(5));
    assert_eq!(world.actor("admin").get(LEADS).status, 200);
    assert_eq!(rules(&world), Vec::<Value>::new());
}

#[test]
fn what_is_no_rule_is_refused_and_makes_none() {
    let world = World::demo();
    for rule in [
        "",
        "[]",
        "{}",
        r#"{"fault":"Nonsense"}"#,
        r#"{"fault":"TokenInvalid","close":true}"#,
        r#"{"fault":"TokenInvalid","details":{"colour":1}}"#,
        r#"{"fault":"TokenInvalid","colour":1}"#,
        r#"{"request":{"colour":1},"close":true}"#,
        r#"{"close":true,"times":0}"#,
        r#"{"close":true,"nth":0}"#,
        r#"{"close":true,"probability":1.5}"#,
        r#"{"close":true,"moment":"never"}"#,
        r#"{"close":true,"expires_in":"soon"}"#,
        r#"{"delay":"2h"}"#,
        r#"{"delay":"-1s"}"#,
        r#"{"close":true,"reset":true}"#,
        r#"{"reset":true,"reply":{"status":200}}"#,
        r#"{"reset":true,"slow":"1s"}"#,
        r#"{"close":true,"truncated":"half"}"#,
        r#"{"close":true,"details":{"id":1}}"#,
        r#"{"slow":"61s"}"#,
        r#"{"slow":"0ms"}"#,
        r#"{"slow":"-1s"}"#,
        r#"{"slow":5}"#,
        r#"{"truncated":"third"}"#,
        r#"{"truncated":{"after":-1}}"#,
        r#"{"truncated":{"before":1}}"#,
        r#"{"truncated":10}"#,
        r#"{"expire_token":"yes"}"#,
        r#"{"expire_token":false}"#,
        r#"{"request":{"client":7},"close":true}"#,
        r#"{"reply":{"status":99}}"#,
        r#"{"reply":{"status":101}}"#,
        r#"{"reply":{"status":200,"headers":{"a b":"c"}}}"#,
        r#"{"reply":{"status":200,"headers":{"a":"\n"}}}"#,
    ] {
        let refused = world.anyone().post("/_tanzanite/faults", rule);
        assert_eq!(refused.status, 400, "{rule}: {refused}");
        assert!(!text(&refused.json()["error"]).is_empty());
    }
    assert_eq!(rules(&world), Vec::<Value>::new());
    for path in ["/_tanzanite/faults/1", "/_tanzanite/faults/x"] {
        assert_eq!(
            world.anyone().send("DELETE", path, &[], b"").status,
            404,
            "{path}"
        );
    }
    for _ in 0..100 {
        add(
            &world,
            &json!({"request": {"path": "/never"}, "close": true}),
        );
    }
    let full = world
        .anyone()
        .post("/_tanzanite/faults", r#"{"close":true}"#);
    assert_eq!(full.status, 409, "{full}");
    let removed = world
        .anyone()
        .send("DELETE", "/_tanzanite/faults/7", &[], b"");
    assert_eq!((removed.status, rules(&world).len()), (200, 99));
}
