//! Fault injection rules and the journal belong to one organisation: another's requests match none of its rules and
//! leave nothing in its journal.

use super::faults::{add, rules};
use super::journal::journal;
use crate::world::{World, text};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tanzanite_seed::Credentials;

const LEADS: &str = "/crm/v8/Leads?fields=Last_Name&per_page=1";
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// Two organisations in one store: the one that the server was started for, and another.
struct Two {
    world: World,
    org: String,
    other: Credentials,
}

fn two() -> Two {
    let world = World::demo();
    let (org, other) = world.another();
    Two {
        world,
        org: org.to_string(),
        other,
    }
}

impl Two {
    /// The status that the other organisation's administrator gets.
    fn other_gets(&self, path: &str) -> u16 {
        let token = self.other.token("admin").expect("a token");
        let bearer = self.world.bearing(&format!("Zoho-oauthtoken {token}"));
        bearer.get(path).status
    }

    fn other_rule(&self, rule: &Value) -> Value {
        let path = format!("/_tanzanite/faults?org={}", self.org);
        let added = self.world.anyone().post(&path, &rule.to_string());
        assert_eq!(added.status, 200, "{added}");
        added.json()
    }

    fn other_rules(&self) -> Vec<Value> {
        let path = format!("/_tanzanite/faults?org={}", self.org);
        let listed = self.world.anyone().get(&path).json();
        listed["rules"].as_array().expect("rules").clone()
    }

    fn other_journal(&self) -> Vec<Value> {
        journal(&self.world, &format!("?org={}", self.org))
    }

    fn control(&self, method: &str, path: &str) -> (u16, Value) {
        let answer = self.world.anyone().send(method, path, &[], b"");
        (answer.status, answer.json())
    }
}

fn paths(entries: &[Value]) -> Vec<String> {
    let paths = entries.iter().map(|entry| text(&entry["request"]["path"]));
    paths.collect()
}

#[test]
fn a_rule_fires_at_its_organisation_s_requests_alone() {
    let two = two();
    let ours = add(
        &two.world,
        &json!({"request": {"module": "Leads"}, "nth": 2, "reply": {"status": 418}}),
    );
    let theirs = two.other_rule(&json!({"request": {"module": "Leads"}, "reply": {"status": 503}}));
    assert_eq!((&ours["number"], &theirs["number"]), (&1.into(), &2.into()));
    let we_get = || two.world.actor("admin").get(LEADS).status;
    assert_eq!((we_get(), two.other_gets(LEADS)), (200, 503));
    assert_eq!((two.other_gets(LEADS), we_get()), (503, 418));
    assert_eq!(rules(&two.world), Vec::<Value>::new(), "ours is spent");
    let listed = two.other_rules();
    assert_eq!(
        (listed.len(), &listed[0]["met"], &listed[0]["fired"]),
        (1, &2.into(), &2.into())
    );
}

#[test]
fn rules_are_listed_and_removed_by_organisation() {
    let two = two();
    add(
        &two.world,
        &json!({"close": true, "request": {"path": "/a"}}),
    );
    two.other_rule(&json!({"close": true, "request": {"path": "/b"}}));
    let (status, refused) = two.control("DELETE", "/_tanzanite/faults/2");
    assert_eq!(status, 404, "{refused}");
    let (_, removed) = two.control("DELETE", "/_tanzanite/faults");
    assert_eq!(removed["removed"], 1);
    assert_eq!((rules(&two.world).len(), two.other_rules().len()), (0, 1));
    let path = format!("/_tanzanite/faults/2?org={}", two.org);
    assert_eq!(two.control("DELETE", &path).1["removed"], 1);
    assert_eq!(two.other_rules().len(), 0);
    for _ in 0..100 {
        two.other_rule(&json!({"close": true, "request": {"path": "/b"}}));
    }
    let path = format!("/_tanzanite/faults?org={}", two.org);
    let full = two.world.anyone().post(&path, r#"{"close":true}"#);
    assert_eq!(full.status, 409, "{full}");
    add(
        &two.world,
        &json!({"close": true, "request": {"path": "/a"}}),
    );
}

#[test]
fn nobody_s_requests_meet_the_rules_of_the_organisation_that_the_server_was_started_for() {
    let two = two();
    two.other_rule(&json!({"reply": {"status": 503}}));
    let anyone = two.world.anyone();
    assert_eq!(anyone.get(LEADS).status, 401);
    assert_eq!(anyone.get("/nothing").status, 404);
    assert_eq!(
        anyone
            .send("POST", "/oauth/v2/token", &[FORM], b"a=b")
            .status,
        200
    );
    assert_eq!(two.other_rules()[0]["met"], 0);
    add(&two.world, &json!({"reply": {"status": 418}}));
    assert_eq!(anyone.get(LEADS).status, 418);
    assert_eq!(anyone.get("/nothing").status, 418);
    assert_eq!(
        anyone
            .send("POST", "/oauth/v2/token", &[FORM], b"a=b")
            .status,
        418
    );
    assert_eq!(
        two.other_gets("/nothing"),
        503,
        "the token says whose it is"
    );
    let form = format!("client_id={}", two.other.client_id);
    let oauth = anyone.send("POST", "/oauth/v2/token", &[FORM], form.as_bytes());
    assert_eq!(oauth.status, 503);
}

#[test]
fn an_organisation_s_journal_has_its_own_exchanges() {
    let two = two();
    let anyone = two.world.anyone();
    assert_eq!(two.world.actor("admin").get(LEADS).status, 200);
    assert_eq!(two.other_gets("/crm/v8/org"), 200);
    assert_eq!(two.other_gets("/nothing"), 404);
    assert_eq!(two.other_gets("/crm/v8/Nonsense?fields=Name"), 400);
    let refresh = two.other.token("refresh").expect("a token");
    for (path, form) in [
        (
            "/oauth/v2/token",
            format!("grant_type=refresh_token&client_id={}", two.other.client_id),
        ),
        ("/oauth/v2/token/revoke", format!("token={refresh}")),
        ("/oauth/v2/token", "grant_type=refresh_token".to_owned()),
    ] {
        let sent = anyone.send("POST", path, &[FORM], form.as_bytes());
        assert_eq!(sent.status, 200, "{sent}");
    }
    assert_eq!(anyone.get("/crm/v8/Leads").status, 401);
    let (ours, theirs) = (journal(&two.world, ""), two.other_journal());
    assert_eq!(
        paths(&ours),
        ["/crm/v8/Leads", "/oauth/v2/token", "/crm/v8/Leads"]
    );
    assert_eq!(
        paths(&theirs),
        [
            "/crm/v8/org",
            "/nothing",
            "/crm/v8/Nonsense",
            "/oauth/v2/token",
            "/oauth/v2/token/revoke"
        ]
    );
    let numbers: Vec<_> = theirs.iter().map(|entry| &entry["number"]).collect();
    assert_eq!(numbers, [2, 3, 4, 5, 6], "one count for the whole process");
    let verdict = format!("/_tanzanite/journal/verify?org={}", two.org);
    let verdict = anyone.post(&verdict, r#"{"count":5,"request":{}}"#).json();
    assert_eq!(verdict["met"], true, "{verdict}");
    let har = format!("/_tanzanite/journal.har?org={}", two.org);
    let har = anyone.get(&har).json();
    assert_eq!(har["log"]["entries"].as_array().map(Vec::len), Some(5));
    let (_, cleared) = two.control("DELETE", "/_tanzanite/journal");
    assert_eq!(cleared["cleared"], 3);
    assert_eq!(
        (journal(&two.world, "").len(), two.other_journal().len()),
        (0, 5)
    );
}

#[test]
fn under_a_rule_an_exchange_is_in_its_organisation_s_journal() {
    let two = two();
    two.other_rule(&json!({"reply": {"status": 503}}));
    assert_eq!(two.other_gets("/nothing"), 503);
    assert_eq!(two.world.anyone().get("/nothing").status, 404);
    assert_eq!(paths(&two.other_journal()), ["/nothing"]);
    assert_eq!(journal(&two.world, "").len(), 1);
}

#[test]
fn who_waits_for_an_organisation_s_entries_sleeps_through_another_s() {
    let two = two();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let begun = Instant::now();
            let query = format!("?org={}&status=404&wait=15", two.org);
            (journal(&two.world, &query), begun.elapsed())
        });
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(two.world.anyone().get("/nothing").status, 404);
        assert_eq!(two.other_gets(LEADS), 200);
        std::thread::sleep(Duration::from_millis(200));
        assert!(!waiting.is_finished(), "neither is what it waits for");
        assert_eq!(two.other_gets("/nothing/of/theirs"), 404);
        let (entries, took) = waiting.join().expect("an answer");
        assert_eq!(paths(&entries), ["/nothing/of/theirs"]);
        assert!(took >= Duration::from_millis(400) && took < Duration::from_secs(10));
    });
}
