//! `DELETE /crm/v8/{module}/{record_id}/Attachments/{attachment_id}`.

use super::super::{attach, link, path};
use crate::world::World;
use insta::assert_snapshot;

#[test]
fn a_file_and_a_link_are_deleted_once() {
    let world = World::demo();
    for id in [
        attach(&world, "with_photo", b"a"),
        link(&world, "with_photo"),
    ] {
        let target = format!("{}/{id}", path(&world, "with_photo"));
        assert_eq!(world.actor("admin").delete(&target).status, 200);
        let again = world.refused(|world| world.actor("admin").delete(&target));
        assert_eq!(again.json()["details"]["resource_path_index"], 3, "{again}");
        assert_eq!(again.json()["message"], "record not deleted", "{again}");
    }
    let id = attach(&world, "account", b"a");
    let target = format!("{}/{id}", path(&world, "account"));
    assert_snapshot!(world.refused(|world| world.actor("stranger").delete(&target)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to delete related records data","status":"error"}
    "#);
    assert_snapshot!(world.actor("admin").delete(&target), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190050"},"message":"record deleted","status":"success"}]}
    "#);
}
