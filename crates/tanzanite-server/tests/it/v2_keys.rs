//! Bodies of v2 key by key, against what a real account answered: `../shared/facts/v2-keys.md`, which is beside the
//! project and no part of it. Without the file the test says so and looks at nothing.

use crate::world::World;
use serde_json::{Value, json};
use std::path::Path;
use tanzanite_protocol::Timestamp;

const FACTS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/facts/v2-keys.md"
);

/// Records with values wherever the recorded ones have one.
fn bodies(world: &World) -> Vec<(&'static str, Value)> {
    let at = |hour: u32| format!("2026-05-04T{hour}:00:00+02:00");
    vec![
        (
            "Accounts",
            json!({ "Account_Name": "Plane & Co", "Account_Number": "4711" }),
        ),
        (
            "Calls",
            json!({
                "Subject": "Ask", "Call_Type": "Outbound", "Call_Start_Time": at(10), "Call_Duration": "02:30",
                "Call_Duration_in_seconds": 150, "Call_Status": "Completed",
            }),
        ),
        (
            "Contacts",
            json!({ "First_Name": "Ada", "Last_Name": "Falk", "Email": "ada@example.com" }),
        ),
        (
            "Deals",
            json!({
                "Deal_Name": "Benches", "Stage": "Qualification", "Amount": 500, "Closing_Date": "2026-06-01",
                "Description": "Two",
            }),
        ),
        (
            "Events",
            json!({
                "Event_Title": "Visit", "Start_DateTime": at(10), "End_DateTime": at(11), "Venue": "Graz",
                "Description": "See the shop",
            }),
        ),
        ("Leads", json!({ "Last_Name": "Falk", "Company": "Falk" })),
        (
            "Notes",
            json!({
                "Note_Title": "Rain", "Note_Content": "It rained.", "Parent_Id": world.id("with_photo"),
                "se_module": "Leads",
            }),
        ),
        (
            "Products",
            json!({ "Product_Name": "Plane", "Product_Active": true, "Taxable": true }),
        ),
        (
            "Tasks",
            json!({
                "Subject": "Call", "Due_Date": "2026-06-01", "Status": "Not Started", "Priority": "High",
            }),
        ),
    ]
}

/// Keys that our records have and that account's have not, each with the reason.
const OURS: &[(&str, &str, &str)] = &[
    (
        "Calls",
        "CTI_Entry",
        "telephony, which that account has not",
    ),
    ("Calls", "Voice_Recording__s", "telephony"),
    ("Deals", "Pipeline", "pipelines, which that account has not"),
    ("Leads", "Favourite_Wood", "the demo's own field"),
    ("users", "type__s", "the vendor's page of v8"),
    ("users", "$current_shift", "the vendor's page of v8"),
    ("users", "$next_shift", "the vendor's page of v8"),
    ("users", "$shift_effective_from", "the vendor's page of v8"),
];

#[test]
fn records_and_users_of_v2_have_the_recorded_keys_with_the_recorded_types() {
    let Ok(facts) = std::fs::read_to_string(Path::new(FACTS)) else {
        eprintln!("SKIPPED: {FACTS} is not there, so no recorded key was compared");
        return;
    };
    let world = World::demo();
    let admin = world.actor("admin");
    let mut wrong = Vec::new();
    let mut compared = 0;
    for (module, body) in bodies(&world) {
        let made = admin.post(
            &format!("/crm/v2/{module}"),
            &json!({ "data": [body] }).to_string(),
        );
        assert_eq!(made.status, 201, "{made}");
        let made = made.json();
        let id = made["data"][0]["details"]["id"].as_str().expect("an id");
        let one = admin.get(&format!("/crm/v2/{module}/{id}")).json();
        let list = admin.get(&format!("/crm/v2/{module}?ids={id}")).json();
        for (title, record) in [
            ("one record", &one["data"][0]),
            ("list without `fields`", &list["data"][0]),
        ] {
            let recorded = keys_of(&facts, module, title);
            compared += recorded.len();
            compare(module, &recorded, record, &mut wrong);
        }
    }
    let users = admin.get("/crm/v2/users?type=CurrentUser").json();
    let recorded = keys_of(&facts, "users", "one record");
    compared += recorded.len();
    compare("users", &recorded, &users["users"][0], &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 800, "only {compared} keys were read");
}

/// The keys below a heading of the file, each with what it says of the value.
fn keys_of(facts: &str, module: &str, title: &str) -> Vec<(String, String)> {
    let heading = format!("### {module}, {title} (");
    let mut lines = facts.lines().skip_while(|line| !line.starts_with(&heading));
    let line = lines.nth(2).unwrap_or_else(|| panic!("no {heading}"));
    let keys = line.split(" · ").map(|item| {
        let mut parts = item.splitn(3, '`');
        let (key, kind) = (parts.nth(1), parts.next());
        let (key, kind) = key.zip(kind).unwrap_or_else(|| panic!("{item:?}"));
        (key.to_owned(), kind.trim().to_owned())
    });
    keys.collect()
}

fn compare(module: &str, recorded: &[(String, String)], found: &Value, wrong: &mut Vec<String>) {
    for (key, kind) in recorded {
        match found.get(key) {
            None => wrong.push(format!("{module}.{key} is missing: {kind}")),
            // One account's records: what is empty in all of them may be filled, and the other way round.
            Some(_) if kind == "null" && !key.starts_with('$') => {}
            // A note of a lead is none of a contact.
            Some(Value::String(_)) if key == "$se_module" => {}
            Some(value) if fits(kind, value) => {}
            Some(value) => wrong.push(format!("{module}.{key} is {value}, not {kind}")),
        }
    }
    for key in found
        .as_object()
        .into_iter()
        .flat_map(|object| object.keys())
    {
        let is_recorded = recorded.iter().any(|(name, _)| name == key);
        let is_explained = OURS
            .iter()
            .any(|(of, name, _)| (*of, *name) == (module, key.as_str()));
        if !is_recorded && !is_explained {
            wrong.push(format!("{module}.{key} is not recorded"));
        }
    }
}

/// Whether a value is of a kind as the file writes it: a word, a shape, a constant, or one of several.
fn fits(kind: &str, value: &Value) -> bool {
    if !kind.starts_with(['{', '[', '"']) && kind.contains(" or ") {
        return kind.split(" or ").any(|kind| fits(kind, value));
    }
    let text = value.as_str();
    match kind {
        "text" => text.is_some(),
        "id" => text.is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit())),
        "datetime" => text.is_some_and(|text| Timestamp::parse(text).is_some()),
        "date" => {
            text.is_some_and(|text| Timestamp::parse(&format!("{text}T00:00:00+00:00")).is_some())
        }
        "int" => value.is_i64(),
        "float" => value.is_f64(),
        "bool" => value.is_boolean(),
        kind => match serde_json::from_str::<Value>(kind) {
            Ok(constant) => *value == constant,
            Err(_) => has_shape(kind, value),
        },
    }
}

/// Whether an object has the members of `{name: text, id: id}`, and no others.
fn has_shape(shape: &str, value: &Value) -> bool {
    let Some(members) = value.as_object() else {
        return false;
    };
    let inner = shape.trim_start_matches('{').trim_end_matches('}');
    if inner.contains('{') {
        // A shape within a shape: its outer names alone.
        return members
            .keys()
            .all(|name| inner.contains(&format!("{name}:")));
    }
    let pairs: Vec<_> = inner
        .split(", ")
        .filter_map(|pair| pair.split_once(": "))
        .collect();
    pairs.len() == members.len()
        && pairs
            .iter()
            .all(|(name, kind)| members.get(*name).is_some_and(|value| fits(kind, value)))
}

#[test]
fn the_file_s_words_are_understood() {
    for (kind, value) in [
        ("null or text", json!("x")),
        ("{name: text, id: id}", json!({ "name": "x", "id": "1" })),
        ("[]", json!([])),
        ("\"save\"", json!("save")),
        ("int or null", json!(null)),
    ] {
        assert!(fits(kind, &value), "{kind}");
    }
    for (kind, value) in [
        ("text", json!(null)),
        ("{name: text, id: id}", json!({ "id": "1" })),
        ("\"save\"", json!("other")),
        ("false", json!(true)),
        ("datetime", json!("2026-05-04")),
    ] {
        assert!(!fits(kind, &value), "{kind}");
    }
}
