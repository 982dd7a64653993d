//! `DELETE /crm/v8/Deals/{record_id}/Contact_Roles/{related_id}`.

use crate::world::World;
use insta::assert_snapshot;

#[test]
fn a_contact_s_part_is_taken_away() {
    let world = World::demo();
    let admin = world.actor("admin");
    let path = format!(
        "{}/Contact_Roles/{}",
        world.path("deal"),
        world.id("private_of_other")
    );
    let body = r#"{"data":[{"Contact_Role":"Purchasing"}]}"#;
    assert_eq!(admin.put(&path, body).status, 200);
    assert_snapshot!(admin.delete(&path), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"code":"SUCCESS","details":{"id":"3652397000000190033"},"message":"relation removed","status":"success"}]}
    "#);
    assert_eq!(admin.get(&path).status, 204);
}
