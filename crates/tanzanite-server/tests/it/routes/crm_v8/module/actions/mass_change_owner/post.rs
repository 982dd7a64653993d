//! `POST /crm/v8/{module}/actions/mass_change_owner`: "Mass Change Owner".

use super::super::{at_once, done, shown, values, views};
use super::PATH;
use crate::routes::crm_v8::module::record_id::actions::change_owner::post::user;
use crate::world::{Exchange, World};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn change(world: &World, actor: &str, body: &Value) -> Exchange {
    world.actor(actor).post(PATH, &body.to_string())
}

#[test]
fn a_job_gives_the_records_in_a_view_to_another_owner() {
    let world = World::demo();
    let [all, _] = views(&world, "Leads");
    let body = json!({ "cvid": all, "owner": { "id": user(&world, "Ines") } });
    let scheduled = change(&world, "admin", &body);
    assert_snapshot!(shown(&scheduled), @r#"
    202
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SCHEDULED","details":{"job_id":"{job}"},"message":"change owner is successfully scheduled","status":"success"}]}
    "#);
    let job = done(&world, &scheduled);
    let told = world.actor("admin").get(&format!("{PATH}?job_id={job}"));
    assert_snapshot!(told, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Status":"COMPLETED","Failed_Count":3,"Not_Updated_Count":0,"Updated_Count":6,"Total_Count":9}]}
    "#);
    let owners = values(&world, "Leads", "Owner");
    let hers = owners
        .iter()
        .filter(|owner| owner["name"] == "Ines Varga")
        .count();
    assert_eq!(json!(hers), told.json()["data"][0]["Updated_Count"]);
}

#[test]
fn records_that_leave_the_view_by_it_are_each_changed() {
    let world = World::demo();
    let names: Vec<Value> = (0..100)
        .map(|number| json!({ "Last_Name": format!("Mine {number}") }))
        .collect();
    for _ in 0..3 {
        world.insert("Contacts", &names);
    }
    let [_, own] = views(&world, "Contacts");
    let path = "/crm/v8/Contacts/actions/mass_change_owner";
    let body = json!({ "cvid": own, "owner": { "id": user(&world, "Ines") } }).to_string();
    let job = done(&world, &world.actor("admin").post(path, &body));
    let told = world
        .actor("admin")
        .get(&format!("{path}?job_id={job}"))
        .json()["data"][0]
        .clone();
    assert_eq!(told["Updated_Count"], told["Total_Count"], "{told}");
    assert!(
        told["Total_Count"].as_u64().expect("a number") >= 300,
        "{told}"
    );
}

#[test]
fn one_job_at_a_time_is_done_in_a_view() {
    let world = World::demo();
    let [all, _] = views(&world, "Leads");
    let body = json!({ "cvid": all, "owner": { "id": user(&world, "Ines") } });
    assert_eq!(at_once(|| change(&world, "admin", &body)).status, 400);
}

#[test]
fn the_body_is_wrong() {
    let world = World::demo();
    let [all, _] = views(&world, "Leads");
    let owner = json!({ "id": user(&world, "Ines") });
    let mut told = String::new();
    for body in [
        json!({ "owner": owner }),
        json!({ "cvid": "1", "owner": owner }),
        json!({ "cvid": [], "owner": owner }),
        json!({ "cvid": all }),
        json!({ "cvid": all, "owner": {} }),
        json!({ "cvid": all, "owner": { "id": "1" } }),
        json!({ "cvid": all, "owner": owner, "territory": { "id": "1" } }),
        json!({ "cvid": all, "owner": owner, "criteria": { "field": { "api_name": "Company" }, "comparator": "equal", "value": "x" } }),
    ] {
        let refused = world.refused(|world| change(world, "admin", &body));
        told.push_str(&format!("{} {}\n", refused.status, refused.text()));
    }
    assert_snapshot!(told, @r#"
    400 {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"cvid","json_path":"$.cvid"},"message":"required field not found","status":"error"}
    400 {"code":"INVALID_DATA","details":{"api_name":"cvid","json_path":"$.cvid","id":"1"},"message":"the cvid given seems to be invalid","status":"error"}
    400 {"code":"INVALID_DATA","details":{"expected_data_type":"text","api_name":"cvid","json_path":"$.cvid"},"message":"invalid data","status":"error"}
    400 {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"owner","json_path":"$.owner"},"message":"required field not found","status":"error"}
    400 {"code":"MANDATORY_NOT_FOUND","details":{"api_name":"id","json_path":"$.owner.id"},"message":"required field not found","status":"error"}
    400 {"code":"INVALID_DATA","details":{"api_name":"owner","json_path":"$.owner.id"},"message":"Invalid data provided","status":"error"}
    400 {"code":"API_NOT_SUPPORTED","details":{"api_name":"territory","json_path":"$.territory"},"message":"Tanzanite does not act on this key yet","status":"error"}
    400 {"code":"API_NOT_SUPPORTED","details":{"api_name":"criteria","json_path":"$.criteria"},"message":"Tanzanite does not act on this key yet","status":"error"}
    "#);
    let old = PATH.replace("v8", "v2");
    let body = json!({ "cvid": all, "owner": owner }).to_string();
    assert_eq!(
        world.actor("admin").post(&old, &body).code(),
        "API_NOT_SUPPORTED"
    );
}
