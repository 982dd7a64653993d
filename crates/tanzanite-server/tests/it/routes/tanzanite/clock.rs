//! `GET` and `POST /_tanzanite/clock`: the organisation's clock, and the behaviour that follows it.

use crate::world::{Exchange, World, text};
use insta::assert_snapshot;

const FROZEN: &str = "2026-03-01T09:00:00.000Z";

fn post(world: &World, body: &str) -> Exchange {
    world.anyone().post("/_tanzanite/clock", body)
}

fn change(world: &World, body: &str) {
    let exchange = post(world, body);
    assert_eq!(exchange.status, 200, "{body}: {exchange}");
}

#[test]
fn a_clock_is_frozen_set_advanced_and_resumed() {
    let world = World::demo();
    let shown = world.anyone().get("/_tanzanite/clock").json();
    assert_eq!(
        (&shown["state"], &shown["ahead_ms"]),
        (&"running".into(), &0.into())
    );
    change(
        &world,
        r#"{"action":"freeze","at":"2026-03-01T10:00:00+01:00"}"#,
    );
    for (body, now) in [
        (r#"{"action":"freeze"}"#, FROZEN),
        (
            r#"{"action":"advance","by":"1h 30m"}"#,
            "2026-03-01T10:30:00.000Z",
        ),
        (
            r#"{"action":"advance","by":"-5s"}"#,
            "2026-03-01T10:29:55.000Z",
        ),
        (
            r#"{"action":"set","to":"1999-12-31T23:59:59Z"}"#,
            "1999-12-31T23:59:59.000Z",
        ),
    ] {
        let answer = post(&world, body).json();
        assert_eq!(
            (text(&answer["state"]), text(&answer["now"])),
            ("frozen".into(), now.into()),
            "{body}"
        );
        assert_eq!(world.anyone().get("/_tanzanite/clock").json()["now"], now);
    }
    let resumed = post(&world, r#"{"action":"resume"}"#).json();
    assert_eq!(
        (
            &resumed["state"],
            text(&resumed["now"]).starts_with("1999-12-31")
        ),
        (&"running".into(), true)
    );
    assert_eq!(post(&world, r#"{"action":"reset"}"#).json()["ahead_ms"], 0);
}

#[test]
fn stamps_tokens_and_page_tokens_go_by_the_clock() {
    let world = World::demo();
    change(&world, r#"{"action":"freeze"}"#);
    let wanted = r#"{"user":"mara.lindqvist@example.com","scopes":["ZohoCRM.modules.ALL"]}"#;
    let token = world.anyone().post("/_tanzanite/tokens", wanted).json();
    let bearer = format!("Zoho-oauthtoken {}", text(&token["access_token"]));
    let list = "/crm/v8/Leads?fields=Modified_Time&per_page=1";
    let page = world.bearing(&bearer).get(list).json();
    let next = format!(
        "{list}&page_token={}",
        text(&page["info"]["next_page_token"])
    );
    change(&world, r#"{"action":"advance","by":"59m 59s"}"#);
    let made = world
        .bearing(&bearer)
        .post(
            "/crm/v8/Leads",
            r#"{"data":[{"Last_Name":"Later","Company":"Later"}]}"#,
        )
        .json();
    let now = world.anyone().get("/_tanzanite/clock").json();
    let stamp = text(&made["data"][0]["details"]["Created_Time"]);
    let instant = |text: &str| {
        tanzanite_protocol::Timestamp::parse(text)
            .expect("a time")
            .millis()
            / 1000
    };
    assert_eq!(instant(&stamp), instant(&text(&now["now"])));
    change(&world, r#"{"action":"advance","by":"1s"}"#);
    assert_eq!(world.bearing(&bearer).get(list).code(), "INVALID_TOKEN");
    let other = world.anyone().post("/_tanzanite/tokens", wanted).json();
    let other = format!("Zoho-oauthtoken {}", text(&other["access_token"]));
    assert_eq!(world.bearing(&other).get(&next).status, 200);
    change(&world, r#"{"action":"advance","by":"2d"}"#);
    let other = world.anyone().post("/_tanzanite/tokens", wanted).json();
    let other = format!("Zoho-oauthtoken {}", text(&other["access_token"]));
    assert_eq!(world.bearing(&other).get(&next).code(), "EXPIRED_VALUE");
}

#[test]
fn what_is_no_change_of_a_clock_changes_nothing() {
    let world = World::demo();
    change(&world, &format!(r#"{{"action":"freeze","at":"{FROZEN}"}}"#));
    assert_snapshot!(post(&world, r#"{"action":"advance","by":"soon"}"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"error":"\"soon\" is no span of time","hint":"one looks like 90m, 1h 30m, 2d or -5s"}
    "#);
    assert_snapshot!(post(&world, r#"{"action":"set","to":"yesterday"}"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"error":"\"yesterday\" is no time","hint":"one looks like 2026-03-01T09:00:00+01:00 or 2026-03-01T08:00:00Z"}
    "#);
    let too_far = post(&world, r#"{"action":"advance","by":"3000000d"}"#).json();
    assert_eq!(too_far["error"], "a clock shows the years 1970 to 9999");
    for body in [
        "",
        "{}",
        "[]",
        r#"{"action":"stop"}"#,
        r#"{"action":"set"}"#,
        r#"{"action":"set","to":"2026-03-01T09:00:00"}"#,
        r#"{"action":"set","to":"1969-12-31T23:59:59Z"}"#,
        r#"{"action":"reset","by":"1s"}"#,
        r#"{"action":"freeze","at":7}"#,
    ] {
        assert_eq!(post(&world, body).status, 400, "{body}");
    }
    assert_eq!(
        world.anyone().get("/_tanzanite/clock").json()["now"],
        FROZEN
    );
}
