//! `GET /crm/v8/Deals/{record_id}/Contact_Roles/{related_id}`.

use crate::world::World;

#[test]
fn a_contact_s_part_is_read() {
    let world = World::demo();
    let admin = world.actor("admin");
    let path = format!(
        "{}/Contact_Roles/{}",
        world.path("deal"),
        world.id("private_of_other")
    );
    assert_eq!(admin.get(&path).status, 204);
    let body = r#"{"data":[{"Contact_Role":"Purchasing"}]}"#;
    assert_eq!(admin.put(&path, body).status, 200);
    let read = admin.get(&path).json()["data"][0].clone();
    assert_eq!(read["Contact_Role"]["name"], "Purchasing");
    assert_eq!(read["id"], world.id("private_of_other").as_str());
}
