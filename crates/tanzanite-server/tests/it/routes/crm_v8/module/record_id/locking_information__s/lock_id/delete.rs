//! `DELETE /crm/v8/{module}/{record_id}/Locking_Information__s/{lock_id}`: unlock a record.

use crate::world::{Exchange, World};
use insta::assert_snapshot;

fn refused(world: &World, actor: &str, path: &str) -> Exchange {
    world.refused(|world| world.actor(actor).delete(path))
}

#[test]
fn the_record_is_free_again() {
    let world = World::demo();
    let path = world.lock_path("locked");
    assert_snapshot!(world.actor("admin").delete(&path), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190024"},"message":"relation removed","status":"success"}]}
    "#);
    assert_eq!(world.record(&world.path("locked"))["Locked__s"], false);
    assert_eq!(
        world
            .actor("admin")
            .delete(&format!("{}/photo", world.path("locked")))
            .status,
        200
    );
    assert_snapshot!(refused(&world, "admin", &path), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":2},"message":"relation not found","status":"error"}
    "#);
}

#[test]
fn what_a_rule_locked_no_user_unlocks() {
    let world = World::demo();
    let path = world.lock_path("locked_automatically");
    assert_snapshot!(refused(&world, "admin", &path), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"code":"NOT_ALLOWED","details":{},"message":"Automatically locked records can not be unlocked manually","status":"error"}
    "#);
    assert_eq!(refused(&world, "lock_exempt", &path).status, 403);
}

#[test]
fn this_user_may_not() {
    let world = World::enlarged();
    let path = world.lock_path("locked");
    assert_snapshot!(refused(&world, "stranger", &path), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"code":"NO_PERMISSION","details":{},"message":"You do not have permission to unlock this record","status":"error"}
    "#);
    assert_snapshot!(refused(&world, "nothing", &path), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"code":"NO_PERMISSION","details":{"permissions":["Crm_Implied_Edit_Leads"]},"message":"permission denied","status":"error"}
    "#);
    assert_eq!(
        refused(&world, "read_only", &path).code(),
        "OAUTH_SCOPE_MISMATCH"
    );
}

#[test]
fn the_lock_or_the_record_is_unknown_or_cannot_be_locked() {
    let world = World::demo();
    let other = format!("{}/Locking_Information__s/1", world.path("locked"));
    assert_snapshot!(refused(&world, "admin", &other), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":3},"message":"the related id given seems to be invalid","status":"error"}
    "#);
    let unknown = "/crm/v8/Leads/3652397000000990099/Locking_Information__s/1";
    assert_eq!(
        refused(&world, "admin", unknown).json()["details"]["resource_path_index"],
        1
    );
    let account = format!("{}/Locking_Information__s/1", world.path("account"));
    assert_eq!(refused(&world, "admin", &account).code(), "NOT_ALLOWED");
}
