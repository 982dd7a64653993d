//! Fields that a profile hides or only shows, wherever a field can appear.

use crate::world::{World, png};
use serde_json::{Value, json};

const PROFILE: &str = r#"
[[profile]]
name = "Closed Fields"
permissions = ["view", "create", "edit", "delete"]
hidden = { Leads = ["Annual_Revenue", "Email"] }
read_only = { Leads = ["Rating"] }

[[user]]
email = "cleo.closed@example.com"
first_name = "Cleo"
last_name = "Closed"
profile = "Closed Fields"
role = "CEO"

[[token]]
name = "closed_fields"
kind = "access"
user = "cleo.closed@example.com"
scopes = ["ZohoCRM.modules.ALL", "ZohoCRM.settings.ALL", "ZohoSearch.securesearch.READ"]
lifetime = "never"
"#;

/// A lead of hers that the administrator has made, with values that the profile closes.
fn lead(world: &World) -> String {
    let users = world
        .actor("admin")
        .get("/crm/v8/users?type=AllUsers")
        .json();
    let mut users = users["users"].as_array().expect("users").iter();
    let owner = users
        .find(|user| user["first_name"] == "Cleo")
        .expect("Cleo");
    let item = json!({
        "Owner": owner["id"], "Last_Name": "Open", "Annual_Revenue": 5000, "Email": "hidden@example.com", "Rating": "Active",
    });
    world.insert("Leads", &[item]).remove(0)
}

/// Every path that shows a record, with no fields named, and with each of the three.
fn shown(id: &str) -> Vec<String> {
    let fields = "fields=Last_Name,Annual_Revenue,Email,Rating";
    vec![
        format!("/crm/v8/Leads/{id}"),
        format!("/crm/v8/Leads/{id}?{fields}"),
        format!("/crm/v8/Leads?{fields}&ids={id}"),
        format!("/crm/v2/Leads?ids={id}"),
    ]
}

#[test]
fn a_hidden_field_is_shown_nowhere_and_one_to_read_is_shown() {
    let world = World::demo_and(PROFILE);
    let id = lead(&world);
    for path in shown(&id) {
        let closed = world.actor("closed_fields").get(&path).json();
        let open = world.actor("admin").get(&path).json();
        for name in ["Annual_Revenue", "Email"] {
            assert_eq!(closed["data"][0].get(name), None, "{path}");
            assert!(!open["data"][0][name].is_null(), "{path}");
        }
        assert_eq!(closed["data"][0]["Rating"], "Active", "{path}");
    }
}

#[test]
fn a_field_that_is_not_open_is_not_written_and_nothing_else_of_the_item_is() {
    let world = World::demo_and(PROFILE);
    let id = lead(&world);
    let path = format!("/crm/v8/Leads/{id}");
    let before = world.record(&path);
    for (name, value) in [
        ("Annual_Revenue", json!(1)),
        ("Annual_Revenue", Value::Null),
        ("Email", json!("no address")),
        ("Rating", json!("Acquired")),
    ] {
        let item = json!({ "id": id, "Last_Name": "Changed", name: value });
        let body = json!({ "data": [item] }).to_string();
        let actor = world.actor("closed_fields");
        for exchange in [
            actor.put("/crm/v8/Leads", &body),
            actor.put(&path, &body),
            actor.post("/crm/v8/Leads", &body),
        ] {
            let answer = exchange.json();
            let answer = answer.get("data").map_or(&answer, |data| &data[0]);
            assert_eq!(answer["code"], "NO_PERMISSION", "{name}: {answer}");
            let details = json!({ "api_name": name, "json_path": format!("$.data[0].{name}") });
            assert_eq!(answer["details"], details);
        }
    }
    assert_eq!(world.record(&path), before);
    let open = json!({ "data": [{ "Last_Name": "Changed" }] }).to_string();
    let changed = world.actor("closed_fields").put(&path, &open);
    assert_eq!(changed.status, 200);
    let after = world.record(&path);
    assert_eq!(after["Last_Name"], "Changed");
    assert_eq!(after["Annual_Revenue"], before["Annual_Revenue"]);
}

#[test]
fn the_metadata_say_which_fields_are_open_to_whom() {
    let world = World::demo_and(PROFILE);
    let field = |actor: &str, name: &str| {
        let metadata = world
            .actor(actor)
            .get("/crm/v8/settings/fields?module=Leads");
        let json = metadata.json();
        let fields = json["fields"].as_array().expect("fields");
        let field = fields.iter().find(|field| field["api_name"] == name);
        field.expect(name).clone()
    };
    let open = |field: &Value| {
        let view = &field["view_type"];
        (
            field["visible"].clone(),
            view["view"].clone(),
            view["edit"].clone(),
            field["read_only"].clone(),
        )
    };
    for (actor, name, expected) in [
        ("closed_fields", "Email", [false, false, false, false]),
        ("closed_fields", "Rating", [true, true, false, true]),
        ("closed_fields", "Company", [true, true, true, false]),
        ("admin", "Email", [true, true, true, false]),
    ] {
        let [visible, view, edit, read_only] = expected.map(Value::from);
        let found = field(actor, name);
        assert_eq!(
            open(&found),
            (visible, view, edit, read_only),
            "{actor} {name}"
        );
        let profiles = found["profiles"].as_array().expect("profiles");
        let words: Vec<(&str, &str)> = profiles
            .iter()
            .filter_map(|profile| {
                Some((
                    profile["name"].as_str()?,
                    profile["permission_type"].as_str()?,
                ))
            })
            .filter(|(name, _)| ["Closed Fields", "Standard"].contains(name))
            .collect();
        let closed = match name {
            "Email" => "hidden",
            "Rating" => "read_only",
            _ => "read_write",
        };
        assert_eq!(
            words,
            [("Standard", "read_write"), ("Closed Fields", closed)],
            "{name}"
        );
    }
}

#[test]
fn nobody_learns_by_a_search_what_a_hidden_field_has() {
    let world = World::demo_and(PROFILE);
    lead(&world);
    let search = |actor: &str, query: &str| {
        world
            .actor(actor)
            .get(&format!("/crm/v8/Leads/search?{query}"))
    };
    for (query, closed) in [
        ("criteria=(Email:equals:hidden@example.com)", 400),
        ("criteria=(Annual_Revenue:greater_than:4999)", 400),
        ("email=hidden@example.com", 204),
        ("word=hidden", 204),
    ] {
        assert_eq!(search("admin", query).status, 200, "{query}");
        assert_eq!(search("closed_fields", query).status, closed, "{query}");
    }
}

#[test]
fn a_photo_is_closed_with_its_field() {
    const PHOTOS: &str = r#"
[[profile]]
name = "Photos Shown"
permissions = ["view", "create", "edit", "delete"]
read_only = { Leads = ["Record_Image"] }

[[profile]]
name = "Photos Hidden"
permissions = ["view", "create", "edit", "delete"]
hidden = { Leads = ["Record_Image"] }

[[user]]
email = "shown@example.com"
last_name = "Shown"
profile = "Photos Shown"
role = "CEO"

[[user]]
email = "hidden@example.com"
last_name = "Hidden"
profile = "Photos Hidden"
role = "CEO"

[[token]]
name = "photos_shown"
kind = "access"
user = "shown@example.com"
scopes = ["ZohoCRM.modules.ALL"]
lifetime = "never"

[[token]]
name = "photos_hidden"
kind = "access"
user = "hidden@example.com"
scopes = ["ZohoCRM.modules.ALL"]
lifetime = "never"
"#;
    let world = World::demo_and(PHOTOS);
    let photo = format!("/crm/v8/Leads/{}/photo", world.id("with_photo"));
    assert_eq!(world.actor("photos_shown").get(&photo).status, 200);
    let hidden = world.refused(|world| world.actor("photos_hidden").get(&photo));
    assert_eq!(
        (hidden.status, hidden.code().as_str()),
        (403, "NO_PERMISSION")
    );
    for actor in ["photos_shown", "photos_hidden"] {
        let kept = world.refused(|world| world.actor(actor).delete(&photo));
        assert_eq!(
            kept.json(),
            json!({
                "code": "NO_PERMISSION", "details": {}, "message": "Permission denied to delete images", "status": "error",
            })
        );
        let upload = world.refused(|world| world.actor(actor).upload(&photo, &png(1, 1, 100)));
        assert_eq!(
            (upload.status, upload.code().as_str()),
            (403, "NO_PERMISSION")
        );
    }
}
