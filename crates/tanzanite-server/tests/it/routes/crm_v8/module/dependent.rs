//! Values that follow from others, values that others do not allow, and records that a name makes, through
//! `POST /crm/v8/{module}` and `PUT /crm/v8/{module}/{record_id}`.

use crate::world::World;
use insta::assert_snapshot;
use serde_json::{Value, json};

fn deal(world: &World, item: &Value) -> String {
    let ids = world.insert("Deals", std::slice::from_ref(item));
    format!("/crm/v8/Deals/{}", ids[0])
}

fn put(world: &World, path: &str, item: &Value) -> u16 {
    let body = json!({ "data": [item] }).to_string();
    world.actor("admin").put(path, &body).status
}

#[test]
fn a_stage_that_the_pipeline_does_not_have_is_refused_and_a_deal_keeps_its_own() {
    let world = World::demo();
    let post = |item: &Value| {
        let body = json!({ "data": [item] }).to_string();
        world.refused(|world| world.actor("admin").post("/crm/v8/Deals", &body))
    };
    let item =
        json!({ "Deal_Name": "Benches", "Pipeline": "Standard (Standard)", "Stage": "New Lead" });
    assert_snapshot!(post(&item), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"MAPPING_MISMATCH","details":{"mapped_field":"Pipeline","api_name":"Stage","json_path":"$.data[0].Stage"},"message":"Pipeline doesn't contain the Stage","status":"error"}]}
    "#);
    let item = json!({ "Deal_Name": "Benches", "Stage": "New Lead" });
    assert_eq!(post(&item).status, 400);

    let path = deal(
        &world,
        &json!({ "Deal_Name": "Benches", "Stage": "Qualification" }),
    );
    let change = r#"{"data":[{"Stage":"New Lead"}]}"#;
    let refused = world.refused(|world| world.actor("admin").put(&path, change));
    let fault = refused.json()["data"][0].take();
    assert_eq!(fault["code"], "MAPPING_MISMATCH");
    assert_eq!(
        put(&world, &path, &json!({ "Stage": "Needs Analysis" })),
        200
    );
}

#[test]
fn what_a_deal_brings_follows_from_its_stage_and_its_amount() {
    let world = World::demo();
    let path = deal(
        &world,
        &json!({ "Deal_Name": "Benches", "Stage": "Needs Analysis", "Amount": 1000.5 }),
    );
    let shown = || {
        let record = world.record(&path);
        ["Probability", "Expected_Revenue", "Sales_Cycle_Duration"].map(|name| record[name].clone())
    };
    assert_eq!(shown(), [json!(20), json!(200.1), json!(0)]);
    assert_eq!(put(&world, &path, &json!({ "Probability": 50 })), 200);
    assert_eq!(shown(), [json!(50), json!(500.25), json!(0)]);
    world.clock(r#"{"action":"advance","by":"2d"}"#);
    assert_eq!(put(&world, &path, &json!({ "Stage": "Closed Won" })), 200);
    assert_eq!(shown(), [json!(100), json!(1000.5), json!(2)]);
    assert_eq!(put(&world, &path, &json!({ "Amount": null })), 200);
    assert_eq!(shown(), [json!(100), json!(null), json!(2)]);
}

#[test]
fn a_call_of_v2_has_its_status_under_its_former_name() {
    let world = World::demo();
    let admin = world.actor("admin");
    let call = json!({ "data": [{
        "Subject": "Ask", "Call_Type": "Outbound", "Call_Start_Time": "2026-05-04T10:00:00+02:00",
        "Call_Duration": "02:30", "Call_Status": "Scheduled",
    }]});
    let made = admin.post("/crm/v2/Calls", &call.to_string()).json();
    let id = made["data"][0]["details"]["id"].as_str().expect("an id");
    let of = |version: &str, fields: &str| {
        let record = admin.get(&format!("/crm/{version}/Calls/{id}{fields}"));
        record.json()["data"][0].take()
    };
    assert_eq!(of("v2", "")["Call_Status"], "Scheduled");
    assert_eq!(
        of("v2", "?fields=Call_Status"),
        json!({ "Call_Status": "Scheduled", "id": id })
    );
    assert_eq!(of("v8", "")["Outgoing_Call_Status"], "Scheduled");
    assert_eq!(of("v8", "")["Call_Status"], json!(null));
}

#[test]
fn a_deal_finds_its_account_by_name_or_makes_it() {
    let world = World::demo();
    let account = |name: &str| {
        let path = deal(
            &world,
            &json!({ "Deal_Name": "Benches", "Stage": "Qualification", "Account_Name": { "name": name } }),
        );
        world.record(&path)["Account_Name"].take()
    };
    let known = account(" brenner woodworks ");
    assert_eq!(
        known,
        json!({ "name": "Brenner Woodworks", "id": world.id("account") })
    );
    let made = account("Plane & Co");
    assert_eq!(made["name"], "Plane & Co");
    assert_eq!(account("Plane & Co"), made, "it is made once");

    let path = deal(
        &world,
        &json!({ "Deal_Name": "Benches", "Stage": "Qualification" }),
    );
    let named = json!({ "Account_Name": { "name": "Plane & Co" } });
    assert_eq!(put(&world, &path, &named), 200);
    assert_eq!(world.record(&path)["Account_Name"], made);

    let contact =
        r#"{"data":[{"Deal_Name":"A","Stage":"Qualification","Contact_Name":{"name":"Ada"}}]}"#;
    let refused = world.refused(|world| world.actor("admin").post("/crm/v8/Deals", contact));
    let fault = refused.json()["data"][0].take();
    assert_eq!(fault["details"]["json_path"], "$.data[0].Contact_Name.id");
}

#[test]
fn a_name_makes_nothing_if_the_deal_is_refused_or_its_maker_may_not_make_accounts() {
    let world = World::demo_and(
        r#"
[[profile]]
name = "Deals alone"
permissions = ["view", "create", "edit", "delete"]
modules = { Accounts = ["view"] }

[[user]]
email = "deals@tanzanite.example"
last_name = "Deals"
profile = "Deals alone"
role = "CEO"

[[token]]
name = "deals"
kind = "access"
user = "deals@tanzanite.example"
scopes = ["ZohoCRM.modules.ALL"]
"#,
    );
    let post = |token: &str, stage: &str| {
        let item =
            json!({ "Deal_Name": "A", "Stage": stage, "Account_Name": { "name": "Nobody's" } });
        let body = json!({ "data": [item] }).to_string();
        world.refused(|world| world.actor(token).post("/crm/v8/Deals", &body))
    };
    assert_eq!(post("admin", "New Lead").status, 400);
    let refused = post("deals", "Qualification").json()["data"][0].take();
    assert_eq!(refused["code"], "INVALID_DATA");
    assert_eq!(refused["details"]["json_path"], "$.data[0].Account_Name");
}
