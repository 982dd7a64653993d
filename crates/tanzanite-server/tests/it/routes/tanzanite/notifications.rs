//! `/_tanzanite/notifications`: what becomes of notifications, and those that there are.

use crate::receiver::Receiver;
use crate::world::World;
use insta::assert_snapshot;
use serde_json::{Value, json};

const PATH: &str = "/_tanzanite/notifications";

fn watch(world: &World, url: &str) {
    let body =
        json!({ "watch": [{ "channel_id": 1, "events": ["Leads.create"], "notify_url": url }] });
    let made = world
        .actor("admin")
        .post("/crm/v8/actions/watch", &body.to_string());
    assert_eq!(made.status, 201, "{made}");
}

fn lead(world: &World) {
    world.insert("Leads", &[json!({ "Last_Name": "A" })]);
}

fn run(world: &World) {
    assert_eq!(
        world.anyone().post("/_tanzanite/jobs/run", "{}").status,
        200
    );
}

#[test]
fn what_is_not_understood_changes_nothing() {
    let world = World::demo();
    for body in [
        "",
        "{}",
        r#"{"mode":"both"}"#,
        r#"{"mode":7}"#,
        r#"{"mod":"collect"}"#,
        "[]",
    ] {
        let refused = world.anyone().post(PATH, body);
        assert_eq!(refused.status, 400, "{body}: {refused}");
        let hint = refused.json()["hint"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert!(
            hint.contains("collect") || body.is_empty(),
            "{body}: {refused}"
        );
    }
    let shown = world.anyone().get(PATH).text();
    assert_eq!(shown, r#"{"mode":"deliver","notifications":[]}"#);
}

#[test]
fn what_is_collected_is_not_sent_and_is_shown_until_it_is_forgotten() {
    let world = World::demo();
    let receiver = Receiver::new();
    watch(&world, &receiver.url());
    let mode = |mode: &str| {
        let set = world
            .anyone()
            .post(PATH, &json!({ "mode": mode }).to_string());
        assert_eq!(set.json(), json!({ "mode": mode }));
    };
    mode("collect");
    lead(&world);
    run(&world);
    let shown = world.anyone().get(PATH).json();
    let told = &shown["notifications"][0];
    let members: Vec<&String> = told.as_object().expect("an object").keys().collect();
    assert_snapshot!(
        json!([shown["mode"], members, told["state"], told["attempts"], told["outcome"]]),
        @r#"["collect",["id","state","notify_url","attempts","outcome","payload"],"COMPLETED",0,"collected"]"#
    );
    assert_eq!(receiver.came().len(), 0);
    mode("deliver");
    lead(&world);
    assert_eq!(receiver.next().body["operation"], "insert");
    run(&world);
    let count = |shown: Value| shown["notifications"].as_array().map(Vec::len);
    assert_eq!(count(world.anyone().get(PATH).json()), Some(2));
    assert_eq!(world.anyone().delete(PATH).text(), r#"{"cleared":2}"#);
    assert_eq!(count(world.anyone().get(PATH).json()), Some(0));
}

#[test]
fn what_waits_is_not_forgotten_and_a_reset_takes_channels_and_all() {
    let world = World::demo();
    watch(&world, "http://127.0.0.1:1/");
    lead(&world);
    run(&world);
    assert_eq!(world.anyone().delete(PATH).text(), r#"{"cleared":0}"#);
    let shown = world.anyone().get(PATH).json();
    assert_eq!(shown["notifications"][0]["state"], "SCHEDULED", "{shown}");
    assert_eq!(world.anyone().post("/_tanzanite/reset", "").status, 200);
    let shown = world.anyone().get(PATH).text();
    assert_eq!(shown, r#"{"mode":"deliver","notifications":[]}"#);
    assert_eq!(
        world.actor("admin").get("/crm/v8/actions/watch").status,
        204
    );
}

#[test]
fn each_organisation_has_its_own() {
    let world = World::demo();
    let made = world
        .anyone()
        .post("/_tanzanite/organisations", r#"{"name":"other"}"#)
        .json();
    let other = format!("{PATH}?org={}", made["org"].as_str().expect("an org"));
    let set = world.anyone().post(&other, r#"{"mode":"collect"}"#);
    assert_eq!(set.status, 200, "{set}");
    watch(&world, "http://127.0.0.1:1/");
    lead(&world);
    assert_eq!(
        world.anyone().get(&other).text(),
        r#"{"mode":"collect","notifications":[]}"#
    );
    assert_eq!(world.anyone().get(PATH).json()["mode"], "deliver");
}
