//! `POST /crm/v8/{module}/actions/remove_tags`.

use crate::world::World;
use serde_json::json;

#[test]
fn records_lose_tags() {
    let world = World::demo();
    world.tag_record("with_photo", &["one", "two"]);
    world.tag_record("without_photo", &["one"]);
    let ids = [world.id("with_photo"), world.id("without_photo")];
    let body = json!({ "tags": [{ "name": "one" }], "ids": ids }).to_string();
    let removed = world
        .actor("admin")
        .post("/crm/v8/Leads/actions/remove_tags", &body);
    assert_eq!(
        (removed.status, &removed.json()["locked_count"]),
        (200, &json!("0")),
        "{removed}"
    );
    assert_eq!(world.tags_of("with_photo"), ["two"]);
    assert_eq!(world.tags_of("without_photo"), Vec::<String>::new());
}
