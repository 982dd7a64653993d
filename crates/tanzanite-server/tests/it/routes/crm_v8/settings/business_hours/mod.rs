//! `/crm/v8/settings/business_hours`: what the contract of collections does not say.

use crate::world::{Exchange, World};
use serde_json::{Value, json};

const PATH: &str = "/crm/v8/settings/business_hours";

fn sent(world: &World, method: &str, hours: &Value) -> Exchange {
    let body = json!({ "business_hours": hours }).to_string();
    world
        .actor("admin")
        .send(method, PATH, &[], body.as_bytes())
}

fn is_saved(world: &World, method: &str, hours: &Value) {
    let answer = sent(world, method, hours);
    assert_eq!(
        answer.json()["business_hours"]["code"],
        "SUCCESS",
        "{answer}"
    );
}

fn is_refused(world: &World, method: &str, hours: &Value, code: &str, json_path: &str) {
    let refused = world.refused(|world| sent(world, method, hours));
    let fault = refused.json()["business_hours"].clone();
    let found = (&fault["code"], &fault["details"]["json_path"]);
    let json_path = format!("$.business_hours.{json_path}");
    assert_eq!(found, (&json!(code), &json!(json_path)), "{refused}");
}

fn hours(world: &World) -> Value {
    world.actor("admin").get(PATH).json()["business_hours"].clone()
}

fn timing(day: &str, begin: &str, end: &str) -> Value {
    json!({ "days": day, "business_timing": [begin, end] })
}

/// Hours of the page's example: open on four days, each with a timing of its own.
fn custom() -> Value {
    json!({
        "week_starts_on": "Monday",
        "type": "custom",
        "business_days": ["Monday", "Tuesday", "Wednesday"],
        "same_as_everyday": false,
        "custom_timing": [timing("Monday", "10:00", "17:00"), timing("Tuesday", "10:30", "17:00")],
    })
}

#[test]
fn who_is_always_open_names_no_days() {
    let world = World::demo();
    let always = json!({ "week_starts_on": "Sunday", "type": "24_by_7" });
    is_saved(&world, "POST", &always);
    let kept = hours(&world);
    assert_eq!(
        kept["business_days"].as_array().map(Vec::len),
        Some(7),
        "{kept}"
    );
    for unsaid in ["same_as_everyday", "daily_timing", "custom_timing"] {
        assert_eq!(kept[unsaid], Value::Null, "{unsaid}");
    }
    // The thing as it is shown can be sent back.
    is_saved(&world, "PUT", &kept);
    assert_eq!(hours(&world), kept);
    let six = json!({ "business_days": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Sunday"] });
    is_refused(&world, "PUT", &six, "INVALID_DATA", "business_days");
}

#[test]
fn five_days_are_neither_four_nor_six() {
    let world = World::demo();
    let days = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
    ];
    let of = |count: usize| json!({ "week_starts_on": "Monday", "type": "24_by_5", "business_days": days[..count] });
    for count in [4, 6] {
        is_refused(&world, "POST", &of(count), "INVALID_DATA", "business_days");
    }
    is_saved(&world, "POST", &of(5));
    is_saved(&world, "PUT", &json!({ "type": "24_by_7" }));
    let kept = hours(&world);
    assert_eq!(
        kept["business_days"].as_array().map(Vec::len),
        Some(7),
        "{kept}"
    );
    is_refused(
        &world,
        "PUT",
        &json!({ "type": "24_by_5" }),
        "INVALID_DATA",
        "business_days",
    );
}

#[test]
fn a_day_s_timing_is_changed_added_and_taken_away_by_its_name() {
    let world = World::demo();
    is_saved(&world, "POST", &custom());
    let mut gone = timing("Tuesday", "10:30", "17:00");
    // The v7 page gives the key `null`, the OpenAPI of 2026 `true`.
    for mark in [Value::Null, Value::Bool(true)] {
        gone["_delete"] = mark;
        let change = json!({ "custom_timing": [timing("Monday", "09:00", "12:00"), gone] });
        is_saved(&world, "PUT", &change);
        assert_eq!(
            hours(&world)["custom_timing"],
            json!([timing("Monday", "09:00", "12:00")])
        );
        is_saved(
            &world,
            "PUT",
            &json!({ "custom_timing": [timing("Tuesday", "08:00", "09:00")] }),
        );
        let both = [
            timing("Monday", "09:00", "12:00"),
            timing("Tuesday", "08:00", "09:00"),
        ];
        assert_eq!(hours(&world)["custom_timing"], json!(both));
    }
    gone["_delete"] = false.into();
    is_saved(&world, "PUT", &json!({ "custom_timing": [gone] }));
    let kept = hours(&world);
    assert_eq!(
        kept["custom_timing"][1],
        timing("Tuesday", "10:30", "17:00")
    );
    is_refused(
        &world,
        "PUT",
        &json!({ "custom_timing": [] }),
        "DEPENDENT_FIELD_MISSING",
        "custom_timing",
    );
}

#[test]
fn a_day_s_timing_is_of_a_business_day_and_within_that_of_all() {
    let world = World::demo();
    is_saved(&world, "POST", &custom());
    let closed = json!({ "custom_timing": [timing("Sunday", "10:00", "11:00")] });
    is_refused(
        &world,
        "PUT",
        &closed,
        "DEPENDENT_MISMATCH",
        "custom_timing",
    );
    let fewer = json!({ "business_days": ["Monday"] });
    is_refused(&world, "PUT", &fewer, "DEPENDENT_MISMATCH", "custom_timing");
    for (open, close) in [("10:15", "18:00"), ("09:00", "16:59")] {
        let narrow = json!({ "daily_timing": [open, close] });
        let at = "custom_timing[0].business_timing";
        is_refused(&world, "PUT", &narrow, "INVALID_DATA", at);
    }
    is_saved(
        &world,
        "PUT",
        &json!({ "daily_timing": ["10:00", "17:00"] }),
    );
    let wide = json!({ "custom_timing": [timing("Wednesday", "10:00", "17:01")] });
    is_refused(
        &world,
        "PUT",
        &wide,
        "INVALID_DATA",
        "custom_timing[2].business_timing",
    );
}

#[test]
fn another_time_zone_is_refused_by_name_and_the_organisation_s_own_is_none() {
    let world = World::demo();
    let mut hours_of = custom();
    hours_of["timezone"] = "Asia/Tokyo".into();
    is_refused(&world, "POST", &hours_of, "API_NOT_SUPPORTED", "timezone");
    hours_of["timezone"] = "Europe/Berlin".into();
    is_saved(&world, "POST", &hours_of);
    is_refused(
        &world,
        "PUT",
        &json!({ "timezone": "UTC" }),
        "API_NOT_SUPPORTED",
        "timezone",
    );
}

#[test]
fn who_is_no_administrator_reads_and_does_not_change() {
    let world = World::demo();
    is_saved(&world, "POST", &custom());
    let wanted =
        r#"{"user":"ines.varga@example.com","scopes":["ZohoCRM.settings.business_hours.ALL"]}"#;
    let issued = world.anyone().post("/_tanzanite/tokens", wanted).json();
    let token = format!(
        "Zoho-oauthtoken {}",
        issued["access_token"].as_str().expect("a token")
    );
    let read = world.bearing(&token).get(PATH);
    assert_eq!(read.json()["business_hours"], hours(&world));
    let body = json!({ "business_hours": { "week_starts_on": "Sunday" } }).to_string();
    let refused = world.refused(|world| world.bearing(&token).put(PATH, &body));
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (403, "NO_PERMISSION")
    );
    let permissions = refused.json()["details"]["permissions"].clone();
    assert_eq!(permissions, json!(["Crm_Implied_Manage_Users"]));
}
