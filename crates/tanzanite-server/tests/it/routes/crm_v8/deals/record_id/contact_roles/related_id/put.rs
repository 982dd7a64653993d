//! `PUT /crm/v8/Deals/{record_id}/Contact_Roles/{related_id}`.

use crate::world::World;
use insta::assert_snapshot;
use serde_json::json;

#[test]
fn the_id_of_a_part_comes_from_the_list_of_them() {
    let world = World::demo();
    let admin = world.actor("admin");
    let roles = admin.get("/crm/v8/Contacts/roles").json();
    let role = roles["contact_roles"][3].clone();
    let path = format!(
        "{}/Contact_Roles/{}",
        world.path("deal"),
        world.id("private_of_other")
    );
    let body = json!({ "data": [{ "Contact_Role": { "id": role["id"] } }] }).to_string();
    assert_snapshot!(admin.put(&path, &body), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190033"},"message":"relation updated","status":"success"}]}
    "#);
    assert_eq!(
        admin.get(&path).json()["data"][0]["Contact_Role"]["name"],
        role["name"]
    );
}
