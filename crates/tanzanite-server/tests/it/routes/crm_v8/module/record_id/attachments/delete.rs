//! `DELETE /crm/v8/{module}/{record_id}/Attachments?ids=`.

use super::{attach, path};
use crate::world::World;
use insta::assert_snapshot;

#[test]
fn attachments_of_the_record_are_deleted() {
    let world = World::demo();
    let (own, other) = (
        attach(&world, "with_photo", b"a"),
        attach(&world, "account", b"b"),
    );
    let target = format!("{}?ids={own},{other}", path(&world, "with_photo"));
    assert_snapshot!(world.actor("admin").delete(&target), @r#"
    207
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190048"},"message":"record deleted","status":"success"},{"code":"INVALID_DATA","details":{"id":"3652397000000190049"},"message":"record not deleted","status":"error"}]}
    "#);
    assert_eq!(
        world
            .actor("admin")
            .get(&format!("{}/{other}", path(&world, "account")))
            .body,
        &b"b"[..]
    );
}
