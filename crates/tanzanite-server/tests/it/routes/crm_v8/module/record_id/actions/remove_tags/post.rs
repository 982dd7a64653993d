//! `POST /crm/v8/{module}/{record_id}/actions/remove_tags`.

use crate::world::World;
use serde_json::json;

#[test]
fn the_named_tags_go_and_the_others_are_told() {
    let world = World::demo();
    world.tag_record("with_photo", &["one", "two", "three"]);
    let path = format!("{}/actions/remove_tags", world.path("with_photo"));
    let body = json!({ "tags": [{ "name": "ONE" }, { "name": "nobody's" }] }).to_string();
    let removed = world.actor("admin").post(&path, &body);
    assert_eq!(removed.status, 200, "{removed}");
    let tags = removed.json()["data"][0]["details"]["tags"].clone();
    let names: Vec<&str> = tags
        .as_array()
        .expect("tags")
        .iter()
        .filter_map(|tag| tag["name"].as_str())
        .collect();
    assert_eq!(names, ["two", "three"]);
    assert_eq!(world.tags_of("with_photo"), ["two", "three"]);
    let old = path.replace("/v8/", "/v2/") + "?tag_names=two";
    assert_eq!(world.actor("admin").post(&old, "").status, 200);
    assert_eq!(world.tags_of("with_photo"), ["three"]);
}

#[test]
fn a_stranger_may_not() {
    let world = World::demo();
    world.tag_record("with_photo", &["one"]);
    let path = format!("{}/actions/remove_tags", world.path("with_photo"));
    let body = json!({ "tags": [{ "name": "one" }] }).to_string();
    let refused = world.refused(|world| world.actor("stranger").post(&path, &body));
    assert_eq!(
        refused.json()["data"][0]["code"],
        "AUTHORIZATION_FAILED",
        "{refused}"
    );
}
