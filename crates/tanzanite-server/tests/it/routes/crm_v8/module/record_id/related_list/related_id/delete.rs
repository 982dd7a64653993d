//! `DELETE /crm/v8/{module}/{record_id}/{related_list}/{related_id}`.

use crate::world::World;
use insta::assert_snapshot;

#[test]
fn a_connection_is_taken_away_once() {
    let world = World::demo();
    let admin = world.actor("admin");
    let path = format!("{}/Products/{}", world.path("account"), world.id("product"));
    assert_eq!(admin.put(&path, r#"{"data":[{}]}"#).status, 200);
    assert_eq!(
        world
            .refused(|world| world.actor("stranger").delete(&path))
            .code(),
        "AUTHORIZATION_FAILED"
    );
    assert_snapshot!(admin.delete(&path), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190038"},"message":"relation removed","status":"success"}]}
    "#);
    assert_snapshot!(world.refused(|world| world.actor("admin").delete(&path)), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"INVALID_DATA","details":{"id":"3652397000000190038"},"message":"relation not found","status":"error"}]}
    "#);
    let of_none = format!("{}/Products/x", world.path("account"));
    assert_eq!(
        world
            .refused(|world| world.actor("admin").delete(&of_none))
            .status,
        400
    );
}
