//! `DELETE /crm/v8/{module}?ids=`: delete records.

use crate::world::{Exchange, World};
use insta::assert_snapshot;

fn delete(world: &World, actor: &str, target: &str) -> Exchange {
    world.actor(actor).delete(&format!("/crm/v8/{target}"))
}

fn refused(world: &World, actor: &str, target: &str) -> Exchange {
    world.refused(|world| delete(world, actor, target))
}

#[test]
fn records_go_with_all_that_hangs_on_them() {
    let world = World::demo();
    let (first, second) = (world.id("with_photo"), world.id("without_photo"));
    let target = format!("Leads?ids={second},%20{first},");
    assert_snapshot!(delete(&world, "admin", &target), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190022"},"message":"record deleted","status":"success"},{"code":"SUCCESS","details":{"id":"3652397000000190018"},"message":"record deleted","status":"success"}]}
    "#);
    let admin = world.actor("admin");
    for key in ["with_photo", "without_photo"] {
        assert_eq!(admin.get(&world.path(key)).status, 204, "{key}");
        let photo = format!("{}/photo", world.path(key));
        assert_eq!(admin.get(&photo).json()["code"], "INVALID_DATA", "{key}");
        assert_eq!(
            admin
                .put(&world.path(key), r#"{"data":[{"City":"B"}]}"#)
                .status,
            400,
            "{key}"
        );
    }
    let all = format!("/crm/v8/Leads?fields=id&ids={first},{second}");
    assert_eq!(admin.get(&all).status, 204);
    assert_snapshot!(refused(&world, "admin", &target), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"INVALID_DATA","details":{"id":"3652397000000190022"},"message":"record not deleted","status":"error"},{"code":"INVALID_DATA","details":{"id":"3652397000000190018"},"message":"record not deleted","status":"error"}]}
    "#);
}

#[test]
fn a_lookup_of_a_deleted_record_is_empty() {
    let world = World::demo();
    assert_eq!(
        delete(
            &world,
            "admin",
            &format!("Accounts?ids={}", world.id("account"))
        )
        .status,
        200
    );
    assert!(world.record(&world.path("private_of_other"))["Account_Name"].is_null());
}

#[test]
fn of_a_mixed_batch_each_id_has_its_answer_in_order() {
    let world = World::demo();
    let (free, locked) = (world.id("with_photo"), world.id("locked"));
    let target = format!("Leads?ids={locked},{free},1,{free}");
    assert_snapshot!(delete(&world, "admin", &target), @r#"
    207
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"RECORD_LOCKED","details":{"action":"record_locking","id":"3652397000000190023"},"message":"You cannot perform this operation as the record is locked.","status":"error"},{"code":"SUCCESS","details":{"id":"3652397000000190018"},"message":"record deleted","status":"success"},{"code":"INVALID_DATA","details":{"id":"1"},"message":"record not deleted","status":"error"},{"code":"INVALID_DATA","details":{"id":"3652397000000190018"},"message":"record not deleted","status":"error"}]}
    "#);
}

#[test]
fn ids_are_missing_malformed_or_too_many() {
    let world = World::demo();
    assert_snapshot!(refused(&world, "admin", "Leads"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"REQUIRED_PARAM_MISSING","details":{"param_name":"ids"},"message":"One of the expected parameter is missing","status":"error"}
    "#);
    assert_eq!(
        refused(&world, "admin", "Leads?ids=,").code(),
        "REQUIRED_PARAM_MISSING"
    );
    let free = world.id("with_photo");
    assert_snapshot!(refused(&world, "admin", &format!("Leads?ids={free},x")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"UNABLE_TO_PARSE_DATA_TYPE","details":{},"message":"either the request body or parameters is in wrong format","status":"error"}
    "#);
    for ids in ["0", "-1", "1e3", "99999999999999999999"] {
        let exchange = refused(&world, "admin", &format!("Leads?ids={ids}"));
        assert_eq!(
            (exchange.status, exchange.code().as_str()),
            (400, "UNABLE_TO_PARSE_DATA_TYPE"),
            "{ids}"
        );
    }
    let ids: Vec<String> = (1..=101).map(|id| id.to_string()).collect();
    assert_snapshot!(refused(&world, "admin", &format!("Leads?ids={}", ids.join(","))), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"LIMIT_EXCEEDED","details":{"limit":100,"param_name":"ids"},"message":"limit exceeded","status":"error"}
    "#);
    let hundred = refused(
        &world,
        "admin",
        &format!("Leads?ids={}", ids[1..].join(",")),
    );
    assert_eq!(hundred.json()["data"].as_array().map(Vec::len), Some(100));
}

#[test]
fn the_id_is_of_another_module_or_deleted() {
    let world = World::demo();
    for key in ["account", "deleted"] {
        let exchange = refused(&world, "admin", &format!("Leads?ids={}", world.id(key)));
        assert_eq!(
            exchange.json()["data"][0]["message"],
            "record not deleted",
            "{key}"
        );
    }
}

#[test]
fn the_record_is_locked_but_for_the_exempt() {
    let world = World::demo();
    let target = format!("Leads?ids={}", world.id("locked"));
    assert_snapshot!(refused(&world, "admin", &target), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"RECORD_LOCKED","details":{"action":"record_locking","id":"3652397000000190023"},"message":"You cannot perform this operation as the record is locked.","status":"error"}]}
    "#);
    assert_eq!(delete(&world, "lock_exempt", &target).status, 200);
}

#[test]
fn the_record_is_not_shared_for_writing() {
    let world = World::demo();
    let target = format!("Contacts?ids={}", world.id("private_of_other"));
    assert_snapshot!(refused(&world, "stranger", &target), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to delete records","status":"error"}]}
    "#);
    let mixed = format!("{target},{}", world.id("contact_of_stranger"));
    assert_eq!(delete(&world, "stranger", &mixed).status, 207);
}

#[test]
fn the_module_the_token_or_the_profile_does_not_do() {
    let world = World::enlarged();
    let target = format!("Leads?ids={}", world.id("with_photo"));
    assert_snapshot!(refused(&world, "no_delete", &target), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"code":"NO_PERMISSION","details":{"permissions":["Crm_Implied_Delete_Leads"]},"message":"Permission denied to delete","status":"error"}
    "#);
    assert_eq!(
        refused(&world, "read_only", &target).code(),
        "OAUTH_SCOPE_MISMATCH"
    );
    assert_eq!(
        refused(&world, "admin", "Leeds?ids=1").code(),
        "INVALID_MODULE"
    );
    assert_eq!(
        refused(&world, "admin", "Attachments?ids=1").code(),
        "API_NOT_SUPPORTED"
    );
}
