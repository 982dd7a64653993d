//! How notifications are sent: to a real listener, in order, once, and again if it fails.

use super::{channel, enable, run, send, states, world};
use crate::receiver::{Manner, Receiver};
use crate::world::World;
use insta::assert_snapshot;
use serde_json::{Value, json};
use tanzanite_server::Config;

fn lead(world: &World, name: &str) {
    world.insert("Leads", &[json!({ "Last_Name": name })]);
}

fn watched(receiver: &Receiver) -> World {
    let world = world();
    let more =
        json!({ "return_affected_field_values": true, "channel_expiry": "2026-03-09T12:00:00Z" });
    enable(&world, &channel("1", &["Leads.all"], &receiver.url(), more));
    world
}

/// The names of the leads that were told of.
fn names(receiver: &Receiver) -> Vec<Value> {
    let name = |came: crate::receiver::Came| {
        came.body["affected_values"][0]["values"]["Last_Name"].clone()
    };
    receiver.came().into_iter().map(name).collect()
}

#[test]
fn a_change_is_sent_by_itself_after_the_commit() {
    let receiver = Receiver::new();
    let world = watched(&receiver);
    lead(&world, "A");
    let came = receiver.next();
    assert_eq!(came.line, "POST /hook HTTP/1.1");
    let json = "content-type: application/json;charset=UTF-8";
    assert!(came.headers.iter().any(|line| line == json), "{came:?}");
    assert_eq!(came.body["operation"], "insert");
    run(&world);
    assert_eq!(states(&world), ["COMPLETED 1 answered with 200"]);
    assert_eq!(receiver.came().len(), 0, "once");
}

#[test]
fn notifications_of_a_channel_come_in_order_and_once() {
    let receiver = Receiver::new();
    let world = watched(&receiver);
    let expected: Vec<Value> = (0..20).map(|number| format!("L{number}").into()).collect();
    for name in &expected {
        lead(&world, name.as_str().expect("a name"));
    }
    run(&world);
    assert_eq!(names(&receiver), expected);
    run(&world);
    assert_eq!(names(&receiver), [Value::Null; 0]);
}

#[test]
fn one_that_fails_is_sent_again_later_and_those_behind_it_wait() {
    let receiver = Receiver::new();
    receiver.then(&[Manner::Answers(500), Manner::HangsUp, Manner::Redirects]);
    let world = watched(&receiver);
    lead(&world, "A");
    run(&world);
    lead(&world, "B");
    run(&world);
    assert_eq!(names(&receiver), ["A"]);
    assert_eq!(
        states(&world),
        ["SCHEDULED 1 answered with 500", "SCHEDULED 0 "]
    );
    for span in ["9s", "1s", "39s", "1s", "160s"] {
        world.clock(&format!(r#"{{"action":"advance","by":"{span}"}}"#));
        run(&world);
    }
    let lines: Vec<String> = receiver.came().into_iter().map(|came| came.line).collect();
    assert_eq!(
        lines, ["POST /hook HTTP/1.1"; 4],
        "a redirection is not followed"
    );
    assert_eq!(
        states(&world),
        [
            "COMPLETED 4 answered with 200",
            "COMPLETED 1 answered with 200"
        ]
    );
}

#[test]
fn after_the_last_attempt_a_notification_is_given_up_and_the_next_one_is_sent() {
    let receiver = Receiver::new();
    receiver.then(&[Manner::Answers(503); 6]);
    let world = watched(&receiver);
    lead(&world, "A");
    lead(&world, "B");
    for _ in 0..6 {
        run(&world);
        world.clock(r#"{"action":"advance","by":"1h"}"#);
    }
    assert_eq!(
        states(&world),
        [
            "FAILED 6 answered with 503",
            "COMPLETED 1 answered with 200"
        ]
    );
}

#[test]
fn a_receiver_that_is_not_there_or_silent_does_not_keep_others_waiting() {
    let (silent, other) = (Receiver::new(), Receiver::new());
    silent.then(&[Manner::IsSilent]);
    let world = world();
    enable(
        &world,
        &channel("1", &["Leads.create"], &silent.url(), json!({})),
    );
    enable(
        &world,
        &channel("2", &["Leads.create"], &other.url(), json!({})),
    );
    enable(
        &world,
        &channel("3", &["Leads.create"], "http://127.0.0.1:1/", json!({})),
    );
    lead(&world, "A");
    other.next();
    run(&world);
    let told = states(&world);
    assert_eq!(told[0], "SCHEDULED 1 no answer within 5 s");
    assert_eq!(told[1], "COMPLETED 1 answered with 200");
    assert!(told[2].starts_with("SCHEDULED 1 127.0.0.1:1: "), "{told:?}");
}

#[test]
fn an_answer_is_read_no_further_than_its_bound_and_its_status_counts() {
    let receiver = Receiver::new();
    receiver.then(&[Manner::HasManyHeaders, Manner::TellsMuch]);
    let world = watched(&receiver);
    lead(&world, "A");
    run(&world);
    let told = states(&world);
    assert!(told[0].starts_with("SCHEDULED 1 127.0.0.1:"), "{told:?}");
    world.clock(r#"{"action":"advance","by":"10s"}"#);
    run(&world);
    assert_eq!(states(&world), ["COMPLETED 2 answered with 200"]);
    let journal = world
        .anyone()
        .get("/_tanzanite/journal?operation=notification");
    assert!(journal.text().len() < 32 * 1024);
}

#[test]
fn an_address_that_shows_no_certificate_gets_nothing() {
    let receiver = Receiver::new();
    let world = world();
    let url = receiver.url().replace("http:", "https:");
    enable(&world, &channel("1", &["Leads.create"], &url, json!({})));
    lead(&world, "A");
    run(&world);
    let told = states(&world);
    assert!(told[0].starts_with("SCHEDULED 1 "), "{told:?}");
    assert!(receiver.came().iter().all(|came| came.body.is_null()));
}

#[test]
fn an_address_beyond_this_machine_is_called_only_if_the_operator_names_it() {
    let world = world();
    let own = format!("http://{}/crm/v8/org", world.address);
    let control = format!("http://{}/_tanzanite/jobs/run", world.address);
    let addresses = [
        "http://192.0.2.1/hook",
        "https://192.0.2.1",
        "http://0.0.0.0:9/",
        &own,
        &control,
    ];
    for (index, url) in addresses.iter().enumerate() {
        let id = (index + 1).to_string();
        enable(&world, &channel(&id, &["Leads.create"], url, json!({})));
    }
    lead(&world, "A");
    run(&world);
    assert_snapshot!(states(&world).join("\n"), @"
    FAILED 1 --deliver-to does not name 192.0.2.1
    FAILED 1 --deliver-to does not name 192.0.2.1
    FAILED 1 --deliver-to does not name 0.0.0.0
    FAILED 1 the server does not notify itself
    FAILED 1 the control API is not notified
    ");
    let jobs = world.anyone().get("/_tanzanite/jobs").json();
    let states = jobs["jobs"].as_array().expect("jobs").iter();
    assert!(
        states
            .map(|job| &job["state"])
            .all(|state| state == "FAILED"),
        "{jobs}"
    );
}

#[test]
fn an_address_that_the_operator_names_is_called() {
    let config = || Config {
        deliver_to: vec!["192.0.2.1".to_owned()],
        ..Config::default()
    };
    let world = World::with(config());
    enable(
        &world,
        &channel("1", &["Leads.create"], "http://192.0.2.1:9/", json!({})),
    );
    lead(&world, "A");
    run(&world);
    let told = states(&world);
    assert!(
        told[0].starts_with("SCHEDULED 1 "),
        "tried, and to be tried again: {told:?}"
    );
}

#[test]
fn the_journal_has_every_attempt_without_the_token() {
    let receiver = Receiver::new();
    receiver.then(&[Manner::Answers(418)]);
    let world = world();
    enable(
        &world,
        &channel(
            "1",
            &["Leads.create"],
            &receiver.url(),
            json!({ "token": "very secret" }),
        ),
    );
    lead(&world, "A");
    run(&world);
    world.clock(r#"{"action":"advance","by":"10s"}"#);
    run(&world);
    let journal = world
        .anyone()
        .get("/_tanzanite/journal?operation=notification")
        .json();
    let entries = journal["entries"].as_array().expect("entries");
    let told: Vec<String> = entries
        .iter()
        .map(|entry| {
            let request = &entry["request"];
            let (method, path) = (&request["method"], &request["path"]);
            format!(
                "{method} {path} {} {}",
                entry["reply"]["status"], entry["cause"]
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            r#""POST" "/hook" 418 "answered with 418""#,
            r#""POST" "/hook" 200 null"#
        ]
    );
    assert!(!journal.to_string().contains("very secret"), "{journal}");
    assert_eq!(receiver.came()[0].body["token"], "very secret");
}

#[test]
fn a_channel_that_is_disabled_gets_no_more_and_one_that_has_moved_gets_all() {
    let (before, after) = (Receiver::new(), Receiver::new());
    before.then(&[Manner::Answers(500); 2]);
    let world = world();
    enable(
        &world,
        &channel("1", &["Leads.create"], &before.url(), json!({})),
    );
    enable(
        &world,
        &channel("2", &["Leads.create"], &before.url(), json!({})),
    );
    lead(&world, "A");
    run(&world);
    let moved = [json!({ "channel_id": "1", "notify_url": after.url() })];
    assert_eq!(send(&world, "PATCH", &moved).status, 200);
    let gone = world
        .actor("admin")
        .delete("/crm/v8/actions/watch?channel_ids=2");
    assert_eq!(gone.status, 200, "{gone}");
    world.clock(r#"{"action":"advance","by":"10s"}"#);
    run(&world);
    assert_eq!(after.came().len(), 1);
    assert_eq!(
        states(&world),
        [
            "COMPLETED 2 answered with 200",
            "FAILED 1 the channel is no more"
        ]
    );
}

#[test]
fn what_happened_before_a_channel_s_end_is_sent_after_it_and_nothing_else() {
    let receiver = Receiver::new();
    receiver.then(&[Manner::Answers(500)]);
    let world = world();
    enable(
        &world,
        &channel("1", &["Leads.create"], &receiver.url(), json!({})),
    );
    lead(&world, "A");
    run(&world);
    world.clock(r#"{"action":"advance","by":"62m"}"#);
    lead(&world, "B");
    run(&world);
    assert_eq!(receiver.came().len(), 2, "the first one twice");
    assert_eq!(states(&world), ["COMPLETED 2 answered with 200"]);
}

#[test]
fn a_thousand_notifications_wait_and_then_the_oldest_are_dropped() {
    let receiver = Receiver::new();
    receiver.then(&[Manner::Answers(500)]);
    let world = watched(&receiver);
    lead(&world, "first");
    run(&world);
    let change = json!({ "data": [{ "City": "Basel" }] }).to_string();
    let path = world.path("with_photo");
    for _ in 0..1_000 {
        assert_eq!(world.actor("admin").put(&path, &change).status, 200);
    }
    let mut told = states(&world);
    assert_eq!(
        told.remove(0),
        "FAILED 1 dropped: 1000 others wait for the channel"
    );
    assert_eq!(told, vec!["SCHEDULED 0 "; 1_000]);
}
