//! `POST /crm/v8/{module}/actions/change_owner`: "Change Owner", of many records.

use crate::routes::crm_v8::module::record_id::actions::change_owner::post::user;
use crate::world::{Exchange, World};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn change(world: &World, actor: &str, body: &Value) -> Exchange {
    world
        .actor(actor)
        .post("/crm/v8/Leads/actions/change_owner", &body.to_string())
}

#[test]
fn each_record_is_answered_by_itself() {
    let world = World::demo();
    let keys = ["with_photo", "locked", "deleted", "without_photo"];
    let ids = keys.map(|key| world.id(key));
    let body = json!({ "ids": ids, "owner": { "id": user(&world, "Ines") } });
    assert_snapshot!(change(&world, "manager", &body), @r#"
    202
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190018"},"message":"owner is successfully updated","status":"success"},{"code":"RECORD_LOCKED","details":{"action":"record_locking","id":"3652397000000190023"},"message":"Sorry, you cannot perform this operation as the record is locked.","status":"error"},{"code":"INVALID_DATA","details":{"id":"3652397000000190029"},"message":"the id given seems to be invalid","status":"error"},{"code":"SUCCESS","details":{"id":"3652397000000190022"},"message":"owner is successfully updated","status":"success"}]}
    "#);
    for key in ["with_photo", "without_photo"] {
        assert_eq!(
            world.record(&world.path(key))["Owner"]["name"],
            "Ines Varga"
        );
    }
    assert_eq!(
        world.record(&world.path("locked"))["Owner"]["name"],
        "Jun Castellan"
    );
}

#[test]
fn all_are_refused() {
    let world = World::demo();
    let body = json!({ "ids": [world.id("with_photo"), world.id("locked")], "owner": { "id": user(&world, "Ines") } });
    assert_snapshot!(world.refused(|world| change(world, "stranger", &body)), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"CANNOT_PERFORM_ACTION","details":{"id":"3652397000000190018","index":0},"message":"You do not have permission to change the owner of this record.","status":"error"},{"code":"CANNOT_PERFORM_ACTION","details":{"id":"3652397000000190023","index":1},"message":"You do not have permission to change the owner of this record.","status":"error"}]}
    "#);
}

#[test]
fn the_ids_are_none() {
    let world = World::demo();
    let owner = json!({ "id": user(&world, "Ines") });
    let mut told = String::new();
    for ids in [
        json!(null),
        json!([]),
        json!("1"),
        json!([1, "x"]),
        json!(vec!["1"; 501]),
    ] {
        let body = json!({ "ids": ids, "owner": owner });
        let refused = world.refused(|world| change(world, "admin", &body));
        told.push_str(&format!("{} {}\n", refused.status, refused.text()));
    }
    assert_snapshot!(told, @r#"
    400 {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"ids","json_path":"$.ids"},"message":"required field not found","status":"error"}
    400 {"code":"INVALID_DATA","details":{"api_name":"ids","json_path":"$.ids","minimum_length":1},"message":"invalid data","status":"error"}
    400 {"code":"INVALID_DATA","details":{"expected_data_type":"jsonarray","api_name":"ids","json_path":"$.ids"},"message":"invalid data","status":"error"}
    400 {"code":"INVALID_DATA","details":{"expected_data_type":"long","api_name":"ids","json_path":"$.ids[1]"},"message":"invalid data","status":"error"}
    400 {"code":"INVALID_DATA","details":{"api_name":"ids","json_path":"$.ids","maximum_length":500},"message":"invalid data","status":"error"}
    "#);
}
