//! `DELETE /crm/v8/settings/recycle_bin/{record_id}`: delete a record for good.

use crate::world::World;
use insta::assert_snapshot;

#[test]
fn the_record_is_gone_once_and_for_all() {
    let world = World::demo();
    let target = format!("/crm/v8/settings/recycle_bin/{}", world.id("deleted"));
    assert_snapshot!(world.actor("admin").delete(&target), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"code":"SUCCESS","details":{"id":"3652397000000190029"},"message":"record deleted","status":"success"}]}
    "#);
    assert_snapshot!(world.refused(|world| world.actor("admin").delete(&target)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"recycle_bin":[{"code":"INVALID_DATA","details":{"id":"3652397000000190029"},"message":"the id given seems to be invalid","status":"error"}]}
    "#);
    assert_eq!(world.actor("admin").get(&target).status, 204);
    let count = world
        .actor("admin")
        .get("/crm/v8/settings/recycle_bin/actions/count");
    assert_eq!(count.json()["count"], 0);
}

#[test]
fn the_id_is_none() {
    let world = World::demo();
    let target = "/crm/v8/settings/recycle_bin/none";
    assert_snapshot!(world.refused(|world| world.actor("admin").delete(target)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":2},"message":"the id given seems to be invalid","status":"error"}
    "#);
}
