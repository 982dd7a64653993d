//! `POST /crm/v8/{module}/{record_id}/Notes`.

use crate::routes::crm_v8::notes::{parent, titles};
use crate::world::World;
use insta::assert_snapshot;
use serde_json::json;

#[test]
fn notes_are_made_on_the_record_of_the_path_whatever_they_say() {
    let world = World::demo();
    let path = format!("{}/Notes", world.path("with_photo"));
    let body = json!({ "data": [
        { "Note_Title": "A" },
        { "Note_Title": "B", "Parent_Id": parent(&world, "account"), "se_module": "Accounts" },
        {},
        7,
    ] });
    assert_snapshot!(world.actor("admin").post(&path, &body.to_string()), @r#"
    207
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190048","Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008"}},"message":"record added","status":"success"},{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190049","Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008"}},"message":"record added","status":"success"},{"code":"EXPECTED_FIELD_MISSING","details":{"expected_fields":[{"api_name":"Note_Content","json_path":"$.data[2].Note_Content"},{"api_name":"Note_Title","json_path":"$.data[2].Note_Title"}]},"message":"should contain either content or title","status":"error"},{"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject","api_name":"data","json_path":"$.data[3]"},"message":"invalid data","status":"error"}]}
    "#);
    let listed = format!("{path}?fields=Note_Title");
    assert_eq!(titles(&world, "admin", &listed).len(), 2);
}

#[test]
fn who_may_only_read_the_record_makes_no_note() {
    let world = World::demo();
    let path = format!("{}/Notes", world.path("account"));
    let body = r#"{"data":[{"Note_Title":"A"}]}"#;
    assert_snapshot!(world.refused(|world| world.actor("stranger").post(&path, body)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to update related records data","status":"error"}
    "#);
    let unknown = "/crm/v8/Leads/1/Notes";
    assert_snapshot!(world.refused(|world| world.actor("admin").post(unknown, body)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":1},"message":"the related id given seems to be invalid","status":"error"}
    "#);
}
