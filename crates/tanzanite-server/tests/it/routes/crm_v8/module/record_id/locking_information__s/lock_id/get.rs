//! `GET /crm/v8/{module}/{record_id}/Locking_Information__s/{lock_id}`: one lock.

use crate::world::{Exchange, World};
use insta::assert_snapshot;

fn refused(world: &World, actor: &str, path: &str) -> Exchange {
    world.refused(|world| world.actor(actor).get(path))
}

#[test]
fn a_lock_comes_whole_or_as_the_fields_say() {
    let world = World::demo();
    let path = world.lock_path("locked");
    assert_snapshot!(world.actor("admin").get(&path), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Locked_By__s":{"name":"Tomas Okafor","id":"3652397000000190009"},"Locked_For__s":{"module":{"api_name":"Leads","id":"3652397500000190001"},"name":"Leon Falk","id":"3652397000000190023"},"Locked_Reason__s":"Under audit until the end of the quarter","Lock_Source__s":"Manual","Locked_Time__s":"[now]","Record_Locking_Configuration_Id__s":"3652397000000190016","Record_Locking_Rule_Id__s":null,"Feature_Type__s":"record_locking","$editable":true,"$sharing_permission":"full_access","id":"3652397000000190024"}]}
    "#);
    assert_snapshot!(world.actor("admin").get(&format!("{path}?fields=Lock_Source__s")), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Lock_Source__s":"Manual","$editable":true,"$sharing_permission":"full_access","id":"3652397000000190024"}]}
    "#);
    let many = format!("{path}?fields={}", ["id"; 51].join(","));
    assert_eq!(refused(&world, "admin", &many).code(), "LIMIT_EXCEEDED");
}

#[test]
fn the_lock_is_unknown_another_record_s_or_there_is_none() {
    let world = World::demo();
    let locks = format!("{}/Locking_Information__s", world.path("locked"));
    assert_snapshot!(refused(&world, "admin", &format!("{locks}/1")), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":3},"message":"the related id given seems to be invalid","status":"error"}
    "#);
    for id in ["x", "0", &world.lock_id("locked_automatically")] {
        let exchange = refused(&world, "admin", &format!("{locks}/{id}"));
        assert_eq!(exchange.json()["details"]["resource_path_index"], 3, "{id}");
    }
    let free = format!("{}/Locking_Information__s/1", world.path("with_photo"));
    assert_snapshot!(refused(&world, "admin", &free), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{},"message":"relation not found","status":"error"}
    "#);
}

#[test]
fn the_record_is_unknown_not_shared_or_cannot_be_locked() {
    let world = World::enlarged();
    let unknown = "/crm/v8/Leads/3652397000000990099/Locking_Information__s/1";
    assert_eq!(
        refused(&world, "admin", unknown).json()["details"]["resource_path_index"],
        1
    );
    let locked = world.lock_path("locked");
    assert_eq!(
        refused(&world, "stranger", &locked).code(),
        "AUTHORIZATION_FAILED"
    );
    let account = format!("{}/Locking_Information__s/1", world.path("account"));
    assert_eq!(refused(&world, "admin", &account).code(), "NOT_ALLOWED");
    assert_eq!(
        refused(&world, "leads_without_locks", &locked).code(),
        "OAUTH_SCOPE_MISMATCH"
    );
    assert_eq!(refused(&world, "nothing", &locked).code(), "NO_PERMISSION");
}
