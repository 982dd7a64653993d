//! The effects of blueprints on the other writes of records.

use super::world;
use crate::world::World;
use insta::assert_snapshot;
use serde_json::{Value, json};

fn flows(world: &World, path: &str) -> Value {
    world.record(path)["$process_flow"].clone()
}

/// Inserts a lead without a status; returns its path.
fn inserted(world: &World, beside: &Value) -> String {
    let mut body = json!({ "data": [{ "Last_Name": "Ahn", "Company": "Ahn Reeds" }] });
    for (key, value) in beside.as_object().expect("keys") {
        body[key] = value.clone();
    }
    let made = world
        .actor("admin")
        .post("/crm/v8/Leads", &body.to_string());
    assert_eq!(made.status, 201, "{made}");
    let id = made.json()["data"][0]["details"]["id"].take();
    format!("/crm/v8/Leads/{}", id.as_str().expect("an id"))
}

#[test]
fn a_new_record_enters_unless_the_call_starts_no_blueprints() {
    let world = world();
    for (beside, enters) in [
        (json!({}), true),
        (json!({ "trigger": null }), true),
        (json!({ "trigger": ["workflow", "blueprint"] }), true),
        (json!({ "trigger": ["workflow"] }), false),
        (json!({ "trigger": [] }), false),
        (json!({ "restrict_triggers": ["blueprint"] }), false),
        (json!({ "restrict_triggers": ["workflow"] }), true),
    ] {
        let path = inserted(&world, &beside);
        assert_eq!(flows(&world, &path), enters, "{beside}");
    }
}

#[test]
fn a_record_enters_when_it_is_changed() {
    let world = world();
    let path = inserted(&world, &json!({ "trigger": [] }));
    let change = |beside: &str| {
        let body = format!(r#"{{"data":[{{"City":"Wien"}}]{beside}}}"#);
        assert_eq!(world.actor("admin").put(&path, &body).status, 200);
        flows(&world, &path)
    };
    assert_eq!(change(r#","trigger":["workflow"]"#), false);
    assert_eq!(change(""), true);
    assert_eq!(change(r#","trigger":[]"#), true, "it stays");
}

#[test]
fn an_upsert_and_a_clone_enter_too() {
    let world = world();
    let body = r#"{"data":[{"Last_Name":"Ahn","Company":"Ahn Reeds","Email":"ahn@example.com"}]}"#;
    let upserted = world
        .actor("admin")
        .post("/crm/v8/Leads/upsert", body)
        .json();
    let id = upserted["data"][0]["details"]["id"]
        .as_str()
        .expect("an id");
    assert_eq!(flows(&world, &format!("/crm/v8/Leads/{id}")), true);
    for (body, enters) in [("", true), (r#"{"data":[{}],"trigger":[]}"#, false)] {
        let path = format!("/crm/v8/Leads/{id}/actions/clone");
        let cloned = world.actor("admin").post(&path, body).json();
        let id = cloned["data"][0]["details"]["id"].as_str().expect("an id");
        assert_eq!(
            flows(&world, &format!("/crm/v8/Leads/{id}")),
            enters,
            "{body}"
        );
    }
}

#[test]
fn a_record_that_misses_the_criteria_or_is_in_a_last_state_does_not_enter() {
    let world = world();
    let path = world.path("with_photo_bmp");
    let put = |body: &str| assert_eq!(world.actor("admin").put(&path, body).status, 200);
    put(r#"{"data":[{"City":"Wien"}]}"#);
    assert_eq!(flows(&world, &path), false);
    put(r#"{"data":[{"Company":"Holt","Lead_Status":"Lost Lead"}]}"#);
    assert_eq!(flows(&world, &path), false);
    put(r#"{"data":[{"Lead_Status":"Contacted"}]}"#);
    assert_eq!(flows(&world, &path), true);
}

#[test]
fn an_update_changes_the_state_of_no_record_in_a_process() {
    let world = world();
    let (id, path) = (world.id("with_photo"), world.path("with_photo"));
    let body = r#"{"data":[{"Lead_Status":"Junk Lead","City":"Wien"}]}"#;
    assert_snapshot!(world.refused(|world| world.actor("admin").put(&path, body)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"RECORD_IN_BLUEPRINT","details":{"api_name":"Lead_Status","json_path":"$.data[0].Lead_Status"},"message":"The record is in blue print","status":"error"}]}
    "#);
    let emptied = r#"{"data":[{"Lead_Status":null}],"trigger":[]}"#;
    let emptied = world.refused(|world| world.actor("admin").put(&path, emptied));
    assert_eq!(emptied.refusals()[0]["code"], "RECORD_IN_BLUEPRINT");
    let many = json!({ "data": [
        { "id": id, "Lead_Status": "Junk Lead" }, { "id": world.id("with_photo_bmp"), "Lead_Status": "Junk Lead" },
    ] });
    let mixed = world.actor("admin").put("/crm/v8/Leads", &many.to_string());
    assert_eq!(mixed.status, 207);
    let codes = [0, 1].map(|item| mixed.json()["data"][item]["code"].take());
    assert_eq!(codes, ["RECORD_IN_BLUEPRINT", "SUCCESS"]);
    let upsert =
        json!({ "data": [{ "id": id, "Last_Name": "Amberg", "Lead_Status": "Junk Lead" }] });
    let upsert = upsert.to_string();
    let upsert = world.refused(|world| world.actor("admin").post("/crm/v8/Leads/upsert", &upsert));
    assert_eq!(upsert.refusals()[0]["code"], "RECORD_IN_BLUEPRINT");
    let same = r#"{"data":[{"Lead_Status":"Contacted","City":"Wien"}]}"#;
    assert_eq!(world.actor("admin").put(&path, same).status, 200);
}

#[test]
fn a_record_comes_back_from_the_recycle_bin_in_its_process() {
    let world = world();
    let path = world.path("with_photo");
    assert_eq!(world.actor("admin").delete(&path).status, 200);
    let bin = format!(
        "/crm/v8/settings/recycle_bin/{}/actions/restore",
        world.id("with_photo")
    );
    let restored = world.actor("admin").post(&bin, "");
    assert!(restored.status < 300, "{restored}");
    assert_eq!(flows(&world, &path), true);
}

#[test]
fn the_refusals_are_explained() {
    let world = world();
    let explain = |method: &str, path: &str, body: &str| {
        let actor = world.actor("admin");
        let (explained, _) = actor.send_foreseen(method, path, &[], body.as_bytes());
        let refusals = explained["refusals"].clone();
        json!({ "refusals": refusals, "ways": explained["ways"] }).to_string()
    };
    let path = world.path("with_photo");
    let changed = r#"{"data":[{"Lead_Status":"Junk Lead","City":"Wien"}]}"#;
    assert_snapshot!(explain("PUT", &path, changed), @r#"{"refusals":[{"fault":"BlueprintRecordInBlueprint","check":"state","when":"An update changes the field whose values are the states of the process that the record is in.","status":400,"answer":{"code":"RECORD_IN_BLUEPRINT","details":{"api_name":"Lead_Status","json_path":"$.data[0].Lead_Status"},"message":"The record is in blue print","status":"error"},"cause":"the record is in the process \"Lead nurturing\", and PUT …/actions/blueprint moves it"}],"ways":[[{"what":"send a body such as {\"data\":[{\"City\":\"Wien\"}]}","steps":[]}]]}"#);
    let moved = format!("{path}/actions/blueprint");
    let reached = r#"{"blueprint":[{"transition_id":"1002"}]}"#;
    assert_snapshot!(explain("PUT", &moved, reached), @r#"{"refusals":[{"fault":"BlueprintTransitionInvalid","check":"state","when":"There is no such transition, it does not lead out of the record's state, or the record misses its criteria.","status":400,"answer":{"code":"INVALID_DATA","details":{},"message":"invalid transition","status":"error"},"cause":"\"Reach\" leads out of \"-None-\", not of \"Contacted\""}],"ways":[]}"#);
    let none = format!("{}/actions/blueprint", world.path("with_photo_bmp"));
    assert_snapshot!(explain("GET", &none, ""), @r#"{"refusals":[{"fault":"BlueprintNotInProcess","check":"state","when":"The record is in no process, or in the last state of one.","status":400,"answer":{"code":"RECORD_NOT_IN_PROCESS","details":{},"message":"record not in process","status":"error"},"cause":"the record is in none of the processes [\"Lead nurturing\"]"}],"ways":[]}"#);
}
