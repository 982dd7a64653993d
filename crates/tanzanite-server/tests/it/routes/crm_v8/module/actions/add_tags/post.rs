//! `POST /crm/v8/{module}/actions/add_tags`.

use crate::world::World;
use serde_json::json;

#[test]
fn records_get_tags_and_each_that_cannot_says_why() {
    let world = World::demo();
    let ids = [
        world.id("with_photo"),
        "999999999999999999".to_owned(),
        world.id("locked"),
        world.id("without_photo"),
    ];
    let body = json!({ "tags": [{ "name": "seen" }], "ids": ids }).to_string();
    let added = world
        .actor("admin")
        .post("/crm/v8/Leads/actions/add_tags", &body);
    assert_eq!(added.status, 207, "{added}");
    let answer = added.json();
    let codes: Vec<&str> = answer["data"]
        .as_array()
        .expect("answers")
        .iter()
        .filter_map(|item| item["code"].as_str())
        .collect();
    assert_eq!(
        (codes[0], codes[1], codes[3]),
        ("SUCCESS", "INVALID_DATA", "SUCCESS"),
        "{added}"
    );
    assert_eq!(
        answer["data"][1]["details"],
        json!({ "api_name": "ids", "json_path": "$.ids[1]" })
    );
    let count = |key: &str| {
        answer[key]
            .as_str()
            .and_then(|count| count.parse::<usize>().ok())
    };
    assert_eq!(
        count("success_count"),
        Some(codes.iter().filter(|code| **code == "SUCCESS").count())
    );
    assert_eq!(
        count("locked_count"),
        Some(
            codes
                .iter()
                .filter(|code| **code == "RECORD_LOCKED")
                .count()
        )
    );
    assert_eq!(world.tags_of("with_photo"), ["seen"]);
    assert_eq!(world.tags_of("without_photo"), ["seen"]);
}

#[test]
fn records_must_be_named() {
    let world = World::demo();
    let path = "/crm/v8/Leads/actions/add_tags";
    for (body, code) in [
        (json!({ "tags": [{ "name": "x" }] }), "MANDATORY_NOT_FOUND"),
        (
            json!({ "tags": [{ "name": "x" }], "ids": [] }),
            "MANDATORY_NOT_FOUND",
        ),
        (
            json!({ "tags": [{ "name": "x" }], "ids": ["x"] }),
            "INVALID_DATA",
        ),
        (
            json!({ "tags": [{ "name": "x" }], "ids": 7 }),
            "INVALID_DATA",
        ),
        (
            json!({ "tags": [{ "name": "x" }], "ids": vec!["1"; 501] }),
            "INVALID_DATA",
        ),
    ] {
        let refused = world.refused(|world| world.actor("admin").post(path, &body.to_string()));
        assert_eq!(refused.code(), code, "{refused}");
    }
    let old = format!(
        "/crm/v2/Leads/actions/add_tags?tag_names=a,b&ids={}",
        world.id("with_photo")
    );
    assert_eq!(world.actor("admin").post(&old, "").status, 200);
    assert_eq!(world.tags_of("with_photo"), ["a", "b"]);
}
