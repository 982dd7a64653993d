//! `/_tanzanite/snapshots` and `/_tanzanite/reset`: restoring earlier states of an organisation.

use super::organisations::created;
use crate::world::{Exchange, World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn take(world: &World, name: &str) -> Exchange {
    let body = json!({ "name": name }).to_string();
    world.anyone().post("/_tanzanite/snapshots", &body)
}

fn restore(world: &World, name: &str) -> Exchange {
    let path = format!("/_tanzanite/snapshots/{name}/restore");
    world.anyone().post(&path, "")
}

fn differences(world: &World, name: &str, query: &str) -> Value {
    let path = format!("/_tanzanite/snapshots/{name}/diff?{query}");
    let exchange = world.anyone().get(&path);
    assert_eq!(exchange.status, 200, "{exchange}");
    exchange.json()
}

/// Deletes a photo, changes, adds and removes records, and locks one.
fn live(world: &World) {
    let admin = world.actor("admin");
    let photo = format!("{}/photo", world.path("with_photo"));
    assert_eq!(admin.delete(&photo).status, 200);
    let path = world.path("without_photo");
    let body = r#"{"data":[{"Last_Name":"Changed","City":"Turin"}]}"#;
    assert_eq!(admin.put(&path, body).status, 200);
    assert_eq!(admin.delete(&world.path("with_photo_gif")).status, 200);
    world.insert("Leads", &[json!({ "Last_Name": "New", "Company": "New" })]);
    let locks = format!("{}/Locking_Information__s", world.path("with_photo_bmp"));
    let body = r#"{"data":[{"Locked_Reason__s":"audit"}]}"#;
    assert_eq!(admin.post(&locks, body).status, 201);
}

#[test]
fn a_reset_brings_back_what_the_seed_made() {
    let world = World::demo();
    let other = created(&world, "other");
    let before = world.state();
    let first = world.insert("Leads", &[json!({ "Last_Name": "First", "Company": "C" })]);
    for _ in 0..3 {
        live(&world);
        let issued = world.anyone().post("/_tanzanite/environment", "").json();
        let frozen = world
            .anyone()
            .post("/_tanzanite/clock", r#"{"action":"freeze"}"#);
        assert_eq!(frozen.status, 200);
        assert_ne!(world.state(), before);
        let reset = world.anyone().post("/_tanzanite/reset", "");
        assert_eq!(reset.json(), json!({ "restored": "seed" }));
        assert_eq!(world.state(), before);
        assert_eq!(
            world.anyone().get("/_tanzanite/clock").json()["state"],
            "running"
        );
        // Tokens stay valid, and numbering starts again.
        let bearer = format!("Zoho-oauthtoken {}", text(&issued["access_token"]));
        assert_eq!(world.bearing(&bearer).get("/crm/v8/org").status, 200);
        let again = world.insert("Leads", &[json!({ "Last_Name": "First", "Company": "C" })]);
        assert_eq!(again, first);
    }
    let path = format!("/_tanzanite/snapshots?org={}", text(&other["org"]));
    let theirs = world.anyone().get(&path).json();
    assert_eq!(theirs["snapshots"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_snapshot_is_taken_compared_and_restored() {
    let world = World::demo();
    assert_eq!(take(&world, "then").status, 200);
    let before = world.state();
    assert_eq!(
        differences(&world, "then", ""),
        json!({ "changes": [], "next": null })
    );
    live(&world);
    let found = differences(&world, "then", "");
    let shown: Vec<String> = found["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .map(|change| {
            let mut change = change.clone();
            change["id"] = "ID".into();
            change.to_string()
        })
        .collect();
    assert_snapshot!(shown.join("\n"), @r#"
    {"module":"Leads","id":"ID","name":"Rosa Amberg","change":"changed","fields":[],"photo":"removed"}
    {"module":"Leads","id":"ID","name":"Yuki Tanabe","change":"deleted","fields":[]}
    {"module":"Leads","id":"ID","name":"Bram Holt","change":"changed","fields":[],"lock":"added"}
    {"module":"Leads","id":"ID","name":"Hana Changed","change":"changed","fields":["City","Last_Name"]}
    {"module":"Leads","id":"ID","name":"New","change":"added","fields":[]}
    "#);
    assert_eq!(differences(&world, "seed", ""), found);
    let first = differences(&world, "then", "limit=1");
    let rest = differences(&world, "then", &format!("after={}", text(&first["next"])));
    let joined = [&first, &rest].map(|page| page["changes"].as_array().expect("changes").clone());
    assert_eq!(Value::Array(joined.concat()), found["changes"]);
    assert_eq!(rest["next"], Value::Null);
    assert_eq!(
        restore(&world, "then").json(),
        json!({ "restored": "then" })
    );
    assert_eq!(world.state(), before);
    assert_eq!(differences(&world, "then", "")["changes"], json!([]));
}

#[test]
fn snapshots_are_listed_and_removed_and_the_seed_s_stays() {
    let world = World::demo();
    for name in ["b", "a", "b"] {
        assert_eq!(take(&world, name).json()["name"], name);
    }
    let names = || {
        let listed = world.anyone().get("/_tanzanite/snapshots").json();
        let listed = listed["snapshots"].as_array().expect("a list").clone();
        listed
            .iter()
            .map(|one| text(&one["name"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(), ["a", "b", "seed"]);
    assert_eq!(
        world.anyone().delete("/_tanzanite/snapshots/a").json(),
        json!({ "removed": "a" })
    );
    assert_eq!(names(), ["b", "seed"]);
    assert_eq!(
        world.anyone().delete("/_tanzanite/snapshots/seed").status,
        409
    );
    assert_eq!(take(&world, "seed").status, 409);
    assert_eq!(names(), ["b", "seed"]);
}

#[test]
fn what_is_no_snapshot_is_refused_and_changes_nothing() {
    let world = World::demo();
    let before = world.state();
    let anyone = world.anyone();
    for (refused, status) in [
        (restore(&world, "never"), 404),
        (restore(&world, "%2e%2e"), 404),
        (anyone.get("/_tanzanite/snapshots/never/diff"), 404),
        (anyone.get("/_tanzanite/snapshots/seed/diff?limit=0"), 400),
        (anyone.get("/_tanzanite/snapshots/seed/diff?limit=x"), 400),
        (anyone.get("/_tanzanite/snapshots/seed/diff?after=1"), 400),
        (anyone.get("/_tanzanite/snapshots/seed/diff?more=1"), 400),
        (anyone.get("/_tanzanite/snapshots/seed/else"), 404),
        (anyone.delete("/_tanzanite/snapshots/never"), 404),
        (anyone.delete("/_tanzanite/snapshots/"), 400),
        (anyone.post("/_tanzanite/snapshots", "{}"), 400),
        (
            anyone.post("/_tanzanite/snapshots", r#"{"name":"a/b"}"#),
            400,
        ),
        (anyone.post("/_tanzanite/reset?org=1", ""), 404),
    ] {
        assert_eq!(refused.status, status, "{refused}");
        let said = refused.json();
        assert!(
            said["error"].is_string() && said["hint"].is_string(),
            "{said}"
        );
    }
    assert_eq!(world.state(), before);
    for number in 1..tanzanite_protocol::limits::SNAPSHOTS_MAX {
        assert_eq!(take(&world, &format!("n{number}")).status, 200);
    }
    assert_eq!(take(&world, "one-too-many").status, 409);
    assert_eq!(take(&world, "n1").status, 200, "in place of another");
}
