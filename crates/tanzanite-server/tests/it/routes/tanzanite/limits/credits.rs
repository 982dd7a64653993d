//! The limit on API credits in a rolling day.

use super::super::journal::journal;
use super::{LEADS, LIMITS, REMAINING, leads, photo, say, shown, used};
use crate::world::{World, png};
use insta::assert_snapshot;
use serde_json::json;

/// A body of `records` leads, with this many bytes in each.
fn body(records: usize, bytes: usize) -> String {
    let lead = json!({ "Last_Name": "Lee", "Company": "Lee", "Description": "x".repeat(bytes) });
    json!({ "data": vec![lead; records] }).to_string()
}

const COQL: &str = "/crm/v8/coql";

/// A query of all leads that ends so.
fn query(end: &str) -> String {
    let text = format!("select id from Leads where id is not null {end}");
    json!({ "select_query": text }).to_string()
}

#[test]
fn whose_credits_are_spent_is_refused_until_the_clock_has_gone_on_for_a_day() {
    let world = World::demo();
    world.clock(r#"{"action":"freeze","at":"2026-03-01T09:02:00Z"}"#);
    say(&world, &json!({ "enabled": true, "credits": 3 }));
    let remaining: Vec<_> = (0..3)
        .map(|_| leads(&world).header(REMAINING).map(str::to_owned))
        .collect();
    assert_eq!(
        remaining,
        [None, Some("1".to_owned()), Some("0".to_owned())],
        "told from half of them on"
    );
    let refused = world.refused(|world| world.actor("admin").delete(&photo(world)));
    assert_eq!(refused.header(REMAINING), Some("0"));
    assert_eq!(refused.header("retry-after"), None);
    assert_snapshot!(refused, @r#"
    429
    content-type: application/json;charset=UTF-8

    {"code":"TOO_MANY_REQUESTS","details":{},"message":"too many requests. please try again after some time","status":"error"}
    "#);
    let told = journal(&world, "?status=429");
    assert_eq!(
        told[0]["cause"],
        "of the day's 3 credits 0 are left, and the call costs 1; 3 come back at 2026-03-02T09:00:00.000Z"
    );
    assert_eq!(
        shown(&world)["credits"],
        json!({ "limit": 3, "used": 3, "remaining": 0, "next_back": { "at": "2026-03-02T09:00:00.000Z", "credits": 3 } })
    );
    world.clock(r#"{"action":"advance","by":"23h 57m"}"#);
    assert_eq!(leads(&world).code(), "TOO_MANY_REQUESTS");
    world.clock(r#"{"action":"advance","by":"3m"}"#);
    assert_eq!(leads(&world).status, 200);
    assert_eq!(used(&world), 1);
}

#[test]
fn calls_cost_what_the_vendor_says() {
    let world = World::demo();
    say(&world, &json!({ "enabled": true }));
    let photo = photo(&world);
    for (method, path, body, cost) in [
        ("GET", LEADS, String::new(), 1),
        (
            "GET",
            "/crm/v8/Leads?fields=Last_Name&cvid=",
            String::new(),
            1,
        ),
        (
            "GET",
            "/crm/v8/Leads?fields=Last_Name&cvid=1",
            String::new(),
            3,
        ),
        ("GET", "/crm/v8/org", String::new(), 1),
        ("GET", &photo, String::new(), 1),
        ("POST", "/crm/v8/Leads", body(1, 1), 1),
        ("POST", "/crm/v8/Leads", body(10, 1), 1),
        ("POST", "/crm/v8/Leads", body(11, 1), 2),
        ("POST", "/crm/v8/Leads", body(100, 1), 10),
        ("POST", "/crm/v8/Leads", body(100, 1_000), 10),
        ("POST", "/crm/v8/Leads", body(101, 1), 10),
        ("POST", "/crm/v8/Leads", "[".to_owned(), 1),
        ("POST", "/crm/v8/Leads", "{}".to_owned(), 1),
        ("POST", COQL, query(""), 1),
        ("POST", COQL, query("limit 200"), 1),
        ("POST", COQL, query("limit 201"), 2),
        ("POST", COQL, query("limit 5, 1001"), 3),
        ("POST", COQL, query("limit x"), 1),
        ("POST", COQL, "[]".to_owned(), 1),
        ("GET", "/crm/v8/Leads/deleted", String::new(), 2),
        ("DELETE", &photo, String::new(), 1),
        ("DELETE", &photo, String::new(), 1),
        ("GET", "/crm/v8/Leeds", String::new(), 1),
        ("GET", "/crm/v8/Leads/1/nothing/at/all", String::new(), 0),
        ("PUT", &photo, String::new(), 0),
        ("DELETE", "/crm/v8/org/photo", String::new(), 0),
    ] {
        let before = used(&world);
        let answered = world
            .actor("admin")
            .send(method, path, &[], body.as_bytes());
        let found = used(&world) - before;
        assert_eq!(found, cost, "{method} {path} {}: {answered}", body.len());
    }
    for (actor, path, cost) in [
        ("read_only", &photo, 1),
        ("stranger", &photo, 1),
        ("expired", &photo, 0),
    ] {
        let before = used(&world);
        world.actor(actor).delete(path);
        assert_eq!(used(&world) - before, cost, "{actor}");
    }
    let before = used(&world);
    let uploaded = world.actor("admin").upload(&photo, &png(1, 1, 40_000));
    assert_eq!((uploaded.status, used(&world) - before), (200, 1));
}

#[test]
fn a_call_that_costs_more_than_is_left_costs_nothing() {
    let world = World::demo();
    // A short body is held before the gates decide, a long one only after them.
    for bytes in [1, 1_000] {
        say(&world, &json!({ "enabled": true, "credits": 5 }));
        world.anyone().send("DELETE", LIMITS, &[], b"");
        let refused = world.refused(|world| {
            let body = body(51, bytes);
            world.actor("admin").post("/crm/v8/Leads", &body)
        });
        assert_eq!((refused.status, used(&world)), (429, 0), "{bytes}");
        let afforded = world.actor("admin").post("/crm/v8/Leads", &body(50, bytes));
        assert_eq!((afforded.status, used(&world)), (201, 5), "{bytes}");
        assert_eq!(afforded.header(REMAINING), Some("0"));
        let refused = world.refused(|world| {
            world
                .actor("admin")
                .upload(&photo(world), &png(1, 1, 40_000))
        });
        assert_eq!((refused.status, used(&world)), (429, 5), "{bytes}");
    }
}
