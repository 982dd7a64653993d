//! `DELETE /crm/v8/Notes/{id}`.

use crate::routes::crm_v8::notes::note;
use crate::world::World;
use insta::assert_snapshot;

#[test]
fn a_note_is_deleted_once() {
    let world = World::demo();
    let path = format!("/crm/v8/Notes/{}", note(&world, "with_photo", "First"));
    assert_snapshot!(world.actor("admin").delete(&path), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190048"},"message":"record deleted","status":"success"}]}
    "#);
    assert_snapshot!(world.refused(|world| world.actor("admin").delete(&path)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":1},"message":"record not deleted","status":"error"}
    "#);
    assert_eq!(world.actor("admin").get(&path).status, 204);
}
