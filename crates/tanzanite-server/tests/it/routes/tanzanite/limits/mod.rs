//! `/_tanzanite/limits`, and the vendor's limits as a client sees them.

mod calls;
mod credits;
mod organisations;
mod tokens;

use crate::world::{Exchange, World, text};
use insta::assert_snapshot;
use serde_json::{Value, json};
use tanzanite_crm::metering::LimitSettings;
use tanzanite_crm::{StoreError, Transaction};
use tanzanite_protocol::OrgId;
use tanzanite_server::Config;
use tanzanite_store::Store as _;

pub(super) const LIMITS: &str = "/_tanzanite/limits";
pub(super) const LEADS: &str = "/crm/v8/Leads?fields=Last_Name&per_page=1";
pub(super) const REMAINING: &str = "x-api-credits-remaining";

pub(super) fn shown(world: &World) -> Value {
    world.anyone().get(LIMITS).json()
}

pub(super) fn say(world: &World, limits: &Value) -> Value {
    let said = world.anyone().post(LIMITS, &limits.to_string());
    assert_eq!(said.status, 200, "{limits}: {said}");
    said.json()
}

pub(super) fn used(world: &World) -> u64 {
    let used = shown(world)["credits"]["used"].as_u64();
    used.expect("a number")
}

pub(super) fn leads(world: &World) -> Exchange {
    world.actor("admin").get(LEADS)
}

pub(super) fn photo(world: &World) -> String {
    format!("{}/photo", world.path("with_photo"))
}

pub(super) fn grant(world: &World, grant_type: &str, name: &str, value: &str) -> Exchange {
    let (id, secret) = (
        &world.credentials.client_id,
        &world.credentials.client_secret,
    );
    let query =
        format!("client_id={id}&client_secret={secret}&grant_type={grant_type}&{name}={value}");
    world.anyone().post(&format!("/oauth/v2/token?{query}"), "")
}

#[test]
fn no_limit_holds_unless_somebody_wants_it() {
    let world = World::demo();
    assert_snapshot!(world.anyone().get(LIMITS), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"enabled":false,"edition":"enterprise","licences":7,"credits":{"limit":57000,"used":0,"remaining":57000,"next_back":null},"concurrency":{"limit":20,"complex_limit":10,"under_way":{}},"tokens":{"limit":10,"refresh_tokens":0,"most":0},"search":{"delay":0},"bulk_read":{"page":200000},"said":{"enabled":null,"credits":null,"concurrency":null,"search_delay":null,"bulk_read_page":null}}
    "#);
    for _ in 0..3 {
        let answered = leads(&world);
        assert_eq!((answered.status, answered.header(REMAINING)), (200, None));
    }
    assert_eq!(used(&world), 0, "nobody counts");
}

#[test]
fn with_the_setting_limits_hold_for_all_who_do_not_say_otherwise() {
    let world = World::with(Config {
        limits: true,
        ..Config::default()
    });
    leads(&world);
    assert_eq!(used(&world), 1);
    for (enabled, holds) in [(json!(false), false), (Value::Null, true)] {
        say(&world, &json!({ "enabled": enabled }));
        assert_eq!(shown(&world)["enabled"], holds);
        leads(&world);
        assert_eq!(used(&world), u64::from(holds), "off forgets what was spent");
    }
}

#[test]
fn what_was_used_is_forgotten_when_it_is_reset() {
    let world = World::demo();
    let refresh = world
        .credentials
        .token("refresh")
        .expect("a token")
        .to_owned();
    let give = || grant(&world, "refresh_token", "refresh_token", &refresh);
    say(&world, &json!({ "enabled": true, "credits": 1 }));
    assert_eq!(
        (0..11)
            .map(|_| give().status)
            .filter(|status| *status == 400)
            .count(),
        1
    );
    assert_eq!((leads(&world).status, leads(&world).status), (200, 429));
    let reset = world.anyone().send("DELETE", LIMITS, &[], b"").json();
    assert_eq!(
        (
            &reset["credits"]["used"],
            &reset["tokens"]["most"],
            &reset["said"]["credits"]
        ),
        (&json!(0), &json!(0), &json!(1))
    );
    assert_eq!((leads(&world).status, give().status), (200, 200));
}

#[test]
fn what_was_said_is_kept_with_the_organisation_and_taken_back_by_null() {
    let world = World::demo();
    let kept = |org: OrgId| -> Option<LimitSettings> {
        let read = world.store.read_blocking(move |tx: &mut dyn Transaction| {
            Ok::<_, StoreError>(tx.metadata(org)?.map(|metadata| metadata.limits()))
        });
        read.expect("read")
    };
    say(&world, &json!({ "enabled": true, "credits": 7 }));
    say(&world, &json!({ "concurrency": 2 }));
    let said = LimitSettings {
        enabled: Some(true),
        credits: Some(7),
        concurrency: Some(2),
        search_delay: None,
        bulk_read_page: None,
    };
    assert_eq!(kept(world.org), Some(said));
    let shown = say(&world, &json!({ "credits": null }));
    assert_eq!(
        (&shown["credits"]["limit"], &shown["concurrency"]["limit"]),
        (&json!(57_000), &json!(2))
    );
    say(&world, &json!({ "enabled": null, "concurrency": null }));
    assert_eq!(kept(world.org), Some(LimitSettings::default()));
}

#[test]
fn what_is_no_limit_changes_nothing() {
    let world = World::demo();
    say(&world, &json!({ "credits": 7 }));
    let before = shown(&world);
    for (body, error) in [
        ("{}", "nothing is to be changed"),
        (
            r#"{"credits":1000000001}"#,
            "credits are from 0 to 1000000000, and not 1000000001",
        ),
        (
            r#"{"concurrency":10001}"#,
            "calls at once are from 0 to 10000, and not 10001",
        ),
        (
            r#"{"search_delay":86401}"#,
            "seconds until a search finds are from 0 to 86400, and not 86401",
        ),
    ] {
        let refused = world.anyone().post(LIMITS, body);
        assert_eq!(
            (refused.status, text(&refused.json()["error"]).as_str()),
            (400, error),
            "{body}"
        );
    }
    for body in [
        "",
        "[]",
        "null",
        r#"{"credits":-1}"#,
        r#"{"credits":"7"}"#,
        r#"{"credits":1.5}"#,
        r#"{"enabled":"on"}"#,
        r#"{"concurrency":4294967296}"#,
        r#"{"tokens":3}"#,
    ] {
        let refused = world.anyone().post(LIMITS, body);
        assert_eq!(refused.status, 400, "{body}");
        assert!(!text(&refused.json()["hint"]).is_empty(), "{body}");
    }
    assert_eq!(
        world.anyone().post(&format!("{LIMITS}?org=1"), "{}").status,
        404
    );
    assert_eq!(shown(&world), before);
}
