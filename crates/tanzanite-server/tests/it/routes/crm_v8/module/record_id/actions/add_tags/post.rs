//! `POST /crm/v8/{module}/{record_id}/actions/add_tags`.

use crate::world::World;
use serde_json::{Value, json};

fn path(world: &World, key: &str) -> String {
    format!("{}/actions/add_tags", world.path(key))
}

#[test]
fn tags_are_added_and_shown_and_a_new_name_makes_a_tag() {
    let world = World::demo();
    let known = world.tag("Known");
    let body = json!({ "tags": [{ "name": "known" }, { "name": "New", "color_code": "#F17574" }] })
        .to_string();
    let added = world
        .actor("admin")
        .post(&path(&world, "with_photo"), &body);
    assert_eq!(added.status, 200, "{added}");
    let answer = added.json();
    let item = &answer["data"][0];
    assert_eq!(
        (&item["code"], &item["message"]),
        (&json!("SUCCESS"), &json!("tags updated successfully"))
    );
    assert_eq!(item["details"]["id"], world.id("with_photo"));
    let tags = item["details"]["tags"].as_array().expect("tags");
    assert_eq!(
        tags[0],
        json!({ "name": "Known", "id": known, "color_code": "#57B1FD" })
    );
    assert_eq!(
        (&tags[1]["name"], &tags[1]["color_code"]),
        (&json!("New"), &json!("#F17574"))
    );
    assert_eq!(
        &world.record(&world.path("with_photo"))["Tag"],
        &item["details"]["tags"]
    );
    let list = world.actor("admin").get("/crm/v8/Leads?fields=Tag").json();
    let tagged = list["data"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|record| record["Tag"] != json!([]))
        .count();
    assert_eq!(tagged, 1, "{list}");
    // Up to v2.1 a record's tags have no colour.
    let old = world
        .actor("admin")
        .get(&world.path("with_photo").replace("/v8/", "/v2/"))
        .json();
    assert_eq!(
        old["data"][0]["Tag"][0],
        json!({ "name": "Known", "id": known })
    );
}

#[test]
fn tags_that_the_record_has_stay_unless_they_are_overwritten() {
    let world = World::demo();
    world.tag_record("with_photo", &["one", "two"]);
    world.tag_record("with_photo", &["two", "three"]);
    assert_eq!(world.tags_of("with_photo"), ["one", "two", "three"]);
    let body = json!({ "tags": [{ "name": "four" }], "over_write": true }).to_string();
    assert_eq!(
        world
            .actor("admin")
            .post(&path(&world, "with_photo"), &body)
            .status,
        200
    );
    assert_eq!(world.tags_of("with_photo"), ["four"]);
    let query = format!("{}?over_write=true", path(&world, "with_photo"));
    let body = json!({ "tags": [{ "name": "five" }] }).to_string();
    assert_eq!(world.actor("admin").post(&query, &body).status, 200);
    assert_eq!(world.tags_of("with_photo"), ["five"]);
}

#[test]
fn old_versions_name_tags_in_the_query_or_a_form() {
    let world = World::demo();
    let old = path(&world, "with_photo").replace("/v8/", "/v2/");
    let added = world
        .actor("admin")
        .post(&format!("{old}?tag_names=one,two%20words"), "");
    assert_eq!(added.status, 200, "{added}");
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let old = old.replace("/v2/", "/v2.1/");
    let added = world
        .actor("admin")
        .send("POST", &old, &form, b"tag_names=three");
    assert_eq!(added.status, 200, "{added}");
    assert_eq!(world.tags_of("with_photo"), ["one", "two words", "three"]);
}

#[test]
fn what_cannot_be_a_tag_is_refused_with_its_place() {
    let world = World::demo();
    let path = path(&world, "with_photo");
    let place = |name: &str, path: &str| json!({ "api_name": name, "json_path": path });
    let many: Vec<Value> = (0..21)
        .map(|number| json!({ "name": number.to_string() }))
        .collect();
    for (tags, code, details) in [
        (
            json!([]),
            "INVALID_DATA",
            json!({ "api_name": "tags", "json_path": "$.tags", "minimum_length": 1 }),
        ),
        (
            json!(many),
            "INVALID_DATA",
            json!({ "api_name": "tags", "json_path": "$.tags", "maximum_length": 20 }),
        ),
        (
            json!([{}]),
            "MANDATORY_NOT_FOUND",
            place("name", "$.tags[0].name"),
        ),
        (
            json!([{ "name": null }]),
            "MANDATORY_NOT_FOUND",
            place("name", "$.tags[0].name"),
        ),
        (
            json!([{ "name": "x".repeat(26) }]),
            "INVALID_DATA",
            json!({ "maximum_length": 25, "api_name": "name", "json_path": "$.tags[0].name" }),
        ),
        (
            json!([{ "id": "x" }]),
            "INVALID_DATA",
            place("id", "$.tags[0].id"),
        ),
    ] {
        let refused = world.refused(|world| {
            world
                .actor("admin")
                .post(&path, &json!({ "tags": tags }).to_string())
        });
        assert_eq!(
            (refused.code().as_str(), &refused.json()["details"]),
            (code, &details),
            "{refused}"
        );
    }
    let unknown =
        json!({ "tags": [{ "name": "new" }, { "id": "999999999999999999" }] }).to_string();
    let refused = world.refused(|world| world.actor("admin").post(&path, &unknown));
    assert_eq!(
        refused.json()["data"][0]["code"],
        "INVALID_DATA",
        "{refused}"
    );
}

#[test]
fn a_record_has_twenty_tags_at_most() {
    let world = World::demo();
    let names: Vec<String> = (0..20).map(|number| format!("tag {number}")).collect();
    world.tag_record(
        "with_photo",
        &names.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let body = json!({ "tags": [{ "name": "one more" }] }).to_string();
    let refused =
        world.refused(|world| world.actor("admin").post(&path(world, "with_photo"), &body));
    assert_eq!(
        refused.json()["data"][0]["code"],
        "LIMIT_EXCEEDED",
        "{refused}"
    );
}

#[test]
fn profile_sharing_and_lock_decide() {
    let world = World::enlarged();
    let body = json!({ "tags": [{ "name": "x" }] }).to_string();
    for (actor, key, code) in [
        ("nothing", "with_photo", "NO_PERMISSION"),
        ("stranger", "with_photo", "AUTHORIZATION_FAILED"),
    ] {
        let refused = world.refused(|world| world.actor(actor).post(&path(world, key), &body));
        let json = refused.json();
        let found = json["data"][0]["code"].as_str().or(json["code"].as_str());
        assert_eq!(found, Some(code), "{refused}");
    }
    let unknown = "/crm/v8/Leads/999999999999999999/actions/add_tags";
    assert_eq!(
        world
            .refused(|world| world.actor("admin").post(unknown, &body))
            .code(),
        "INVALID_DATA"
    );
}
