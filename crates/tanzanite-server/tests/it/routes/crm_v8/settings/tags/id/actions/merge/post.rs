//! `POST /crm/v8/settings/tags/{id}/actions/merge`.

use crate::world::World;
use serde_json::json;

fn path(tag: &str) -> String {
    format!("/crm/v8/settings/tags/{tag}/actions/merge")
}

fn merging(tag: &str) -> String {
    json!({ "tags": [{ "conflict_id": tag }] }).to_string()
}

#[test]
fn the_records_of_both_have_the_one_that_stays() {
    let world = World::demo();
    world.tag_record("with_photo", &["kept", "goes"]);
    world.tag_record("without_photo", &["goes"]);
    let list = world
        .actor("admin")
        .get("/crm/v8/settings/tags?module=Leads")
        .json();
    let id = |name: &str| {
        let tags = list["tags"].as_array().expect("tags");
        crate::world::text(&tags.iter().find(|tag| tag["name"] == name).expect("a tag")["id"])
    };
    let merged = world
        .actor("admin")
        .post(&path(&id("kept")), &merging(&id("goes")));
    assert_eq!(merged.status, 200, "{merged}");
    let item = merged.json()["tags"][0].clone();
    assert_eq!(
        (&item["message"], &item["details"]["id"]),
        (&json!("tags merged successfully"), &json!(id("kept")))
    );
    for key in ["with_photo", "without_photo"] {
        assert_eq!(world.tags_of(key), ["kept"]);
    }
    let list = world
        .actor("admin")
        .get("/crm/v8/settings/tags?module=Leads")
        .json();
    assert_eq!(list["info"]["count"], 1, "{list}");
}

#[test]
fn tags_that_cannot_be_merged_are_refused() {
    let world = World::demo();
    let (one, other) = (world.tag("one"), world.tag_of("Contacts", "other"));
    for (path, body, code) in [
        (path("999999999999999999"), merging(&one), "INVALID_DATA"),
        (path("x"), merging(&one), "INVALID_DATA"),
        (path(&one), merging("999999999999999999"), "INVALID_DATA"),
        (path(&one), merging(&one), "INVALID_DATA"),
        (path(&one), merging(&other), "INVALID_DATA"),
        (
            path(&one),
            json!({ "tags": [{}] }).to_string(),
            "MANDATORY_NOT_FOUND",
        ),
        (
            path(&one),
            json!({ "tags": [] }).to_string(),
            "INVALID_DATA",
        ),
        (path(&one), "x".to_owned(), "INVALID_DATA"),
    ] {
        let refused = world.refused(|world| world.actor("admin").post(&path, &body));
        assert_eq!(refused.code(), code, "{path} {body}: {refused}");
    }
}
