//! Where the versions of the API answer differently about records.

use crate::world::World;
use serde_json::{Value, json};

fn keys(object: &Value) -> Vec<&str> {
    let object = object.as_object().expect("an object");
    object.keys().map(String::as_str).collect()
}

#[test]
fn a_list_of_v2_has_no_page_tokens() {
    let world = World::demo();
    let info = |version: &str| {
        let path = format!("/crm/{version}/Leads?fields=Last_Name&per_page=2");
        world.actor("admin").get(&path).json()["info"].take()
    };
    for version in ["v2", "v2.1"] {
        let names = [
            "per_page",
            "count",
            "sort_by",
            "page",
            "sort_order",
            "more_records",
        ];
        assert_eq!(keys(&info(version)), names, "{version}");
    }
    for version in ["v3", "v8"] {
        let info = info(version);
        assert_eq!(keys(&info).len(), 11, "{version}");
        assert!(info["next_page_token"].is_string(), "{version}");
    }
}

#[test]
fn the_details_of_a_write_of_v2_have_no_approval() {
    let world = World::demo();
    let body = json!({ "data": [{ "Last_Name": "New" }] }).to_string();
    let details = |version: &str| {
        let made = world
            .actor("admin")
            .post(&format!("/crm/{version}/Leads"), &body);
        let made = made.json()["data"][0]["details"].take();
        let path = format!(
            "/crm/{version}/Leads/{}",
            made["id"].as_str().expect("an id")
        );
        let changed = world.actor("admin").put(&path, &body).json()["data"][0]["details"].take();
        assert_eq!(keys(&made), keys(&changed), "{version}");
        made
    };
    let of_v2 = [
        "Modified_Time",
        "Modified_By",
        "Created_Time",
        "id",
        "Created_By",
    ];
    for version in ["v2", "v2.1"] {
        assert_eq!(keys(&details(version)), of_v2, "{version}");
    }
    for version in ["v3", "v8"] {
        assert_eq!(details(version)["$approval_state"], "approved", "{version}");
    }
}

#[test]
fn refused_items_of_v2_come_with_a_success_s_status() {
    let world = World::demo();
    let actor = world.actor("admin");
    let (sound, wrong) = (json!({ "Last_Name": "New" }), json!({ "Last_Name": 7 }));
    for (version, items, status) in [
        ("v2", vec![&wrong], 202),
        ("v2.1", vec![&wrong, &wrong], 202),
        ("v2", vec![&sound, &wrong], 202),
        ("v2", vec![&sound], 201),
        ("v3", vec![&wrong], 400),
        ("v8", vec![&sound, &wrong], 207),
    ] {
        let body = json!({ "data": items }).to_string();
        let exchange = actor.post(&format!("/crm/{version}/Leads"), &body);
        assert_eq!(exchange.status, status, "{version} {body}");
        let answers = exchange.json();
        for (item, answer) in items
            .iter()
            .zip(answers["data"].as_array().expect("answers"))
        {
            let code = if *item == &sound {
                "SUCCESS"
            } else {
                "INVALID_DATA"
            };
            assert_eq!(answer["code"], code, "{version} {body}");
        }
    }
    // A status of its own that the items have in common stays.
    let id = world.insert("Leads", &[sound]).remove(0);
    let path = format!("/crm/v2/Leads/{id}");
    let body = json!({ "data": [{ "Last_Name": "Late" }] }).to_string();
    let late = actor.send(
        "PUT",
        &path,
        &[("If-Unmodified-Since", "2001-01-01T00:00:00+00:00")],
        body.as_bytes(),
    );
    assert_eq!(late.status, 412);
}
