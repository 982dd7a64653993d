//! `/_tanzanite/journal`: recorded exchanges, without secrets, and their comparison with expectations.

use crate::world::{World, text};
use insta::assert_snapshot;
use serde_json::Value;

const LEADS: &str = "/crm/v8/Leads?fields=Last_Name&per_page=1";

pub(super) fn journal(world: &World, query: &str) -> Vec<Value> {
    let shown = world
        .anyone()
        .get(&format!("/_tanzanite/journal{query}"))
        .json();
    shown["entries"].as_array().expect("entries").clone()
}

fn verify(world: &World, expectation: &str) -> Value {
    world
        .anyone()
        .post("/_tanzanite/journal/verify", expectation)
        .json()
}

/// A world that has answered a list, an unknown path, a deletion and a refusal.
fn visited() -> World {
    let world = World::demo();
    let admin = world.actor("admin");
    assert_eq!(admin.get(LEADS).status, 200);
    assert_eq!(admin.get("/nothing").code(), "INVALID_URL_PATTERN");
    let (_, id) = world.credentials.record("with_photo").expect("a record");
    let photo = format!("/crm/v8/Leads/{id}/photo");
    assert_eq!(admin.delete(&photo).status, 200);
    assert_eq!(world.actor("expired").delete(&photo).status, 401);
    world
}

#[test]
fn exchanges_are_kept_in_their_order_and_the_control_api_s_are_not() {
    let world = visited();
    let entries = journal(&world, "");
    let seen: Vec<String> = entries
        .iter()
        .map(|entry| {
            format!(
                "{} {} {} {} {} {}",
                entry["number"],
                text(&entry["request"]["method"]),
                text(&entry["operation"]),
                entry["reply"]["status"],
                text(&entry["reply"]["code"]),
                entry["cause"],
            )
        })
        .collect();
    assert_snapshot!(seen.join("\n"), @r#"
    1 GET record.list 200  null
    2 GET  404 INVALID_URL_PATTERN null
    3 DELETE record_photo.delete 200 SUCCESS null
    4 DELETE record_photo.delete 401 INVALID_TOKEN "the token is unknown or revoked"
    "#);
    assert_eq!(
        journal(&world, "").len(),
        4,
        "looking leaves nothing behind"
    );
}

#[test]
fn secrets_are_never_kept() {
    let world = World::demo();
    let credentials = &world.credentials;
    let refresh = credentials.token("refresh").expect("a token").to_owned();
    let form = format!(
        "grant_type=refresh_token&client_id={}&client_secret={}&refresh_token={refresh}",
        credentials.client_id, credentials.client_secret
    );
    let issued = world.anyone().send(
        "POST",
        &format!(
            "/oauth/v2/token?client_secret={}",
            credentials.client_secret
        ),
        &[("Content-Type", "application/x-www-form-urlencoded")],
        form.as_bytes(),
    );
    let access = text(&issued.json()["access_token"]);
    assert_eq!(
        world
            .bearing(&format!("Zoho-oauthtoken {access}"))
            .get(LEADS)
            .status,
        200
    );
    for query in ["", ".har"] {
        let shown = world
            .anyone()
            .get(&format!("/_tanzanite/journal{query}"))
            .to_string();
        for secret in [&access, &refresh, &credentials.client_secret] {
            assert!(!shown.contains(secret.as_str()), "{secret} in {shown}");
        }
        assert!(shown.contains(&credentials.client_id) && shown.contains("redacted"));
    }
}

#[test]
fn entries_are_found_by_their_conditions() {
    let world = visited();
    for (query, numbers) in [
        ("?method=delete", vec![3, 4]),
        ("?path=/crm/v8/Leads", vec![1]),
        ("?path=/crm/*/photo&status=401", vec![4]),
        ("?code=INVALID_TOKEN", vec![4]),
        ("?operation=Delete%20a%20Photo&limit=1", vec![4]),
        ("?after=2", vec![3, 4]),
        ("?status=500", vec![]),
    ] {
        let found = journal(&world, query);
        let found: Vec<_> = found.iter().map(|entry| entry["number"].as_u64()).collect();
        assert_eq!(
            found,
            numbers.into_iter().map(Some).collect::<Vec<_>>(),
            "{query}"
        );
    }
    for query in ["?status=many", "?colour=blue", "?wait=-1", "?status=70000"] {
        let refused = world.anyone().get(&format!("/_tanzanite/journal{query}"));
        assert_eq!(refused.status, 400, "{query}: {refused}");
    }
}

#[test]
fn what_was_expected_is_compared_and_the_difference_is_told() {
    let world = visited();
    for (expectation, met, matched) in [
        (
            r#"{"request":{"path":"/crm/v8/*/photo"},"count":2}"#,
            true,
            2,
        ),
        (r#"{"request":{"method":"DELETE","status":200}}"#, true, 1),
        (r#"{"request":{"method":"PUT"},"at_most":0}"#, true, 0),
        (r#"{"request":{},"at_least":2,"at_most":3}"#, false, 4),
        (r#"{"request":{"after":3},"count":1}"#, true, 1),
    ] {
        let verdict = verify(&world, expectation);
        assert_eq!(
            (&verdict["met"], &verdict["matched"]),
            (&met.into(), &matched.into()),
            "{expectation}: {verdict}"
        );
    }
    let verdict = verify(
        &world,
        r#"{"request":{"method":"DELETE","status":204,"code":"SUCCESS"},"count":1}"#,
    );
    assert_eq!(verdict["expected"], "1");
    assert_eq!(
        verdict["nearest"][0]["differs"],
        serde_json::json!([r#"status is "200" and not "204""#])
    );
    assert_eq!(verdict["nearest"].as_array().map(Vec::len), Some(4));
    for expectation in [
        "",
        "[]",
        r#"{"count":-1}"#,
        r#"{"request":{"colour":1}}"#,
        r#"{"count":1,"at_most":2}"#,
    ] {
        let refused = world
            .anyone()
            .post("/_tanzanite/journal/verify", expectation);
        assert_eq!(refused.status, 400, "{expectation}: {refused}");
    }
}

#[test]
fn the_oldest_go_when_there_are_too_many_and_a_long_body_is_cut() {
    let world = World::demo();
    let anyone = world.anyone();
    for number in 0..1010 {
        assert_eq!(
            anyone.get(&format!("/nothing/{number}")).code(),
            "INVALID_URL_PATTERN"
        );
    }
    let entries = journal(&world, "");
    assert_eq!((entries.len(), &entries[0]["number"]), (1000, &11.into()));
    let long = "ä".repeat(300_000);
    let admin = world.actor("admin");
    for _ in 0..3 {
        let body = format!(r#"{{"data":[{{"Last_Name":"{long}"}}]}}"#);
        assert_eq!(admin.post("/crm/v8/Leads", &body).status, 400);
    }
    let body = &journal(&world, "?method=POST&limit=1")[0]["request"]["body"];
    assert_eq!(
        (&body["cut"], &body["bytes"]),
        (&true.into(), &600_027.into())
    );
    let kept = text(&body["text"]).len();
    assert!((16 * 1024 - 4..=16 * 1024).contains(&kept), "{kept} bytes");
    let cleared = world
        .anyone()
        .send("DELETE", "/_tanzanite/journal", &[], b"")
        .json();
    assert_eq!(cleared["cleared"], 1000);
    assert_eq!(journal(&world, ""), Vec::<Value>::new());
    assert_eq!(admin.get(LEADS).status, 200);
    assert_eq!(journal(&world, "")[0]["number"], 1014, "numbers go on");
}

#[test]
fn a_question_waits_for_what_is_not_there_yet() {
    let world = World::demo();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| journal(&world, "?code=INVALID_TOKEN&wait=15"));
        std::thread::sleep(std::time::Duration::from_millis(100));
        assert_eq!(world.actor("admin").get(LEADS).status, 200);
        assert_eq!(world.actor("expired").get(LEADS).status, 401);
        assert_eq!(waiting.join().expect("an answer").len(), 1);
    });
    assert_eq!(journal(&world, "?status=500&wait=1"), Vec::<Value>::new());
}

#[test]
fn a_har_archive_has_what_a_viewer_wants() {
    let world = visited();
    let archive = world
        .anyone()
        .get("/_tanzanite/journal.har?status=200")
        .json();
    let log = &archive["log"];
    assert_eq!(
        (&log["version"], log["entries"].as_array().map(Vec::len)),
        (&"1.2".into(), Some(2))
    );
    let entry = &log["entries"][0];
    assert!(
        text(&entry["request"]["url"])
            .starts_with(&format!("http://{}/crm/v8/Leads?fields=", world.address))
    );
    assert_eq!(entry["request"]["queryString"][1]["name"], "per_page");
    assert_eq!(entry["response"]["statusText"], "OK");
    assert!(text(&entry["response"]["content"]["text"]).contains("Last_Name"));
}
