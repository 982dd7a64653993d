//! `GET /crm/v8/{module}/{record_id}/Notes/{note_id}`.

use crate::routes::crm_v8::notes::note;
use crate::world::World;
use insta::assert_snapshot;

#[test]
fn a_note_is_read_by_the_record_on_which_it_hangs() {
    let world = World::demo();
    let id = note(&world, "with_photo", "First");
    let path = |key: &str, id: &str| format!("{}/Notes/{id}?fields=Note_Title", world.path(key));
    let admin = world.actor("admin");
    assert_snapshot!(admin.get(&path("with_photo", &id)), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"data":[{"Note_Title":"First","id":"3652397000000190048"}]}
    "#);
    assert_eq!(admin.get(&path("account", &id)).status, 204);
    assert_eq!(admin.get(&path("with_photo", "1")).status, 204);
    assert_eq!(admin.get(&path("with_photo", "x")).status, 204);
    let future = [("If-Modified-Since", "2099-01-01T00:00:00+00:00")];
    assert_eq!(
        admin
            .send("GET", &path("with_photo", &id), &future, b"")
            .status,
        304
    );
}
