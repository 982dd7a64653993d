//! `GET /crm/v8/{module}/actions/mass_update`: "Get Mass Update Status".

use super::super::{done, views};
use super::PATH;
use crate::world::World;
use insta::assert_snapshot;
use serde_json::json;

#[test]
fn a_job_is_told_in_its_module_alone() {
    let world = World::demo();
    let [all, _] = views(&world, "Leads");
    let body = json!({ "data": [{ "Rating": "Active" }], "cvid": all }).to_string();
    let job = done(&world, &world.actor("admin").post(PATH, &body));
    let get = |path: &str| world.actor("admin").get(path);
    assert_snapshot!(get(&format!("{PATH}?job_id={job}")), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Status":"COMPLETED","Failed_Count":3,"Not_Updated_Count":0,"Updated_Count":6,"Total_Count":9}]}
    "#);
    assert_snapshot!(get(&format!("/crm/v8/Contacts/actions/mass_update?job_id={job}")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"param_name":"job_id"},"message":"The jobid given seems to be invalid","status":"error"}
    "#);
    assert_snapshot!(get(&format!("/crm/v8/Leads/actions/mass_delete?job_id={job}")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"param_name":"job_id"},"message":"The jobid given seems to be invalid","status":"error"}
    "#);
    assert_snapshot!(get(PATH), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"MANDATORY_NOT_FOUND","details":{"param_name":"job_id"},"message":"mandatory param missing","status":"error"}
    "#);
    for id in ["x", "1", ""] {
        assert_eq!(get(&format!("{PATH}?job_id={id}")).status, 400);
    }
}
