//! `DELETE /crm/v8/{module}/{record_id}/Notes?ids=`.

use crate::routes::crm_v8::notes::{note, titles};
use crate::world::World;
use insta::assert_snapshot;

#[test]
fn notes_of_the_record_are_deleted() {
    let world = World::demo();
    let (own, other) = (
        note(&world, "with_photo", "A"),
        note(&world, "account", "B"),
    );
    let path = format!("{}/Notes?ids={own},{other},{own}", world.path("with_photo"));
    assert_snapshot!(world.actor("admin").delete(&path), @r#"
    207
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190048"},"message":"record deleted","status":"success"},{"code":"INVALID_DATA","details":{"id":"3652397000000190049"},"message":"record not deleted","status":"error"},{"code":"INVALID_DATA","details":{"id":"3652397000000190048"},"message":"record not deleted","status":"error"}]}
    "#);
    assert_eq!(
        titles(&world, "admin", "/crm/v8/Notes?fields=Note_Title"),
        ["B"]
    );
    let path = format!("{}/Notes?ids={other}", world.path("account"));
    assert_snapshot!(world.refused(|world| world.actor("stranger").delete(&path)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"code":"AUTHORIZATION_FAILED","details":{},"message":"User does not have sufficient privilege to delete related records data","status":"error"}
    "#);
}
