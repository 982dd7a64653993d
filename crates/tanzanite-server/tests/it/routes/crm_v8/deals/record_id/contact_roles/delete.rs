//! `DELETE /crm/v8/Deals/{record_id}/Contact_Roles?ids=`.

use crate::world::World;

#[test]
fn parts_are_taken_away_by_ids() {
    let world = World::demo();
    let admin = world.actor("admin");
    let path = format!("{}/Contact_Roles", world.path("deal"));
    let contact = world.id("private_of_other");
    let body = r#"{"data":[{"Contact_Role":"Purchasing"}]}"#;
    assert_eq!(admin.put(&format!("{path}/{contact}"), body).status, 200);
    assert_eq!(admin.delete(&format!("{path}?ids={contact}")).status, 200);
    let again = world.refused(|world| {
        world
            .actor("admin")
            .delete(&format!("{path}?ids={contact}"))
    });
    assert_eq!(again.json()["data"][0]["message"], "relation not found");
}
