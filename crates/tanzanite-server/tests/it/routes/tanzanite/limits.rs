//! `/_tanzanite/limits`, and what a client sees of the vendor's limits: credits of a rolling day, calls at once, tokens within ten
//! minutes.

use super::journal::journal;
use crate::world::{Exchange, World, multipart, png, text};
use insta::assert_snapshot;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use tanzanite_crm::metering::LimitSettings;
use tanzanite_crm::seed::Seed;
use tanzanite_crm::{StoreError, Transaction};
use tanzanite_protocol::OrgId;
use tanzanite_server::Config;
use tanzanite_store::Store as _;

const LIMITS: &str = "/_tanzanite/limits";
const LEADS: &str = "/crm/v8/Leads?fields=Last_Name&per_page=1";
const REMAINING: &str = "x-api-credits-remaining";

fn shown(world: &World) -> Value {
    world.anyone().get(LIMITS).json()
}

fn say(world: &World, limits: &Value) -> Value {
    let said = world.anyone().post(LIMITS, &limits.to_string());
    assert_eq!(said.status, 200, "{limits}: {said}");
    said.json()
}

fn clock(world: &World, change: &str) {
    let changed = world.anyone().post("/_tanzanite/clock", change);
    assert_eq!(changed.status, 200, "{change}: {changed}");
}

fn used(world: &World) -> u64 {
    let used = shown(world)["credits"]["used"].as_u64();
    used.expect("a number")
}

fn leads(world: &World) -> Exchange {
    world.actor("admin").get(LEADS)
}

/// A body of so many leads, with so many bytes in each.
fn body(records: usize, bytes: usize) -> String {
    let lead = json!({ "Last_Name": "Lee", "Company": "Lee", "Description": "x".repeat(bytes) });
    json!({ "data": vec![lead; records] }).to_string()
}

fn photo(world: &World) -> String {
    format!("{}/photo", world.path("with_photo"))
}

#[test]
fn no_limit_holds_unless_somebody_wants_it() {
    let world = World::demo();
    assert_snapshot!(world.anyone().get(LIMITS), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"enabled":false,"edition":"enterprise","licences":7,"credits":{"limit":57000,"used":0,"remaining":57000,"next_back":null},"concurrency":{"limit":20,"complex_limit":10,"under_way":{}},"tokens":{"limit":10,"refresh_tokens":0,"most":0},"said":{"enabled":null,"credits":null,"concurrency":null}}
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
fn whose_credits_are_spent_is_refused_until_the_clock_has_gone_on_for_a_day() {
    let world = World::demo();
    clock(&world, r#"{"action":"freeze","at":"2026-03-01T09:02:00Z"}"#);
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
    clock(&world, r#"{"action":"advance","by":"23h 57m"}"#);
    assert_eq!(leads(&world).code(), "TOO_MANY_REQUESTS");
    clock(&world, r#"{"action":"advance","by":"3m"}"#);
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
        ("DELETE", &photo, String::new(), 1),
        ("DELETE", &photo, String::new(), 1),
        ("GET", "/crm/v8/Leeds", String::new(), 1),
        ("GET", "/crm/v8/Leads/1/nothing", String::new(), 0),
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
    // One body is held before anybody has asked, the other only after the gates.
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

/// An upload that has come past the gates and whose body is still missing: it is under way until it is finished.
struct Held {
    stream: TcpStream,
    body: Vec<u8>,
}

impl Held {
    fn begin(world: &World, token: &str) -> Self {
        let body = multipart(&[("file", &png(1, 1, 40_000))]);
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Zoho-oauthtoken {token}\r\nContent-Type: multipart/form-data; boundary=boundary\r\nContent-Length: {}\r\n\r\n",
            photo(world),
            body.len()
        );
        let mut stream = TcpStream::connect(world.address).expect("a connection");
        stream.write_all(head.as_bytes()).expect("sent");
        Self { stream, body }
    }

    fn finish(mut self) -> String {
        self.stream.write_all(&self.body).expect("sent");
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).expect("an answer");
        answer
    }
}

/// Waits until so many calls are under way.
fn wait_for(world: &World, calls: u64) {
    let count = || -> u64 {
        let shown = shown(world);
        let under_way = shown["concurrency"]["under_way"].as_object().cloned();
        let calls = under_way.expect("applications").into_iter();
        calls.filter_map(|(_, calls)| calls.as_u64()).sum()
    };
    for _ in 0..1_000 {
        if count() == calls {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("{} are under way, and not {calls}", count());
}

#[test]
fn as_many_calls_of_an_application_are_under_way_as_it_may_have() {
    let world = World::demo();
    say(&world, &json!({ "enabled": true, "concurrency": 3 }));
    let admin = world
        .credentials
        .token("admin")
        .expect("a token")
        .to_owned();
    let held: Vec<_> = (1..=3)
        .map(|calls| {
            let held = Held::begin(&world, &admin);
            wait_for(&world, calls);
            held
        })
        .collect();
    let spent = used(&world);
    for _ in 0..5 {
        let refused = world.refused(leads);
        assert_eq!(refused.code(), "TOO_MANY_REQUESTS");
    }
    assert_eq!(used(&world), spent, "who is refused pays nothing");
    let told = journal(&world, "?status=429");
    assert_eq!(
        told[0]["cause"],
        "3 calls of the application are under way, as many as may be at once"
    );
    let wanted = r#"{"user":"mara.lindqvist@example.com","scopes":["ZohoCRM.modules.ALL"]}"#;
    let token = world.anyone().post("/_tanzanite/tokens", wanted).json();
    let other = format!("Zoho-oauthtoken {}", text(&token["access_token"]));
    let other = world.bearing(&other).get(LEADS);
    assert_eq!(other.status, 200, "another application has its own");
    for (left, held) in [2, 1, 0].into_iter().zip(held) {
        let answer = held.finish();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        wait_for(&world, left);
    }
    assert_eq!(leads(&world).status, 200);
}

#[test]
fn who_goes_away_frees_the_place() {
    let world = World::demo();
    say(&world, &json!({ "enabled": true, "concurrency": 1 }));
    let admin = world
        .credentials
        .token("admin")
        .expect("a token")
        .to_owned();
    let held = Held::begin(&world, &admin);
    wait_for(&world, 1);
    drop(held);
    wait_for(&world, 0);
    for _ in 0..20 {
        // One after the other: a call is over before its answer comes.
        assert_eq!(leads(&world).status, 200);
    }
}

const OTHER: &str = r#"secret = "0123456789abcdef0123456789abcdef"
[organisation]
zgid = 7000
id_base = 7000000000000000
company_name = "Acme"
domain_name = "acme"
primary_email = "office@example.com"
time_zone = "UTC"
iso_code = "EUR"
country_code = "DE"
edition = "free"
created_time = 2026-01-01T00:00:00Z
[[profile]]
name = "Administrator"
administrator = true
permissions = ["view", "create", "edit", "delete"]
[[role]]
name = "CEO"
[[user]]
email = "ann@example.com"
last_name = "Ann"
profile = "Administrator"
role = "CEO"
[[client]]
name = "one"
[[token]]
name = "ann"
kind = "access"
user = "ann@example.com"
scopes = ["ZohoCRM.modules.ALL"]
lifetime = "never"
"#;

#[test]
fn organisations_do_not_touch_each_other() {
    let world = World::demo();
    let seed = Seed::parse("other.toml", OTHER).unwrap_or_else(|error| panic!("{error}"));
    let (org, credentials) = (seed.org_id(), seed.credentials());
    let planted = world.store.write_blocking(move |tx: &mut dyn Transaction| {
        let planted = seed.apply(
            &|_: &str| Err("no picture".to_owned()),
            crate::world::now(),
            tx,
        );
        planted
            .map(|_| ())
            .map_err(|error| StoreError::new(error.to_string()))
    });
    planted.unwrap_or_else(|error: StoreError| panic!("{error}"));
    let ann = format!(
        "Zoho-oauthtoken {}",
        credentials.token("ann").expect("a token")
    );
    let there = format!("{LIMITS}?org={org}");
    let both = json!({ "enabled": true, "credits": 2 }).to_string();
    say(&world, &json!({ "enabled": true, "credits": 2 }));
    world.bearing(&ann).get(LEADS);
    let free = world.anyone().get(&there).json();
    assert_eq!(
        (
            &free["enabled"],
            &free["credits"]["limit"],
            &free["concurrency"]["limit"],
            &free["credits"]["used"]
        ),
        (&json!(false), &json!(5_000), &json!(5), &json!(0))
    );
    assert_eq!(world.anyone().post(&there, &both).status, 200);
    let statuses =
        |ask: &dyn Fn() -> Exchange| -> Vec<u16> { (0..3).map(|_| ask().status).collect() };
    assert_eq!(
        statuses(&|| world.bearing(&ann).get(LEADS)),
        [204, 204, 429]
    );
    assert_eq!(statuses(&|| leads(&world)), [200, 200, 429]);
    world.anyone().send("DELETE", &there, &[], b"");
    assert_eq!(leads(&world).status, 429, "the other's counters were reset");
    assert_eq!(world.bearing(&ann).get(LEADS).status, 204);
}

fn grant(world: &World, grant_type: &str, name: &str, value: &str) -> Exchange {
    let (id, secret) = (
        &world.credentials.client_id,
        &world.credentials.client_secret,
    );
    let query =
        format!("client_id={id}&client_secret={secret}&grant_type={grant_type}&{name}={value}");
    world.anyone().post(&format!("/oauth/v2/token?{query}"), "")
}

#[test]
fn a_refresh_token_gives_ten_access_tokens_within_ten_minutes() {
    let world = World::demo();
    let refresh = world
        .credentials
        .token("refresh")
        .expect("a token")
        .to_owned();
    let give = || grant(&world, "refresh_token", "refresh_token", &refresh);
    // Of one refresh token fifteen access tokens live: one more would kill the oldest.
    let given: Vec<_> = (0..15)
        .map(|_| text(&give().json()["access_token"]))
        .collect();
    clock(&world, r#"{"action":"freeze","at":"2026-03-01T09:00:00Z"}"#);
    say(&world, &json!({ "enabled": true }));
    for _ in 0..10 {
        text(&give().json()["access_token"]);
    }
    assert_eq!(
        shown(&world)["tokens"],
        json!({ "limit": 10, "refresh_tokens": 1, "most": 10 })
    );
    assert_snapshot!(give(), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"error_description":"You have made too many requests continuously. Please try again after some time.","error":"Access Denied","status":"failure"}
    "#);
    let alive = |token: &str| {
        world
            .bearing(&format!("Zoho-oauthtoken {token}"))
            .get(LEADS)
            .status
            == 200
    };
    assert!(alive(&given[10]), "no token was made");
    let told = journal(&world, "?status=400");
    assert_eq!(
        told[0]["cause"],
        "the refresh token has given 10 access tokens within ten minutes; the next at 2026-03-01T09:10:00.000Z"
    );
    // Another has its own ten, of which the one that came with it is the first.
    let code = world
        .credentials
        .token("code_python")
        .expect("a code")
        .to_owned();
    let first = grant(&world, "authorization_code", "code", &code).json();
    let other = text(&first["refresh_token"]);
    for status in [200, 200, 200, 200, 200, 200, 200, 200, 200, 400] {
        let given = grant(&world, "refresh_token", "refresh_token", &other);
        assert_eq!(given.status, status);
    }
    clock(&world, r#"{"action":"advance","by":"9m 59s"}"#);
    assert_eq!(give().status, 400);
    assert!(alive(&given[10]));
    clock(&world, r#"{"action":"advance","by":"1s"}"#);
    assert_eq!(give().status, 200);
    assert!(!alive(&given[10]));
    assert_eq!(used(&world), 2, "tokens cost no credits");
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
