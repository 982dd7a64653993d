//! `GET /crm/v8/{module}/actions/mass_change_owner`: "Check Status".

use super::super::{done, views};
use super::PATH;
use crate::routes::crm_v8::module::record_id::actions::change_owner::post::user;
use crate::world::World;
use insta::assert_snapshot;
use serde_json::json;

#[test]
fn a_job_is_told_in_its_module_alone() {
    let world = World::demo();
    let [all, _] = views(&world, "Leads");
    let body = json!({ "cvid": all, "owner": { "id": user(&world, "Ines") } }).to_string();
    let job = done(&world, &world.actor("admin").post(PATH, &body));
    let get = |path: &str| world.actor("admin").get(path);
    assert_eq!(get(&format!("{PATH}?job_id={job}")).status, 200);
    assert_snapshot!(get(&format!("/crm/v8/Contacts/actions/mass_change_owner?job_id={job}")), @r#"
    404
    content-type: application/json;charset=UTF-8

    {"code":"NOT_FOUND","details":{},"message":"The specified job does not belong to this module","status":"error"}
    "#);
    assert_snapshot!(get(PATH), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"REQUIRED_PARAM_MISSING","details":{"param_name":"job_id"},"message":"One of the expected parameter is missing","status":"error"}
    "#);
    assert_snapshot!(get(&format!("{PATH}?job_id=1")), @"204");
}
