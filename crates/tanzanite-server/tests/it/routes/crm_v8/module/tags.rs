//! The key `Tag` of items that make and change records.

use crate::world::{World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn names(record: &Value) -> Vec<String> {
    let tags = record["Tag"].as_array().expect("tags").iter();
    tags.map(|tag| text(&tag["name"])).collect()
}

fn put(world: &World, path: &str, item: &Value) -> Value {
    let body = json!({ "data": [item] }).to_string();
    let exchange = world.actor("admin").put(path, &body);
    assert_eq!(exchange.status, 200, "{exchange}");
    world.record(path)
}

#[test]
fn a_record_is_made_with_tags_old_and_new() {
    let world = World::demo();
    world.tag_record("with_photo", &["Old"]);
    let ids = world.insert(
        "Leads",
        &[
            json!({ "Last_Name": "One", "Tag": [{ "name": "old" }, { "name": "New", "color_code": "#879BFC" }] }),
            json!({ "Last_Name": "Two", "Tag": [{ "name": "NEW" }] }),
            json!({ "Last_Name": "Three", "Tag": [] }),
        ],
    );
    let lead = |id: &str| world.record(&format!("/crm/v8/Leads/{id}"));
    assert_eq!(names(&lead(&ids[0])), ["Old", "New"]);
    assert_eq!(names(&lead(&ids[1])), ["New"]);
    assert_eq!(lead(&ids[1])["Tag"][0]["id"], lead(&ids[0])["Tag"][1]["id"]);
    assert_eq!(names(&lead(&ids[2])), [""; 0]);
    let tags = world
        .actor("admin")
        .get("/crm/v8/settings/tags?module=Leads")
        .json();
    assert_eq!(tags["tags"].as_array().map(Vec::len), Some(2));
}

#[test]
fn an_update_replaces_the_tags_if_it_names_some() {
    let world = World::demo();
    world.tag_record("with_photo", &["one", "two"]);
    let path = world.path("with_photo");
    assert_eq!(
        names(&put(&world, &path, &json!({ "City": "Graz" }))),
        ["one", "two"]
    );
    assert_eq!(
        names(&put(&world, &path, &json!({ "Tag": null }))),
        ["one", "two"]
    );
    let echoed = world.record(&path)["Tag"].clone();
    assert_eq!(
        names(&put(&world, &path, &json!({ "Tag": echoed }))),
        ["one", "two"]
    );
    let two = echoed[1]["id"].clone();
    assert_eq!(
        names(&put(
            &world,
            &path,
            &json!({ "Tag": [{ "id": two }, { "name": "three" }] })
        )),
        ["two", "three"]
    );
    assert_eq!(names(&put(&world, &path, &json!({ "Tag": [] }))), [""; 0]);
    let many = json!({ "data": [{ "id": world.id("with_photo"), "Tag": [{ "name": "many" }] }] })
        .to_string();
    assert_eq!(world.actor("admin").put("/crm/v8/Leads", &many).status, 200);
    let upsert =
        json!({ "data": [{ "id": world.id("without_photo"), "Tag": [{ "name": "many" }] }] })
            .to_string();
    assert_eq!(
        world
            .actor("admin")
            .post("/crm/v8/Leads/upsert", &upsert)
            .status,
        200
    );
    assert_eq!(world.tags_of("with_photo"), ["many"]);
    assert_eq!(world.tags_of("without_photo"), ["many"]);
}

#[test]
fn tags_that_cannot_be_are_refused_and_nothing_is_made() {
    let world = World::demo();
    let refused = |actor: &str, tag: Value| {
        let body = json!({ "data": [{ "Last_Name": "X", "Tag": tag }] }).to_string();
        let exchange = world.refused(|world| world.actor(actor).post("/crm/v8/Leads", &body));
        exchange.json()["data"][0].to_string()
    };
    assert_snapshot!(refused("admin", json!("one")), @r#"{"code":"INVALID_DATA","details":{"expected_data_type":"jsonarray","api_name":"Tag","json_path":"$.data[0].Tag"},"message":"invalid data","status":"error"}"#);
    assert_snapshot!(refused("admin", json!(["one"])), @r#"{"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject"},"message":"body","status":"error"}"#);
    assert_snapshot!(refused("admin", json!([{}])), @r#"{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"name","json_path":"$.data[0].Tag[0].name"},"message":"required field not found","status":"error"}"#);
    assert_snapshot!(refused("admin", json!([{ "name": "x".repeat(26) }])), @r#"{"code":"INVALID_DATA","details":{"maximum_length":25,"api_name":"name","json_path":"$.data[0].Tag[0].name"},"message":"invalid data","status":"error"}"#);
    assert_snapshot!(refused("admin", json!([{ "name": "fine" }, { "id": "1" }])), @r#"{"code":"INVALID_DATA","details":{"api_name":"id","json_path":"$.data[0].Tag[1].id"},"message":"invalid data","status":"error"}"#);
    let many: Vec<Value> = (0..21)
        .map(|n| json!({ "name": format!("t{n}") }))
        .collect();
    assert_snapshot!(refused("admin", many.into()), @r#"{"code":"INVALID_DATA","details":{"api_name":"Tag","json_path":"$.data[0].Tag","maximum_length":20},"message":"invalid data","status":"error"}"#);
}
