//! `GET /crm/v8/{module}/{record_id}/Locking_Information__s`: the locks of a record.

use crate::world::{Exchange, World};
use insta::assert_snapshot;
use serde_json::Value;

const ALL: &str = "Locked_For__s,Locked_By__s,Locked_Reason__s,Locked_Time__s,Lock_Source__s,\
    Record_Locking_Configuration_Id__s,Record_Locking_Rule_Id__s,Feature_Type__s";

fn path(world: &World, key: &str, fields: &str) -> String {
    format!("{}/Locking_Information__s?fields={fields}", world.path(key))
}

fn refused(world: &World, actor: &str, path: &str) -> Exchange {
    world.refused(|world| world.actor(actor).get(path))
}

#[test]
fn a_lock_by_hand_says_who_and_why() {
    let world = World::demo();
    assert_snapshot!(world.actor("admin").get(&path(&world, "locked", ALL)), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Locked_By__s":{"name":"Tomas Okafor","id":"3652397000000190009"},"Locked_For__s":{"module":{"api_name":"Leads","id":"3652397500000190001"},"name":"Leon Falk","id":"3652397000000190023"},"Locked_Reason__s":"Under audit until the end of the quarter","Lock_Source__s":"Manual","Locked_Time__s":"[now]","Record_Locking_Configuration_Id__s":"3652397000000190016","Record_Locking_Rule_Id__s":null,"Feature_Type__s":"record_locking","$editable":true,"$sharing_permission":"full_access","id":"3652397000000190024"}],"info":{"per_page":200,"count":1,"page":1,"more_records":false}}
    "#);
}

#[test]
fn a_lock_by_a_rule_is_nobody_s() {
    let world = World::demo();
    let exchange = world
        .actor("admin")
        .get(&path(&world, "locked_automatically", ALL));
    let lock = exchange.json()["data"][0].take();
    assert_eq!(lock["Lock_Source__s"], "Automatic");
    assert_eq!(lock["Locked_By__s"], Value::Null);
}

#[test]
fn fields_choose_are_mandatory_and_at_most_fifty() {
    let world = World::demo();
    assert_snapshot!(world.actor("admin").get(&path(&world, "locked", "Locked_Reason__s,Nonsense")), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Locked_Reason__s":"Under audit until the end of the quarter","$editable":true,"$sharing_permission":"full_access","id":"3652397000000190024"}],"info":{"per_page":200,"count":1,"page":1,"more_records":false}}
    "#);
    assert_snapshot!(refused(&world, "admin", &path(&world, "locked", "")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"REQUIRED_PARAM_MISSING","details":{"param_name":"fields"},"message":"One of the expected parameter is missing","status":"error"}
    "#);
    let many = path(&world, "locked", &["Locked_By__s"; 51].join(","));
    assert_eq!(refused(&world, "admin", &many).code(), "LIMIT_EXCEEDED");
}

#[test]
fn a_record_that_is_not_locked_has_no_content() {
    let world = World::demo();
    assert_snapshot!(world.actor("admin").get(&path(&world, "with_photo", ALL)), @"204");
}

#[test]
fn the_record_is_unknown_or_not_shared() {
    let world = World::demo();
    let unknown = "/crm/v8/Leads/3652397000000990099/Locking_Information__s?fields=id";
    assert_snapshot!(refused(&world, "admin", unknown), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":1},"message":"the related id given seems to be invalid","status":"error"}
    "#);
    for id in ["x", "0", &world.id("deleted"), &world.id("account")] {
        let path = format!("/crm/v8/Leads/{id}/Locking_Information__s?fields=id");
        assert_eq!(
            refused(&world, "admin", &path).json()["details"]["resource_path_index"],
            1,
            "{id}"
        );
    }
    assert_snapshot!(refused(&world, "stranger", &path(&world, "locked", ALL)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to read records","status":"error"}
    "#);
}

#[test]
fn the_module_has_no_configuration_or_can_have_none() {
    let world = World::demo();
    assert_snapshot!(refused(&world, "admin", &path(&world, "account", ALL)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"NOT_ALLOWED","details":{"resource_path_index":2},"message":"Required Record Locking Configuration is not present","status":"error"}
    "#);
    assert_snapshot!(refused(&world, "admin", "/crm/v8/Campaigns/1/Locking_Information__s?fields=id"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_MODULE","details":{"resource_path_index":0},"message":"The given module is not supported in API","status":"error"}
    "#);
}

#[test]
fn a_token_needs_the_scope_of_locks_and_that_of_the_module() {
    let world = World::enlarged();
    let path = path(&world, "locked", ALL);
    assert_snapshot!(refused(&world, "leads_without_locks", &path), @r#"
    401
    content-type: application/json;charset=UTF-8

    {"code":"OAUTH_SCOPE_MISMATCH","details":{},"message":"Unauthorized","status":"error"}
    "#);
    assert_snapshot!(refused(&world, "nothing", &path), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"code":"NO_PERMISSION","details":{"permissions":["Crm_Implied_View_Leads"]},"message":"permission denied","status":"error"}
    "#);
    assert_eq!(world.actor("locks_of_leads").get(&path).status, 200);
    assert_eq!(world.actor("read_only").get(&path).status, 200);
}
