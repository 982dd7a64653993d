//! `POST /crm/v8/Notes`: notes that name their records.

use super::{parent, titles};
use crate::world::World;
use insta::assert_snapshot;
use serde_json::json;

const PATH: &str = "/crm/v8/Notes";

#[test]
fn a_note_is_made_on_the_record_that_it_names() {
    let world = World::demo();
    let item = json!({ "Note_Title": "A", "Note_Content": "B", "Parent_Id": parent(&world, "with_photo") });
    let body = json!({ "data": [item] }).to_string();
    assert_snapshot!(world.actor("admin").post(PATH, &body), @r#"
    201
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190048","Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008"}},"message":"record added","status":"success"}]}
    "#);
    let path = format!("{}/Notes?fields=Note_Title", world.path("with_photo"));
    assert_eq!(titles(&world, "admin", &path), ["A"]);
}

/// Recorded calls of v2 have the module beside; a module may be named by its id, and in any case.
#[test]
fn the_module_of_the_record_may_stand_in_several_places() {
    let world = World::demo();
    let id = world.id("with_photo");
    let modules = world
        .actor("admin")
        .get("/crm/v8/settings/modules/Leads")
        .json();
    for (title, rest) in [
        ("beside", json!({ "Parent_Id": id, "se_module": "Leads" })),
        (
            "beside with a sign",
            json!({ "Parent_Id": { "id": id }, "$se_module": "leads" }),
        ),
        (
            "within as a text",
            json!({ "Parent_Id": { "module": "Leads", "id": id } }),
        ),
        (
            "within by its id",
            json!({ "Parent_Id": { "module": { "id": modules["modules"][0]["id"] }, "id": id } }),
        ),
    ] {
        let mut item = rest;
        item["Note_Title"] = title.into();
        let body = json!({ "data": [item] }).to_string();
        let made = world.actor("admin").post("/crm/v2/Notes", &body);
        assert_eq!(made.status, 201, "{title}: {made}");
        world.later();
    }
    let path = format!("{}/Notes?fields=Note_Title", world.path("with_photo"));
    assert_eq!(titles(&world, "admin", &path).len(), 4);
}

#[test]
fn items_are_refused_one_by_one() {
    let world = World::demo();
    let (good, foreign) = (
        parent(&world, "with_photo"),
        parent(&world, "private_of_other"),
    );
    let body = json!({ "data": [
        { "Note_Content": "A", "Parent_Id": good },
        { "Parent_Id": good },
        { "Note_Title": "A" },
        { "Note_Title": "A", "Parent_Id": { "id": world.id("with_photo") } },
        { "Note_Title": "A", "Parent_Id": { "module": { "api_name": "Leads" }, "id": "1" } },
        { "Note_Title": "A", "Parent_Id": { "module": { "api_name": "Notes" }, "id": "1" } },
        { "Note_Title": "x".repeat(121), "Parent_Id": good },
        "A",
    ] });
    assert_snapshot!(world.actor("admin").post(PATH, &body.to_string()), @r#"
    207
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190048","Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008"}},"message":"record added","status":"success"},{"code":"EXPECTED_FIELD_MISSING","details":{"expected_fields":[{"api_name":"Note_Content","json_path":"$.data[1].Note_Content"},{"api_name":"Note_Title","json_path":"$.data[1].Note_Title"}]},"message":"should contain either content or title","status":"error"},{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"Parent_Id","json_path":"$.data[2].Parent_Id"},"message":"required field not found","status":"error"},{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"module","json_path":"$.data[3].Parent_Id.module"},"message":"required field not found","status":"error"},{"code":"INVALID_DATA","details":{"api_name":"Parent_Id","json_path":"$.data[4].Parent_Id"},"message":"invalid data","status":"error"},{"code":"INVALID_DATA","details":{"api_name":"Parent_Id","json_path":"$.data[5].Parent_Id"},"message":"invalid data","status":"error"},{"code":"INVALID_DATA","details":{"maximum_length":120,"api_name":"Note_Title","json_path":"$.data[6].Note_Title"},"message":"invalid data","status":"error"},{"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject","api_name":"data","json_path":"$.data[7]"},"message":"invalid data","status":"error"}]}
    "#);
    // One record is not seen by somebody, another may only be read.
    let unseen = json!({ "data": [{ "Note_Title": "A", "Parent_Id": foreign }] }).to_string();
    assert_snapshot!(world.refused(|world| world.actor("stranger").post(PATH, &unseen)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"INVALID_DATA","details":{"api_name":"Parent_Id","json_path":"$.data[0].Parent_Id"},"message":"invalid data","status":"error"}]}
    "#);
    let readable =
        json!({ "data": [{ "Note_Title": "A", "Parent_Id": parent(&world, "account") }] })
            .to_string();
    assert_snapshot!(world.refused(|world| world.actor("stranger").post(PATH, &readable)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to update related records data","status":"error"}]}
    "#);
}
