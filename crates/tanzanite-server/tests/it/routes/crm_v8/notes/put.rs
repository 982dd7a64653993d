//! `PUT /crm/v8/Notes`: several notes by their ids.

use super::{note, parent};
use crate::world::World;
use insta::assert_snapshot;
use serde_json::json;

const PATH: &str = "/crm/v8/Notes";

#[test]
fn notes_are_changed_and_refused_one_by_one() {
    let world = World::demo();
    let (first, second) = (
        note(&world, "with_photo", "A"),
        note(&world, "account", "B"),
    );
    let body = json!({ "data": [
        { "id": first, "Note_Title": "Changed", "Owner": { "id": world.id("with_photo") } },
        { "id": second, "Note_Title": null, "Note_Content": "" },
        { "id": second, "Parent_Id": parent(&world, "with_photo") },
        { "id": second, "Parent_Id": parent(&world, "account"), "Note_Content": "Changed" },
        { "id": world.id("with_photo"), "Note_Title": "No note" },
        { "Note_Title": "Nameless" },
    ] });
    assert_snapshot!(world.actor("admin").put(PATH, &body.to_string()), @r#"
    207
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190048","Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008"}},"message":"record updated","status":"success"},{"code":"EXPECTED_FIELD_MISSING","details":{"expected_fields":[{"api_name":"Note_Content","json_path":"$.data[1].Note_Content"},{"api_name":"Note_Title","json_path":"$.data[1].Note_Title"}]},"message":"should contain either content or title","status":"error"},{"code":"INVALID_DATA","details":{"api_name":"Parent_Id","json_path":"$.data[2].Parent_Id"},"message":"invalid data","status":"error"},{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190049","Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008"}},"message":"record updated","status":"success"},{"code":"INVALID_DATA","details":{"api_name":"id","json_path":"$.data[4].id"},"message":"the id given seems to be invalid","status":"error"},{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"id","json_path":"$.data[5].id"},"message":"required field not found","status":"error"}]}
    "#);
    let read = |id: &str| world.record(&format!("{PATH}/{id}"));
    assert_eq!(read(&first)["Note_Title"], "Changed");
    assert_eq!(read(&second)["Note_Title"], "B");
    assert_eq!(read(&second)["Note_Content"], "Changed");
}

#[test]
fn who_may_only_read_the_record_changes_no_note() {
    let world = World::demo();
    let id = note(&world, "account", "A");
    let body = json!({ "data": [{ "id": id, "Note_Title": "B" }] }).to_string();
    assert_snapshot!(world.refused(|world| world.actor("stranger").put(PATH, &body)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to update records","status":"error"}]}
    "#);
    assert_eq!(world.actor("manager").put(PATH, &body).status, 200);
}
