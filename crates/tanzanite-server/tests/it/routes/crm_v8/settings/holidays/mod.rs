//! `/crm/v8/settings/holidays`: what the contract of collections does not say.

use crate::world::{Exchange, World, text};
use serde_json::{Value, json};

const PATH: &str = "/crm/v8/settings/holidays";

fn holiday(name: &str, date: &str) -> Value {
    json!({ "name": name, "date": date, "type": "business_holiday" })
}

fn posted(world: &World, holidays: &[Value]) -> Exchange {
    let body = json!({ "holidays": holidays }).to_string();
    world.actor("admin").post(PATH, &body)
}

fn made(world: &World, name: &str, date: &str) -> String {
    let made = posted(world, &[holiday(name, date)]);
    assert_eq!(made.status, 201, "{made}");
    text(&made.json()["holidays"][0]["details"]["id"])
}

fn put(world: &World, id: &str, change: &Value) -> Exchange {
    let body = json!({ "holidays": [change] }).to_string();
    world.actor("admin").put(&format!("{PATH}/{id}"), &body)
}

/// A world in the spring of 2026.
fn world() -> World {
    let world = World::demo();
    world.clock(r#"{"action":"freeze","at":"2026-03-01T09:00:00Z"}"#);
    world
}

fn names(world: &World, query: &str) -> Vec<String> {
    let list = world.actor("admin").get(&format!("{PATH}?{query}"));
    if list.status == 204 {
        return Vec::new();
    }
    let list = list.json();
    let holidays = list["holidays"].as_array().expect("holidays");
    holidays
        .iter()
        .map(|holiday| text(&holiday["name"]))
        .collect()
}

#[test]
fn a_date_is_in_this_year_or_the_next() {
    let world = world();
    let out_of_range = json!([{
        "code": "INVALID_DATA",
        "details": { "api_name": "date", "json_path": "$.holidays[0].date" },
        "message": "Date Should be between current and next financial year",
        "status": "error",
    }]);
    for date in ["2025-12-31", "2028-01-01"] {
        let refused = world.refused(|world| posted(world, &[holiday("A", date)]));
        assert_eq!(refused.json()["holidays"], out_of_range);
    }
    let first = made(&world, "A", "2026-01-01");
    made(&world, "B", "2027-12-31");
    let change = json!({ "date": "2028-01-01" });
    let refused = world.refused(|world| put(world, &first, &change));
    assert_eq!(refused.json()["holidays"], out_of_range);
    // The name of one whose date has passed can be changed.
    world.clock(r#"{"action":"freeze","at":"2029-03-01T09:00:00Z"}"#);
    assert_eq!(put(&world, &first, &json!({ "name": "C" })).status, 200);
    // It is the organisation's year: in Berlin the new one has begun.
    world.clock(r#"{"action":"freeze","at":"2029-12-31T23:30:00Z"}"#);
    made(&world, "D", "2031-06-01");
}

#[test]
fn a_year_has_fifty_two() {
    let world = world();
    let many = |from: usize, to: usize| -> Vec<Value> {
        let dates = from..to;
        let dates = dates.map(|n| (n, format!("2026-{:02}-{:02}", 1 + n / 28, 1 + n % 28)));
        dates
            .map(|(n, date)| holiday(&format!("H{n}"), &date))
            .collect()
    };
    assert_eq!(posted(&world, &many(0, 51)).status, 201);
    // One call counts its own too.
    let answer = posted(&world, &many(51, 53));
    assert_eq!(answer.status, 207, "{answer}");
    let refused = answer.json()["holidays"][1].clone();
    assert_eq!(
        (&refused["code"], &refused["message"]),
        (&json!("LIMIT_EXCEEDED"), &json!("Holidays limit exceeds"))
    );
    let due = json!([{ "api_name": "type", "json_path": "$.holidays[1].type" }]);
    assert_eq!(
        refused["details"],
        json!({ "limit": 52, "limit_due_to": due })
    );
    let of_next = made(&world, "Next", "2027-01-01");
    let moved = json!({ "date": "2026-12-31" });
    let refused = world.refused(|world| put(world, &of_next, &moved));
    assert_eq!(refused.json()["holidays"][0]["code"], "LIMIT_EXCEEDED");
    // One of them can move within its year.
    let list = world
        .actor("admin")
        .get(&format!("{PATH}?year=2026"))
        .json();
    let one_of_them = text(&list["holidays"][0]["id"]);
    assert_eq!(put(&world, &one_of_them, &moved).status, 200);
}

#[test]
fn lists_are_chosen_by_year_type_and_shift_and_cut_into_pages() {
    let world = world();
    for (name, date) in [
        ("A", "2026-05-01"),
        ("B", "2027-05-01"),
        ("C", "2026-12-25"),
    ] {
        made(&world, name, date);
    }
    assert_eq!(names(&world, "year=2026"), ["A", "C"]);
    assert_eq!(names(&world, "year=2026&page=2&per_page=1"), ["C"]);
    assert_eq!(names(&world, "year=2026&page=3&per_page=1"), [""; 0]);
    assert_eq!(names(&world, "type=business_holiday"), ["A", "B", "C"]);
    assert_eq!(names(&world, "type=shift_holiday"), [""; 0]);
    assert_eq!(names(&world, "shift_id=3652397000011173006"), [""; 0]);
    for year in ["26", "+026", "20261"] {
        let refused = world.actor("admin").get(&format!("{PATH}?year={year}"));
        assert_eq!(refused.code(), "PATTERN_NOT_MATCHED", "{year}");
    }
}

#[test]
fn one_is_found_under_its_own_year_alone() {
    let world = world();
    let id = made(&world, "A", "2026-05-01");
    let path = |query: &str| format!("{PATH}/{id}{query}");
    let admin = world.actor("admin");
    assert_eq!(admin.get(&path("?year=2027")).status, 204);
    let found = admin.get(&path("?year=2026")).json();
    let info = json!({ "per_page": 200, "count": 1, "page": 1, "more_records": false });
    assert_eq!(
        (&found["holidays"][0]["name"], &found["info"]),
        (&json!("A"), &info)
    );
    for query in ["?year=2027", "?year=x"] {
        let refused = world.refused(|world| world.actor("admin").delete(&path(query)));
        let fault = refused.json();
        assert_eq!(
            (&fault["message"], &fault["details"]["resource_path_index"]),
            (&json!("Invalid ID"), &json!(2))
        );
    }
    assert_eq!(admin.delete(&path("?year=2026")).status, 200);
    assert_eq!(admin.get(PATH).status, 204);
}

#[test]
fn a_shift_s_holiday_waits_for_shifts() {
    let world = world();
    let id = made(&world, "A", "2026-05-01");
    let shift = json!({ "type": "shift_holiday" });
    let refused = world.refused(|world| put(world, &id, &shift));
    assert_eq!(
        refused.json()["holidays"][0]["code"],
        "DEPENDENT_FIELD_MISSING"
    );
    // The page gives the id alone, the OpenAPI an object.
    for shift_hour in [
        json!("3652397000011173006"),
        json!({ "name": "Early", "id": "3652397000011173006" }),
    ] {
        for kind in ["shift_holiday", "business_holiday"] {
            let change = json!({ "type": kind, "shift_hour": shift_hour });
            let refused = world.refused(|world| put(world, &id, &change));
            assert_eq!(refused.json()["holidays"][0]["message"], "Invalid shift id");
        }
    }
}

#[test]
fn an_item_that_is_refused_stops_no_other() {
    let world = world();
    let answer = posted(
        &world,
        &[
            holiday("A", "2026-05-01"),
            holiday("a", "2026-05-02"),
            holiday("B", "2026-05-03"),
        ],
    );
    assert_eq!(answer.status, 207, "{answer}");
    assert_eq!(answer.json()["holidays"][1]["code"], "DUPLICATE_DATA");
    assert_eq!(names(&world, ""), ["A", "B"]);
}
