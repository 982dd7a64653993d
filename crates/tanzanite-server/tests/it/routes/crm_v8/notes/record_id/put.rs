//! `PUT /crm/v8/Notes/{id}`.

use crate::routes::crm_v8::notes::note;
use crate::world::World;
use insta::assert_snapshot;

const TITLE: &str = r#"{"data":[{"Note_Title":"Second"}]}"#;

#[test]
fn a_note_is_changed() {
    let world = World::demo();
    let path = format!("/crm/v8/Notes/{}", note(&world, "with_photo", "First"));
    assert_snapshot!(world.actor("admin").put(&path, TITLE), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"Modified_Time":"[now]","Modified_By":{"name":"Mara Lindqvist","id":"3652397000000190008"},"Created_Time":"[now]","id":"3652397000000190048","Created_By":{"name":"Mara Lindqvist","id":"3652397000000190008"}},"message":"record updated","status":"success"}]}
    "#);
    assert_eq!(world.record(&path)["Note_Title"], "Second");
    assert_eq!(world.record(&path)["Note_Content"], "It rained.");
}

#[test]
fn an_unknown_note_is_refused() {
    let world = World::demo();
    for id in ["1", "x", &world.id("with_photo")] {
        let path = format!("/crm/v8/Notes/{id}");
        let refused = world.refused(|world| world.actor("admin").put(&path, TITLE));
        assert_eq!(refused.code(), "INVALID_DATA", "{id}: {refused}");
    }
}
