//! `POST /crm/v8/{module}/{record_id}/actions/clone`: copy a record.

use crate::world::{Exchange, World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn clone(world: &World, actor: &str, key: &str, item: &Value) -> Exchange {
    let path = format!("{}/actions/clone", world.path(key));
    let body = json!({ "data": [item] }).to_string();
    world.actor(actor).post(&path, &body)
}

fn made(exchange: &Exchange) -> String {
    assert_eq!(exchange.status, 201, "{exchange}");
    text(&exchange.json()["data"][0]["details"]["id"])
}

#[test]
fn the_copy_has_the_values_and_its_own_id_times_and_owner() {
    let world = World::demo();
    world.later();
    let source = world.record(&world.path("with_photo"));
    let copied = clone(&world, "manager", "with_photo", &json!({}));
    assert_snapshot!(copied, @r#"
    201
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Tomas Okafor","id":"3652397000000190009"},"Created_Time":"[now]","id":"3652397000000190048","Created_By":{"name":"Tomas Okafor","id":"3652397000000190009"},"$approval_state":"approved"},"message":"record added","status":"success"}]}
    "#);
    let id = made(&copied);
    let copy = world.record(&format!("/crm/v8/Leads/{id}"));
    let differ: Vec<&String> = source
        .as_object()
        .expect("a record")
        .iter()
        .filter(|(key, value)| copy[key.as_str()] != **value)
        .map(|(key, _)| key)
        .collect();
    assert_snapshot!(format!("{differ:?}"), @r#"["Owner", "Created_By", "Modified_By", "Created_Time", "Modified_Time", "Record_Image", "id"]"#);
    assert!(copy["Record_Image"].is_null());
    assert_eq!(source, world.record(&world.path("with_photo")));
}

#[test]
fn what_the_body_gives_comes_before_what_is_copied() {
    let world = World::demo();
    let copied = clone(
        &world,
        "admin",
        "with_photo",
        &json!({ "Last_Name": "Other", "City": null }),
    );
    let copy = world.record(&format!("/crm/v8/Leads/{}", made(&copied)));
    assert_eq!(copy["Last_Name"], "Other");
    assert!(copy["City"].is_null());
    let path = format!("{}/actions/clone", world.path("with_photo"));
    let bare = world.actor("admin").post(&path, "");
    assert_eq!(bare.status, 201, "{bare}");
}

#[test]
fn a_unique_value_is_given_anew() {
    let world = World::demo();
    let refused = world.refused(|world| clone(world, "admin", "workshop", &json!({})));
    assert_snapshot!(refused, @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"DUPLICATE_DATA","details":{"api_name":"Workshop_Code","duplicate_record":{"Owner":{"name":"Jun Castellan","id":"3652397000000190010","zuid":"600100203"},"id":"3652397000000190045","module":{"api_name":"Workshops","id":"3652397500000190100"}},"json_path":"$.data[0].Workshop_Code","id":"3652397000000190045","more_records":false},"message":"duplicate data","status":"error"}]}
    "#);
    let copied = clone(
        &world,
        "admin",
        "workshop",
        &json!({ "Workshop_Code": "WS-77" }),
    );
    let copy = world.record(&format!("/crm/v8/Workshops/{}", made(&copied)));
    let source = world.record(&world.path("workshop"));
    assert_eq!(copy["Workshop_Code"], "WS-77");
    assert_eq!(copy["Name"], source["Name"]);
    assert_eq!(copy["Host"], source["Host"]);
}

#[test]
fn the_record_or_the_body_is_wrong() {
    let world = World::demo();
    let clone_at =
        |path: &str, body: &str| world.refused(|world| world.actor("admin").post(path, body));
    assert_snapshot!(clone_at("/crm/v8/Leads/1/actions/clone", ""), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":1},"message":"the id given seems to be invalid","status":"error"}
    "#);
    let deleted = format!("{}/actions/clone", world.path("deleted"));
    assert_eq!(clone_at(&deleted, "").status, 400);
    let path = format!("{}/actions/clone", world.path("with_photo"));
    for body in [
        "[]",
        "{",
        r#"{"data":[]}"#,
        r#"{"data":[1]}"#,
        r#"{"data":[{},{}]}"#,
    ] {
        let refused = clone_at(&path, body);
        assert_eq!(refused.status, 400, "{body}: {refused}");
    }
    assert_snapshot!(clone_at(&path, r#"{"data":[{"Last_Name":"x","City":7}]}"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"INVALID_DATA","details":{"expected_data_type":"text","api_name":"City","json_path":"$.data[0].City"},"message":"invalid data","status":"error"}]}
    "#);
    assert_snapshot!(clone_at(&path, r#"{"data":[{"Last_Name":null}]}"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"Last_Name","json_path":"$.data[0].Last_Name"},"message":"required field not found","status":"error"}]}
    "#);
}

#[test]
fn one_copies_what_one_may_read_and_create() {
    let world = World::demo();
    let refused = world.refused(|world| clone(world, "stranger", "with_photo", &json!({})));
    assert_snapshot!(refused, @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to read records","status":"error"}]}
    "#);
    let refused = world.refused(|world| clone(world, "read_only", "with_photo", &json!({})));
    assert_eq!(refused.code(), "OAUTH_SCOPE_MISMATCH");
    assert_eq!(clone(&world, "manager", "locked", &json!({})).status, 201);
}
