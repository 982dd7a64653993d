//! `POST /crm/v8/{module}/{record_id}/actions/change_owner`: "Change Owner", of one record.

use crate::world::{Exchange, World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};

pub(crate) fn user(world: &World, first_name: &str) -> String {
    let users = world
        .actor("admin")
        .get("/crm/v8/users?type=AllUsers")
        .json();
    let mut users = users["users"].as_array().expect("users").iter();
    text(
        &users
            .find(|user| user["first_name"] == first_name)
            .expect("a user")["id"],
    )
}

fn change(world: &World, actor: &str, key: &str, body: &Value) -> Exchange {
    let path = format!("{}/actions/change_owner", world.path(key));
    world.actor(actor).post(&path, &body.to_string())
}

#[test]
fn the_record_is_its_new_owner_s() {
    let world = World::demo();
    let path = world.path("private_of_other");
    let before = world.record(&path);
    world.later();
    let body = json!({ "owner": { "id": user(&world, "Ines") }, "notify": true });
    assert_eq!(world.actor("stranger").get(&path).status, 400);
    let changed = change(&world, "admin", "private_of_other", &body);
    assert_snapshot!(changed, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190033"},"message":"owner is successfully updated","status":"success"}]}
    "#);
    assert_eq!(world.actor("stranger").get(&path).status, 200);
    let after = world.record(&path);
    let fields = after.as_object().expect("a record").iter();
    let differ = fields.filter(|(key, value)| before[key.as_str()] != **value);
    let differ: Vec<&String> = differ.map(|(key, _)| key).collect();
    assert_eq!(differ, ["Owner", "Modified_By", "Modified_Time"]);
    assert_eq!(after["Owner"]["name"], "Ines Varga");
}

#[test]
fn the_new_owner_is_none() {
    let world = World::demo();
    let mut told = String::new();
    for body in [
        json!({}),
        json!({ "owner": "Ines" }),
        json!({ "owner": {} }),
        json!({ "owner": { "id": "1" } }),
        json!({ "owner": { "id": user(&world, "Otto") } }),
        json!({ "owner": { "id": user(&world, "Ines") }, "notify": "yes" }),
        json!({ "owner": { "id": user(&world, "Ines") }, "related_modules": [{ "api_name": "Tasks" }] }),
    ] {
        let refused = world.refused(|world| change(world, "admin", "with_photo", &body));
        told.push_str(&format!("{body} {} {}\n", refused.status, refused.text()));
    }
    assert_snapshot!(told, @r#"
    {} 400 {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"owner","json_path":"$.owner"},"message":"required field not found","status":"error"}
    {"owner":"Ines"} 400 {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject","api_name":"owner","json_path":"$.owner"},"message":"invalid data","status":"error"}
    {"owner":{}} 400 {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"id","json_path":"$.owner.id"},"message":"required field not found","status":"error"}
    {"owner":{"id":"1"}} 400 {"code":"INVALID_DATA","details":{"api_name":"owner","json_path":"$.owner.id"},"message":"Invalid data provided","status":"error"}
    {"owner":{"id":"3652397000000190014"}} 400 {"code":"INVALID_DATA","details":{"api_name":"id","json_path":"$.owner.id","owner_status":"inactive"},"message":"The user to whom you are trying to transfer the records is not active.","status":"error"}
    {"owner":{"id":"3652397000000190011"},"notify":"yes"} 400 {"code":"INVALID_DATA","details":{"expected_data_type":"boolean","api_name":"notify","json_path":"$.notify"},"message":"invalid data","status":"error"}
    {"owner":{"id":"3652397000000190011"},"related_modules":[{"api_name":"Tasks"}]} 400 {"code":"API_NOT_SUPPORTED","details":{"api_name":"related_modules","json_path":"$.related_modules"},"message":"Tanzanite does not act on this key yet","status":"error"}
    "#);
}

#[test]
fn the_record_is_unknown_locked_or_not_shared() {
    let world = World::demo();
    let body = json!({ "owner": { "id": user(&world, "Ines") } });
    let refused = |actor: &str, key: &str| world.refused(|world| change(world, actor, key, &body));
    assert_snapshot!(refused("admin", "locked"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"RECORD_LOCKED","details":{"action":"record_locking","id":"3652397000000190023"},"message":"Sorry, you cannot perform this operation as the record is locked.","status":"error"}
    "#);
    assert_snapshot!(refused("stranger", "with_photo"), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"code":"CANNOT_PERFORM_ACTION","details":{"id":"3652397000000190018","index":0},"message":"You do not have permission to change the owner of this record.","status":"error"}
    "#);
    let path = "/crm/v8/Leads/1/actions/change_owner";
    let unknown = world.refused(|world| world.actor("admin").post(path, &body.to_string()));
    assert_snapshot!(unknown, @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":1},"message":"the id given seems to be invalid","status":"error"}
    "#);
    let path = world.path("with_photo").replace("v8", "v2");
    let path = format!("{path}/actions/change_owner");
    let early = world.refused(|world| world.actor("admin").post(&path, &body.to_string()));
    assert_snapshot!(early, @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"API_NOT_SUPPORTED","details":{"supported_version":3},"message":"Change Owner is not supported in this API version","status":"error"}
    "#);
    let legacy = format!(
        "{}/actions/change_owner?owner_id=1",
        world.path("with_photo")
    );
    let legacy = world.refused(|world| world.actor("admin").post(&legacy, &body.to_string()));
    assert_eq!(legacy.code(), "API_NOT_SUPPORTED");
}
