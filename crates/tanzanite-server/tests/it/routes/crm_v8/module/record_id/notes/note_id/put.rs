//! `PUT /crm/v8/{module}/{record_id}/Notes/{note_id}`.

use crate::routes::crm_v8::notes::note;
use crate::world::World;
use insta::assert_snapshot;

const TITLE: &str = r#"{"data":[{"id":"1","Note_Title":"Second"}]}"#;

#[test]
fn a_note_is_changed_by_the_record_on_which_it_hangs() {
    let world = World::demo();
    let id = note(&world, "with_photo", "First");
    let path = |key: &str, id: &str| format!("{}/Notes/{id}", world.path(key));
    assert_snapshot!(world.actor("admin").put(&path("with_photo", &id), TITLE), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190048","Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008"}},"message":"record updated","status":"success"}]}
    "#);
    assert_eq!(
        world.record(&format!("/crm/v8/Notes/{id}"))["Note_Title"],
        "Second"
    );
    assert_snapshot!(world.refused(|world| world.actor("admin").put(&path("account", &id), TITLE)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"INVALID_DATA","details":{"resource_path_index":3},"message":"the related id given seems to be invalid","status":"error"}
    "#);
    let malformed = world.refused(|world| world.actor("admin").put(&path("account", "x"), TITLE));
    assert_eq!(malformed.code(), "INVALID_DATA");
}
