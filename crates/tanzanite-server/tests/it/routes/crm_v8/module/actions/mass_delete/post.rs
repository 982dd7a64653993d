//! `POST /crm/v8/{module}/actions/mass_delete`: "Mass Delete Records".

use super::super::{at_once, done, shown, values, views};
use super::PATH;
use crate::world::{Exchange, World};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn delete(world: &World, actor: &str, body: &Value) -> Exchange {
    world.actor(actor).post(PATH, &body.to_string())
}

#[test]
fn each_named_record_is_answered_by_itself() {
    let world = World::demo();
    let keys = [
        "with_photo",
        "locked",
        "deleted",
        "without_photo",
        "with_photo",
    ];
    let ids = keys.map(|key| world.id(key));
    assert_snapshot!(delete(&world, "manager", &json!({ "ids": ids })), @r#"
    207
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190018"},"message":"record is deleted","status":"success"},{"code":"RECORD_LOCKED","details":{"action":"record_locking","id":"3652397000000190023"},"message":"Sorry, you cannot perform this operation as the record is locked.","status":"error"},{"code":"INVALID_DATA","details":{"id":"3652397000000190029"},"message":"the id given seems to be invalid","status":"error"},{"code":"SUCCESS","details":{"id":"3652397000000190022"},"message":"record is deleted","status":"success"}]}
    "#);
    let deleted = world
        .actor("admin")
        .get("/crm/v8/Leads/deleted?type=recycle")
        .json();
    let deleted = deleted["data"].as_array().expect("records");
    for key in ["with_photo", "without_photo"] {
        assert!(
            deleted.iter().any(|record| record["id"] == world.id(key)),
            "{key}"
        );
    }
}

#[test]
fn all_are_refused() {
    let world = World::demo();
    let body = json!({ "ids": [world.id("with_photo"), world.id("locked")] });
    assert_snapshot!(world.refused(|world| delete(world, "stranger", &body)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"CANNOT_PERFORM_ACTION","details":{"id":"3652397000000190018"},"message":"no permission to perform an action on this record","status":"error"},{"code":"CANNOT_PERFORM_ACTION","details":{"id":"3652397000000190023"},"message":"no permission to perform an action on this record","status":"error"}]}
    "#);
}

#[test]
fn a_job_deletes_the_records_in_a_view_that_the_user_may_delete() {
    let world = World::demo();
    let [all, _] = views(&world, "Leads");
    let before = values(&world, "Leads", "Last_Name").len();
    let scheduled = delete(&world, "manager", &json!({ "cvid": all }));
    assert_snapshot!(shown(&scheduled), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"job_id":"{job}"},"message":"mass delete scheduled successfully","status":"success"}]}
    "#);
    let job = done(&world, &scheduled);
    let told = world.actor("manager").get(&format!("{PATH}?job_id={job}"));
    assert_snapshot!(told, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Status":"COMPLETED","Failed_Count":3,"Deleted_Count":6,"Total_Count":9}]}
    "#);
    let left = values(&world, "Leads", "Last_Name").len();
    assert_eq!(
        json!(before - left),
        told.json()["data"][0]["Deleted_Count"]
    );
    let empty = world.refused(|world| delete(world, "stranger", &json!({ "cvid": all })));
    assert_snapshot!(empty, @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"NO_RECORDS_FOUND","details":{},"message":"no record found to update","status":"error"}
    "#);
}

#[test]
fn one_job_at_a_time_is_done_in_a_view() {
    let world = World::demo();
    let [_, own] = views(&world, "Contacts");
    let path = "/crm/v8/Contacts/actions/mass_delete";
    let body = json!({ "cvid": own }).to_string();
    let refused = at_once(|| {
        world.insert("Contacts", &[json!({ "Last_Name": "Again" })]);
        world.actor("admin").post(path, &body)
    });
    assert_snapshot!(refused, @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"ALREADY_SCHEDULED","details":{"api_name":"cvid"},"message":"Already a Mass Action scheduler is running for the given cvid","status":"error"}
    "#);
}

#[test]
fn the_body_is_wrong() {
    let world = World::demo();
    let mut told = String::new();
    for body in [
        json!([]),
        json!({}),
        json!({ "ids": [] }),
        json!({ "ids": {} }),
        json!({ "ids": [true] }),
        json!({ "ids": vec!["1"; 501] }),
        json!({ "ids": ["1"], "cvid": "1" }),
        json!({ "cvid": "1" }),
        json!({ "cvid": {} }),
        json!({ "cvid": "1", "territory": { "id": "1" } }),
        json!({ "cvid": "1", "criteria": {} }),
    ] {
        let refused = world.refused(|world| delete(world, "admin", &body));
        told.push_str(&format!("{} {}\n", refused.status, refused.text()));
    }
    assert_snapshot!(told, @r#"
    400 {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject"},"message":"body","status":"error"}
    400 {"code":"MANDATORY_NOT_FOUND","details":{"expected_data_type":"jsonarray","api_name":"ids"},"message":"required field not found","status":"error"}
    400 {"code":"MANDATORY_NOT_FOUND","details":{"expected_data_type":"jsonarray","api_name":"ids"},"message":"required field not found","status":"error"}
    400 {"code":"INVALID_DATA","details":{"expected_data_type":"jsonarray","api_name":"ids","json_path":"$.ids"},"message":"invalid data","status":"error"}
    400 {"code":"INVALID_DATA","details":{"api_name":"ids","json_path":"$.ids[0]","id":true},"message":"the id given seems to be invalid","status":"error"}
    400 {"code":"INVALID_DATA","details":{"api_name":"ids","json_path":"$.ids","maximum_length":500},"message":"invalid data","status":"error"}
    400 {"code":"AMBIGUITY_DURING_PROCESSING","details":{"ambiguity_due_to":[{"api_name":"ids","json_path":"$.ids"},{"api_name":"cvid","json_path":"$.cvid"}]},"message":"Ambiguity while processing the request","status":"error"}
    400 {"code":"INVALID_DATA","details":{"api_name":"cvid","json_path":"$.cvid","id":"1"},"message":"the cvid given seems to be invalid","status":"error"}
    400 {"code":"INVALID_DATA","details":{"expected_data_type":"text","api_name":"cvid","json_path":"$.cvid"},"message":"invalid data","status":"error"}
    400 {"code":"API_NOT_SUPPORTED","details":{"api_name":"territory","json_path":"$.territory"},"message":"Tanzanite does not act on this key yet","status":"error"}
    400 {"code":"API_NOT_SUPPORTED","details":{"api_name":"criteria","json_path":"$.criteria"},"message":"Tanzanite does not act on this key yet","status":"error"}
    "#);
}
