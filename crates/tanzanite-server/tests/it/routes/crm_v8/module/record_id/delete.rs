//! `DELETE /crm/v8/{module}/{record_id}`: delete one record.

use crate::world::{Exchange, World};
use insta::assert_snapshot;

fn refused(world: &World, actor: &str, path: &str) -> Exchange {
    world.refused(|world| world.actor(actor).delete(path))
}

#[test]
fn a_record_goes_and_is_gone() {
    let world = World::demo();
    let path = world.path("with_photo");
    assert_snapshot!(world.actor("admin").delete(&path), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190018"},"message":"record deleted","status":"success"}]}
    "#);
    assert_eq!(world.actor("admin").get(&path).status, 204);
    assert_snapshot!(refused(&world, "admin", &path), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":1},"message":"record not deleted","status":"error"}
    "#);
}

#[test]
fn the_id_is_that_of_no_record_or_none() {
    let world = World::demo();
    for id in [
        "3652397000000990099",
        &world.id("deleted"),
        &world.id("account"),
    ] {
        let exchange = refused(&world, "admin", &format!("/crm/v8/Leads/{id}"));
        assert_eq!(exchange.json()["message"], "record not deleted", "{id}");
    }
    assert_snapshot!(refused(&world, "admin", "/crm/v8/Leads/x"), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"UNABLE_TO_PARSE_DATA_TYPE","details":{"resource_path_index":1},"message":"either the request body or parameters is in wrong format","status":"error"}
    "#);
    for id in ["0", "-1", "99999999999999999999", "%31"] {
        let exchange = refused(&world, "admin", &format!("/crm/v8/Leads/{id}"));
        assert!(
            ["UNABLE_TO_PARSE_DATA_TYPE", "INVALID_DATA"].contains(&exchange.code().as_str()),
            "{id}"
        );
    }
}

#[test]
fn the_record_is_locked_but_for_the_exempt() {
    let world = World::demo();
    let path = world.path("locked");
    assert_snapshot!(refused(&world, "admin", &path), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"RECORD_LOCKED","details":{"action":"record_locking","id":"3652397000000190023"},"message":"You cannot perform this operation as the record is locked.","status":"error"}]}
    "#);
    assert_eq!(world.actor("lock_exempt").delete(&path).status, 200);
}

#[test]
fn the_record_is_not_shared_for_writing() {
    let world = World::demo();
    assert_snapshot!(refused(&world, "stranger", &world.path("private_of_other")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to delete records","status":"error"}
    "#);
    let seen = refused(&world, "stranger", &world.path("account"));
    assert_eq!(
        seen.code(),
        "AUTHORIZATION_FAILED",
        "to see it is not enough"
    );
    assert_eq!(
        world
            .actor("stranger")
            .delete(&world.path("product"))
            .status,
        200,
        "everybody may"
    );
}

#[test]
fn the_module_the_token_or_the_profile_does_not_do() {
    let world = World::enlarged();
    let path = world.path("of_no_delete");
    assert_snapshot!(refused(&world, "no_delete", &path), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"code":"NO_PERMISSION","details":{"permissions":["Crm_Implied_Delete_Leads"]},"message":"Permission denied to delete","status":"error"}
    "#);
    assert_snapshot!(refused(&world, "read_only", &path), @r#"
    401
    content-type: application/json;charset=UTF-8

    {"code":"OAUTH_SCOPE_MISMATCH","details":{},"message":"Unauthorized","status":"error"}
    "#);
    assert_eq!(
        refused(&world, "admin", "/crm/v8/Leeds/1").code(),
        "INVALID_MODULE"
    );
    assert_eq!(
        refused(&world, "admin", "/crm/v8/Attachments/1").code(),
        "API_NOT_SUPPORTED"
    );
    assert_eq!(
        world.actor("write_only").delete(&path).status,
        200,
        "WRITE covers deleting records"
    );
}
