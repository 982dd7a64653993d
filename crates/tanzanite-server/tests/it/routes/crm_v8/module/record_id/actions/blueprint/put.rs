//! `PUT /crm/v8/{module}/{record_id}/actions/blueprint`: "Update Blueprint Details".

use super::{get, put, transition, world};
use crate::world::World;
use insta::assert_snapshot;
use serde_json::{Value, json};

fn differ(before: &Value, after: &Value) -> String {
    let fields = after.as_object().expect("a record").iter();
    let fields = fields.filter(|(key, value)| before[key.as_str()] != **value);
    let fields = fields.map(|(key, value)| format!("{key}: {value}\n"));
    fields.collect()
}

#[test]
fn the_record_is_moved_with_the_values_of_the_transition() {
    let world = world();
    let path = world.path("without_photo");
    let before = world.record(&path);
    world.later();
    let body = transition(
        "1002",
        &json!({
            "Phone": "+49 30 5550199", "Annual_Revenue": 900, "Description": "Called back",
        }),
    );
    let moved = put(&world, "manager", "without_photo", &body);
    assert_snapshot!(moved, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"code":"SUCCESS","details":{},"message":"transition updated successfully","status":"success"}
    "#);
    let after = world.record(&path);
    let mut differ = differ(&before, &after);
    let time = differ
        .split_once("Modified_Time")
        .map(|(_, rest)| rest.lines().next().unwrap_or_default().to_owned());
    differ = differ.replace(&time.expect("a time"), "…");
    assert_snapshot!(differ, @r#"
    Modified_By: {"name":"Tomas Okafor","id":"3652397000000190009","email":"tomas.okafor@example.com"}
    Modified_Time…
    Phone: "+49 30 5550199"
    Lead_Status: "Contacted"
    Annual_Revenue: 900
    Description: "Called back"
    "#);
    let state = get(&world, "admin", "without_photo").json();
    assert_eq!(
        state["blueprint"]["process_info"]["field_value"],
        "Contacted"
    );
}

#[test]
fn a_record_in_the_last_state_has_left_the_process() {
    let world = world();
    assert_eq!(
        world.record(&world.path("with_photo"))["$process_flow"],
        true
    );
    let body = json!({ "blueprint": [{
        "transition_id": 1005, "data": null, "process_info": { "escalation": null }, "transitions": [],
    }] });
    assert_eq!(put(&world, "admin", "with_photo", &body).status, 200);
    let after = world.record(&world.path("with_photo"));
    assert_eq!(after["Lead_Status"], "Junk Lead");
    assert_eq!(after["$process_flow"], false);
    let gone = world.refused(|world| put(world, "admin", "with_photo", &body));
    assert_snapshot!(gone, @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"RECORD_NOT_IN_PROCESS","details":{},"message":"record not in process","status":"error"}
    "#);
}

#[test]
fn a_transition_without_all_mandatory_values_is_saved_partially() {
    let world = world();
    let path = world.path("without_photo");
    let saved = put(
        &world,
        "admin",
        "without_photo",
        &transition("1002", &json!({ "Phone": "+49 30 5550199" })),
    );
    assert_snapshot!(saved, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"code":"SUCCESS","details":{},"message":"transition saved partially","status":"success"}
    "#);
    let between = world.record(&path);
    assert_eq!(between["Lead_Status"], Value::Null);
    assert_eq!(between["Phone"], Value::Null);
    let whole = put(
        &world,
        "admin",
        "without_photo",
        &transition("1002", &json!({ "Annual_Revenue": 900 })),
    );
    assert_eq!(whole.json()["message"], "transition updated successfully");
    let after = world.record(&path);
    assert_eq!(after["Phone"], "+49 30 5550199");
    assert_eq!(after["Annual_Revenue"], 900);
    assert_eq!(after["Lead_Status"], "Contacted");
}

#[test]
fn a_lookup_by_name_is_a_mandatory_value_too() {
    let world = world();
    let deal = json!([{ "Deal_Name": "Staircase", "Stage": "Negotiation/Review" }]);
    let deal = world.insert("Deals", deal.as_array().expect("deals"));
    let path = format!("/crm/v8/Deals/{}", deal[0]);
    let body = transition(
        "1007",
        &json!({ "Account_Name": { "name": "New Customer" } }),
    );
    let moved = world
        .actor("admin")
        .put(&format!("{path}/actions/blueprint"), &body.to_string());
    assert_eq!(moved.json()["message"], "transition updated successfully");
    let deal = world.record(&path);
    assert_eq!(deal["Stage"], "Closed Won");
    assert_eq!(deal["Account_Name"]["name"], "New Customer");
}

#[test]
fn the_transition_is_none_of_the_present_state() {
    let world = world();
    let refused = |id: &str, key: &str| {
        let body = transition(id, &json!({}));
        world.refused(|world| put(world, "admin", key, &body))
    };
    assert_snapshot!(refused("1002", "with_photo"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{},"message":"invalid transition","status":"error"}
    "#);
    for (id, key) in [
        ("1", "with_photo"),
        ("x", "with_photo"),
        ("1001", "with_photo"),
        ("1005", "without_photo"),
        ("1007", "with_photo"),
    ] {
        let refused = refused(id, key);
        assert_eq!(
            refused.json()["message"],
            "invalid transition",
            "{id} of {key}"
        );
    }
}

#[test]
fn the_record_must_meet_the_criteria_of_the_transition() {
    let world = world();
    let body = transition("1004", &json!({}));
    let refused = world.refused(|world| put(world, "admin", "with_photo", &body));
    assert_eq!(refused.json()["message"], "invalid transition");
    let revenue = r#"{"data":[{"Annual_Revenue":1000}]}"#;
    let path = world.path("with_photo");
    assert_eq!(world.actor("admin").put(&path, revenue).status, 200);
    assert_eq!(put(&world, "admin", "with_photo", &body).status, 200);
    assert_eq!(world.record(&path)["Lead_Status"], "Pre-Qualified");
}

#[test]
fn what_is_wrong_with_the_body_is_told_with_its_place() {
    let world = world();
    let mut told = String::new();
    for body in [
        json!([]),
        json!({}),
        json!({ "blueprint": {} }),
        json!({ "blueprint": [] }),
        json!({ "blueprint": [1] }),
        json!({ "blueprint": [{}] }),
        json!({ "blueprint": [{ "transition_id": null }] }),
        json!({ "blueprint": [{ "transition_id": true }] }),
        json!({ "blueprint": [{ "transition_id": "1002" }, { "transition_id": "1003" }] }),
        json!({ "blueprint": [{ "transition_id": "1002", "data": [] }] }),
        transition("1002", &json!({ "Notes": "Updated via blueprint" })),
        transition("1002", &json!({ "Lead_Status": "Contacted" })),
        transition("1002", &json!({ "Phone": true })),
        transition("1002", &json!({ "Phone": "+49 30 5550199".repeat(9) })),
        transition("1002", &json!({ "Phone": false, "Annual_Revenue": "much" })),
    ] {
        let refused = world.refused(|world| put(world, "admin", "without_photo", &body));
        told.push_str(&format!("{body} {} {}\n", refused.status, refused.text()));
    }
    assert_snapshot!(told, @r#"
    [] 400 {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject"},"message":"body","status":"error"}
    {} 400 {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"blueprint","json_path":"$.blueprint"},"message":"mandatory param missing","status":"error"}
    {"blueprint":{}} 400 {"code":"INVALID_DATA","details":{"expected_data_type":"jsonarray","api_name":"blueprint","json_path":"$.blueprint"},"message":"invalid data","status":"error"}
    {"blueprint":[]} 400 {"code":"INVALID_DATA","details":{"api_name":"blueprint","json_path":"$.blueprint","minimum_length":1},"message":"invalid data","status":"error"}
    {"blueprint":[1]} 400 {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject","api_name":"blueprint","json_path":"$.blueprint[0]"},"message":"invalid data","status":"error"}
    {"blueprint":[{}]} 400 {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"transition_id","json_path":"$.blueprint[0].transition_id"},"message":"mandatory param missing","status":"error"}
    {"blueprint":[{"transition_id":null}]} 400 {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"transition_id","json_path":"$.blueprint[0].transition_id"},"message":"mandatory param missing","status":"error"}
    {"blueprint":[{"transition_id":true}]} 400 {"code":"INVALID_DATA","details":{"expected_data_type":"bigint","api_name":"transition_id","json_path":"$.blueprint[0].transition_id"},"message":"invalid data","status":"error"}
    {"blueprint":[{"transition_id":"1002"},{"transition_id":"1003"}]} 400 {"code":"INVALID_DATA","details":{"api_name":"blueprint","json_path":"$.blueprint","maximum_length":1},"message":"invalid data","status":"error"}
    {"blueprint":[{"transition_id":"1002","data":[]}]} 400 {"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject","api_name":"data","json_path":"$.blueprint[0].data"},"message":"invalid data","status":"error"}
    {"blueprint":[{"transition_id":"1002","data":{"Notes":"Updated via blueprint"}}]} 400 {"code":"API_NOT_SUPPORTED","details":{"api_name":"Notes","json_path":"$.blueprint[0].data.Notes"},"message":"Tanzanite does not act on this key yet","status":"error"}
    {"blueprint":[{"transition_id":"1002","data":{"Lead_Status":"Contacted"}}]} 400 {"code":"API_NOT_SUPPORTED","details":{"api_name":"Lead_Status","json_path":"$.blueprint[0].data.Lead_Status"},"message":"Tanzanite does not act on this key yet","status":"error"}
    {"blueprint":[{"transition_id":"1002","data":{"Phone":true}}]} 400 {"code":"INVALID_DATA","details":{"expected_data_type":"phone","api_name":"Phone","json_path":"$.blueprint[0].data.Phone"},"message":"invalid data","status":"error"}
    {"blueprint":[{"transition_id":"1002","data":{"Phone":"+49 30 5550199+49 30 5550199+49 30 5550199+49 30 5550199+49 30 5550199+49 30 5550199+49 30 5550199+49 30 5550199+49 30 5550199"}}]} 400 {"code":"INVALID_DATA","details":{"maximum_length":30,"api_name":"Phone","json_path":"$.blueprint[0].data.Phone"},"message":"invalid data","status":"error"}
    {"blueprint":[{"transition_id":"1002","data":{"Phone":false,"Annual_Revenue":"much"}}]} 400 {"code":"MULTIPLE_OR_MULTI_ERRORS","details":{"errors":[{"code":"INVALID_DATA","details":{"expected_data_type":"phone","api_name":"Phone","json_path":"$.blueprint[0].data.Phone"},"message":"invalid data","status":"error"},{"code":"INVALID_DATA","details":{"expected_data_type":"double","api_name":"Annual_Revenue","json_path":"$.blueprint[0].data.Annual_Revenue"},"message":"invalid data","status":"error"}]},"message":"Multiple errors in the request","status":"error"}
    "#);
}

#[test]
fn the_record_is_unknown_locked_or_not_shared() {
    let world = world();
    let body = transition("1005", &json!({}));
    let refused = |actor: &str, key: &str| world.refused(|world| put(world, actor, key, &body));
    assert_snapshot!(refused("stranger", "with_photo"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to update records","status":"error"}
    "#);
    assert_snapshot!(refused("admin", "locked"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"RECORD_LOCKED","details":{},"message":"You cannot perform this operation as the record is locked.","status":"error"}
    "#);
    let path = "/crm/v8/Leads/1/actions/blueprint";
    let unknown = world.refused(|world| world.actor("admin").put(path, &body.to_string()));
    assert_snapshot!(unknown, @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{},"message":"the id given seems to be invalid","status":"error"}
    "#);
}

#[test]
fn a_profile_without_the_right_to_edit_moves_nothing() {
    let world = World::demo_and(&format!(
        "{}\n{}",
        crate::world::BLUEPRINT,
        r#"
[[profile]]
name = "Reader"
permissions = ["view"]

[[user]]
email = "rea.der@example.com"
last_name = "Reader"
profile = "Reader"
role = "CEO"

[[token]]
name = "reader"
kind = "access"
user = "rea.der@example.com"
scopes = ["ZohoCRM.modules.ALL"]
lifetime = "never"
"#
    ));
    assert_eq!(get(&world, "reader", "with_photo").status, 200);
    let body = transition("1005", &json!({}));
    assert_snapshot!(world.refused(|world| put(world, "reader", "with_photo", &body)), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"code":"NO_PERMISSION","details":{"permissions":["Crm_Implied_Edit_Leads"]},"message":"Permission denied to update records","status":"error"}
    "#);
}
