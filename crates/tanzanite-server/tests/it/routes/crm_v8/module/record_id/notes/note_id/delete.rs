//! `DELETE /crm/v8/{module}/{record_id}/Notes/{note_id}`.

use crate::routes::crm_v8::notes::note;
use crate::world::World;
use insta::assert_snapshot;

#[test]
fn a_note_is_deleted_by_the_record_on_which_it_hangs() {
    let world = World::demo();
    let id = note(&world, "with_photo", "First");
    let path = |key: &str| format!("{}/Notes/{id}", world.path(key));
    assert_snapshot!(world.refused(|world| world.actor("admin").delete(&path("account"))), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":3},"message":"record not deleted","status":"error"}
    "#);
    assert_snapshot!(world.actor("admin").delete(&path("with_photo")), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190048"},"message":"record deleted","status":"success"}]}
    "#);
    assert_eq!(
        world
            .actor("admin")
            .get(&format!("/crm/v8/Notes/{id}"))
            .status,
        204
    );
}
