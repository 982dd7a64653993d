//! `GET /crm/v8/Contacts/roles/{id}`.

use crate::world::{World, text};

#[test]
fn a_part_is_read_by_its_id() {
    let world = World::demo();
    let admin = world.actor("admin");
    let all = admin.get("/crm/v8/Contacts/roles").json();
    let id = text(&all["contact_roles"][2]["id"]);
    let one = admin.get(&format!("/crm/v8/Contacts/roles/{id}")).json();
    assert_eq!(one["contact_roles"][0], all["contact_roles"][2]);
    assert_eq!(admin.get("/crm/v8/Contacts/roles/1").status, 204);
}
