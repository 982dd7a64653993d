//! `POST /crm/v8/{module}/actions/mass_update`: "Mass Update API".

use super::super::{at_once, done, shown, values, views};
use super::PATH;
use crate::world::{Exchange, World};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn change(world: &World, actor: &str, body: &Value) -> Exchange {
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
    let body = json!({ "data": [{ "Industry": "Data/Telecom OEM" }], "ids": ids });
    assert_snapshot!(change(&world, "manager", &body), @r#"
    207
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Tomas Okafor","id":"3652397000000190009"},"Created_Time":"2026-02-03T10:15:00+01:00","id":"3652397000000190018","Created_By":{"name":"Jun Castellan","id":"3652397000000190010"}},"message":"record updated","status":"success"},{"code":"RECORD_LOCKED","details":{"action":"record_locking","id":"3652397000000190023"},"message":"Sorry, you cannot perform this operation as the record is locked.","status":"error"},{"code":"INVALID_DATA","details":{"id":"3652397000000190029"},"message":"the id given seems to be invalid","status":"error"},{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Tomas Okafor","id":"3652397000000190009"},"Created_Time":"[now]","id":"3652397000000190022","Created_By":{"name":"Jun Castellan","id":"3652397000000190010"}},"message":"record updated","status":"success"}]}
    "#);
    for key in ["with_photo", "without_photo"] {
        assert_eq!(
            world.record(&world.path(key))["Industry"],
            "Data/Telecom OEM"
        );
    }
    assert_ne!(
        world.record(&world.path("locked"))["Industry"],
        "Data/Telecom OEM"
    );
}

#[test]
fn a_job_changes_the_records_in_a_view_that_the_user_may_change() {
    let world = World::demo();
    let [all, _] = views(&world, "Leads");
    let body = json!({ "data": [{ "Rating": "Active" }], "cvid": all });
    let scheduled = change(&world, "manager", &body);
    assert_snapshot!(shown(&scheduled), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"job_id":"{job}"},"message":"mass update scheduled successfully","status":"success"}]}
    "#);
    let job = done(&world, &scheduled);
    let told = world.actor("manager").get(&format!("{PATH}?job_id={job}"));
    assert_snapshot!(told, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Status":"COMPLETED","Failed_Count":3,"Not_Updated_Count":0,"Updated_Count":6,"Total_Count":9}]}
    "#);
    let changed = values(&world, "Leads", "Rating")
        .iter()
        .filter(|rating| *rating == "Active")
        .count();
    assert_eq!(json!(changed), told.json()["data"][0]["Updated_Count"]);
    let locked = world.record(&world.path("locked"));
    assert_ne!(locked["Rating"], "Active");
}

#[test]
fn a_job_of_several_steps_changes_each_record_once() {
    let world = World::demo();
    let leads: Vec<Value> = (0..100)
        .map(|number| json!({ "Last_Name": format!("Many {number}") }))
        .collect();
    for _ in 0..3 {
        world.insert("Leads", &leads);
    }
    let [all, _] = views(&world, "Leads");
    let body = json!({ "data": [{ "Lead_Status": "Contacted" }], "cvid": all });
    let job = done(&world, &change(&world, "admin", &body));
    let told = world
        .actor("admin")
        .get(&format!("{PATH}?job_id={job}"))
        .json()["data"][0]
        .clone();
    assert_eq!(told["Status"], "COMPLETED");
    assert_eq!(told["Not_Updated_Count"], 0);
    let total = told["Total_Count"].as_u64().expect("a number");
    let changed = told["Updated_Count"].as_u64().expect("a number");
    assert!(
        total > 300 && changed + told["Failed_Count"].as_u64().expect("a number") == total,
        "{told}"
    );
}

#[test]
fn a_record_that_is_made_afterwards_is_left_alone() {
    let world = World::demo();
    let [all, _] = views(&world, "Leads");
    world.clock(r#"{"action":"freeze","at":"2027-05-01T09:00:00Z"}"#);
    let body = json!({ "data": [{ "Rating": "Acquired" }], "cvid": all });
    let scheduled = change(&world, "admin", &body);
    world.clock(r#"{"action":"advance","by":"1s"}"#);
    let made = world.insert(
        "Leads",
        &[json!({ "Last_Name": "Late", "Rating": "Active" })],
    );
    done(&world, &scheduled);
    assert_eq!(
        world.record(&format!("/crm/v8/Leads/{}", made[0]))["Rating"],
        "Active"
    );
}

#[test]
fn all_are_refused() {
    let world = World::demo();
    let body = json!({ "data": [{ "Rating": "Active" }], "ids": [world.id("with_photo"), world.id("locked")] });
    assert_snapshot!(world.refused(|world| change(world, "stranger", &body)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"CANNOT_PERFORM_ACTION","details":{"id":"3652397000000190018"},"message":"no permission to perform an action on this record","status":"error"},{"code":"CANNOT_PERFORM_ACTION","details":{"id":"3652397000000190023"},"message":"no permission to perform an action on this record","status":"error"}]}
    "#);
}

#[test]
fn one_job_at_a_time_is_done_in_a_view() {
    let world = World::demo();
    let [all, own] = views(&world, "Leads");
    world.insert("Leads", &[json!({ "Last_Name": "Mine" })]);
    let body = |view: &str| json!({ "data": [{ "Rating": "Active" }], "cvid": view });
    assert_snapshot!(at_once(|| change(&world, "admin", &body(&all))), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"ALREADY_SCHEDULED","details":{"api_name":"cvid"},"message":"Already a Mass Action scheduler is running for the given cvid","status":"error"}
    "#);
    assert_eq!(change(&world, "admin", &body(&own)).status, 200);
    world.anyone().post("/_tanzanite/jobs/run", "{}");
    assert_eq!(change(&world, "admin", &body(&all)).status, 200);
}

#[test]
fn values_are_appended_to_those_of_a_picklist_or_replace_them() {
    let world = World::demo_and(
        r#"
        [[field]]
        module = "Leads"
        api_name = "Woods"
        data_type = "multiselectpicklist"
        values = ["Oak", "Ash", "Elm"]
        "#,
    );
    let ids = world.insert("Leads", &[json!({ "Last_Name": "A", "Woods": ["Oak"] })]);
    let path = format!("/crm/v8/Leads/{}", ids[0]);
    let body = |over_write: Value| json!({ "data": [{ "Woods": ["Elm"] }], "ids": ids, "over_write": over_write });
    assert_eq!(change(&world, "admin", &body(json!(false))).status, 200);
    assert_eq!(world.record(&path)["Woods"], json!(["Oak", "Elm"]));
    assert_eq!(change(&world, "admin", &body(json!(true))).status, 200);
    assert_eq!(world.record(&path)["Woods"], json!(["Elm"]));
}

#[test]
fn deals_take_three_fields_and_a_stage_that_fits() {
    let world = World::demo();
    let ids = world.insert(
        "Deals",
        &[json!({ "Deal_Name": "D", "Stage": "Qualification", "Pipeline": "Standard (Standard)" })],
    );
    let change = |data: Value| {
        let body = json!({ "data": [data], "ids": ids });
        world
            .actor("admin")
            .post("/crm/v8/Deals/actions/mass_update", &body.to_string())
    };
    let changed =
        change(json!({ "Stage": "Needs Analysis", "Amount": 12, "Type": "New Business" }));
    assert_eq!(changed.status, 200, "{changed}");
    let deal = world.record(&format!("/crm/v8/Deals/{}", ids[0]));
    assert_eq!(
        (&deal["Stage"], &deal["Amount"]),
        (&json!("Needs Analysis"), &json!(12))
    );
    assert_snapshot!(change(json!({ "Stage": "Qualification", "Amount": 1, "Type": "x", "Probability": 1 })), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"INVALID_DATA","details":{"limit":3},"message":"Max field limit exceeded","status":"error"}]}
    "#);
}

#[test]
fn the_body_is_wrong() {
    let world = World::demo();
    let id = world.id("with_photo");
    let [view, _] = views(&world, "Contacts");
    let rating = json!([{ "Rating": "Active" }]);
    let mut told = String::new();
    for body in [
        json!({}),
        json!({ "data": rating }),
        json!({ "data": rating, "ids": [] }),
        json!({ "data": rating, "ids": "1" }),
        json!({ "data": rating, "ids": [id, "x"] }),
        json!({ "data": rating, "ids": vec!["1"; 501] }),
        json!({ "data": rating, "ids": [id], "cvid": "1" }),
        json!({ "data": rating, "cvid": "1" }),
        json!({ "data": rating, "cvid": view }),
        json!({ "data": rating, "cvid": [1] }),
        json!({ "data": rating, "cvid": "1", "territory": { "id": "1" } }),
        json!({ "data": rating, "ids": [id], "over_write": false }),
        json!({ "data": rating, "ids": [id], "over_write": "x" }),
        json!({ "data": {}, "ids": [id] }),
        json!({ "data": [], "ids": [id] }),
        json!({ "data": ["x"], "ids": [id] }),
        json!({ "data": [{}], "ids": [id] }),
        json!({ "data": [{ "Rating": "Active", "Industry": "x" }], "ids": [id] }),
        json!({ "data": [{ "Rating": 7 }], "ids": [id] }),
        json!({ "data": [{ "Email": "a@b.example" }], "ids": [id] }),
        json!({ "data": [{ "Owner": { "id": "1" } }], "ids": [id] }),
        json!({ "data": [{ "Nothing": "x" }], "ids": [id] }),
        json!({ "data": [{ "Layout": { "id": "1" } }], "ids": [id] }),
        json!({ "data": [{ "$append_values": {} }], "ids": [id] }),
        json!({ "data": [{ "Last_Name": "" }], "ids": [id] }),
        json!({ "data": [{ "Created_Time": "2026-01-01T00:00:00Z" }], "ids": [id] }),
    ] {
        let refused = world.refused(|world| change(world, "admin", &body));
        told.push_str(&format!("{} {}\n", refused.status, refused.text()));
    }
    assert_snapshot!(told, @r#"
    400 {"data":[{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"data","json_path":"$.data"},"message":"required field not found","status":"error"}]}
    400 {"data":[{"code":"MANDATORY_NOT_FOUND","details":{},"message":"required field not found","status":"error"}]}
    400 {"data":[{"code":"MANDATORY_NOT_FOUND","details":{},"message":"required field not found","status":"error"}]}
    400 {"data":[{"code":"INVALID_DATA","details":{"expected_data_type":"jsonarray","api_name":"ids","json_path":"$.ids"},"message":"invalid data","status":"error"}]}
    400 {"data":[{"code":"INVALID_DATA","details":{"api_name":"ids","json_path":"$.ids[1]","id":"x"},"message":"the id given seems to be invalid","status":"error"}]}
    400 {"data":[{"code":"INVALID_DATA","details":{"api_name":"ids","json_path":"$.ids","maximum_length":500},"message":"invalid data","status":"error"}]}
    400 {"data":[{"code":"AMBIGUITY_DURING_PROCESSING","details":{"ambiguity_due_to":[{"api_name":"ids","json_path":"$.ids"},{"api_name":"cvid","json_path":"$.cvid"}]},"message":"Ambiguity while processing the request","status":"error"}]}
    400 {"code":"INVALID_DATA","details":{"api_name":"cvid","json_path":"$.cvid","id":"1"},"message":"the cvid given seems to be invalid","status":"error"}
    400 {"code":"INVALID_DATA","details":{"api_name":"cvid","json_path":"$.cvid","id":"3652397504002190000"},"message":"the cvid given seems to be invalid","status":"error"}
    400 {"data":[{"code":"INVALID_DATA","details":{"expected_data_type":"text","api_name":"cvid","json_path":"$.cvid"},"message":"invalid data","status":"error"}]}
    400 {"data":[{"code":"API_NOT_SUPPORTED","details":{"api_name":"territory","json_path":"$.territory"},"message":"Tanzanite does not act on this key yet","status":"error"}]}
    400 {"data":[{"code":"API_NOT_SUPPORTED","details":{"api_name":"over_write","json_path":"$.over_write"},"message":"Tanzanite does not act on this key yet","status":"error"}]}
    400 {"data":[{"code":"INVALID_DATA","details":{"expected_data_type":"boolean","api_name":"over_write","json_path":"$.over_write"},"message":"invalid data","status":"error"}]}
    400 {"data":[{"code":"INVALID_DATA","details":{"expected_data_type":"jsonarray","api_name":"data","json_path":"$.data"},"message":"invalid data","status":"error"}]}
    400 {"data":[{"code":"INVALID_DATA","details":{"api_name":"data","json_path":"$.data","minimum_length":1},"message":"invalid data","status":"error"}]}
    400 {"data":[{"code":"INVALID_DATA","details":{"expected_data_type":"jsonobject","api_name":"data","json_path":"$.data[0]"},"message":"invalid data","status":"error"}]}
    400 {"data":[{"code":"INVALID_DATA","details":{},"message":"No field found","status":"error"}]}
    400 {"data":[{"code":"INVALID_DATA","details":{"limit":1},"message":"Max field limit exceeded","status":"error"}]}
    400 {"data":[{"code":"INVALID_DATA","details":{"expected_data_type":"picklist","api_name":"Rating","json_path":"$.data[0].Rating"},"message":"invalid data","status":"error"}]}
    400 {"data":[{"code":"INVALID_DATA","details":{"api_name":"Email","json_path":"$.data[0].Email"},"message":"This field cannot be updated in the Mass Update","status":"error"}]}
    400 {"data":[{"code":"INVALID_DATA","details":{"api_name":"Owner","json_path":"$.data[0].Owner"},"message":"This field cannot be updated in the Mass Update","status":"error"}]}
    400 {"data":[{"code":"INVALID_DATA","details":{"api_name":"Nothing","json_path":"$.data[0].Nothing"},"message":"This field cannot be updated in the Mass Update","status":"error"}]}
    400 {"data":[{"code":"INVALID_DATA","details":{"api_name":"Layout","json_path":"$.data[0].Layout"},"message":"This field cannot be updated in the Mass Update","status":"error"}]}
    400 {"data":[{"code":"INVALID_DATA","details":{"api_name":"$append_values","json_path":"$.data[0].$append_values"},"message":"This field cannot be updated in the Mass Update","status":"error"}]}
    400 {"data":[{"code":"INVALID_DATA","details":{"api_name":"Last_Name","json_path":"$.data[0].Last_Name"},"message":"This field cannot be updated in the Mass Update","status":"error"}]}
    400 {"data":[{"code":"INVALID_DATA","details":{"api_name":"Created_Time","json_path":"$.data[0].Created_Time"},"message":"This field cannot be updated in the Mass Update","status":"error"}]}
    "#);
}

#[test]
fn nothing_is_in_the_view() {
    let world = World::demo();
    let [all, _] = views(&world, "Campaigns");
    let path = "/crm/v8/Campaigns/actions/mass_update";
    let body = json!({ "data": [{ "Status": "Active" }], "cvid": all });
    let refused = world.refused(|world| world.actor("admin").post(path, &body.to_string()));
    assert_snapshot!(refused, @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"NO_RECORDS_FOUND","details":{},"message":"no record found to update","status":"error"}
    "#);
}
