//! `DELETE /crm/v8/Notes?ids=`: several notes.

use super::{note, titles};
use crate::world::World;
use insta::assert_snapshot;

#[test]
fn notes_are_deleted_one_by_one() {
    let world = World::demo();
    let (first, second) = (
        note(&world, "with_photo", "A"),
        note(&world, "account", "B"),
    );
    let path = format!(
        "/crm/v8/Notes?ids={first},{},{first}",
        world.id("with_photo")
    );
    assert_snapshot!(world.actor("admin").delete(&path), @r#"
    207
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190048"},"message":"record deleted","status":"success"},{"code":"INVALID_DATA","details":{"id":"3652397000000190018"},"message":"record not deleted","status":"error"},{"code":"INVALID_DATA","details":{"id":"3652397000000190048"},"message":"record not deleted","status":"error"}]}
    "#);
    assert_eq!(
        titles(&world, "admin", "/crm/v8/Notes?fields=Note_Title"),
        ["B"]
    );
    let other = format!("/crm/v8/Notes?ids={second}");
    assert_snapshot!(world.refused(|world| world.actor("stranger").delete(&other)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to delete records","status":"error"}]}
    "#);
}

#[test]
fn ids_are_needed() {
    let world = World::demo();
    let refused = |path: &str| {
        world
            .refused(|world| world.actor("admin").delete(path))
            .code()
    };
    assert_eq!(refused("/crm/v8/Notes"), "REQUIRED_PARAM_MISSING");
    assert_eq!(refused("/crm/v8/Notes?ids=x"), "UNABLE_TO_PARSE_DATA_TYPE");
}
