//! A Tanzanite in the test's own process.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use bytes::Bytes;
use http::Request;
use http::header::{AUTHORIZATION, HOST};
use tanzanite_test::{ClockChange, Tanzanite, Timestamp};

fn start() -> Tanzanite {
    Tanzanite::start().unwrap_or_else(|error| panic!("{error}"))
}

async fn delete_photo(crm: &Tanzanite, key: &str, token: &str) -> (u16, String) {
    let (module, id) = crm.record(key).expect("a record of the demo's");
    let request = Request::delete(format!("/crm/v8/{module}/{id}/photo"))
        .header(AUTHORIZATION, format!("Zoho-oauthtoken {token}"))
        .body(Bytes::new());
    let response = crm.handle(request.expect("a request")).await;
    let response = response.expect("a whole answer");
    let body = String::from_utf8(response.body().to_vec()).expect("UTF-8");
    (response.status().as_u16(), body)
}

#[tokio::test]
async fn a_request_is_answered_without_a_socket_as_over_one() {
    let crm = start();
    let token = crm.token("admin").expect("a token").to_owned();
    let (status, body) = delete_photo(&crm, "with_photo", &token).await;
    assert_eq!(
        (status, body.contains("Photo deleted")),
        (200, true),
        "{body}"
    );
    let (status, body) = delete_photo(&crm, "with_photo", &token).await;
    assert_eq!(
        (status, body.contains("No such photo")),
        (400, true),
        "{body}"
    );
    let url = format!("{}/_tanzanite/health", crm.url());
    let over_a_socket = tokio::task::spawn_blocking(move || ureq::get(&url).call());
    let answered = over_a_socket.await.expect("a thread").expect("an answer");
    assert_eq!(answered.status(), 200);
}

#[tokio::test]
async fn a_rule_may_leave_no_whole_answer() {
    let crm = start();
    let token = crm.token("admin").expect("a token").to_owned();
    for (rule, whole) in [
        (r#"{"times":1,"close":true}"#, false),
        (r#"{"times":1,"truncated":"half"}"#, false),
        (r#"{"times":1,"slow":"50ms"}"#, true),
    ] {
        let request = Request::post("/_tanzanite/faults")
            .header(HOST, "localhost")
            .body(Bytes::from(rule));
        let made = crm.handle(request.expect("a request")).await;
        assert_eq!(made.expect("an answer").status(), 200, "{rule}");
        let request = Request::get("/crm/v8/org")
            .header(AUTHORIZATION, format!("Zoho-oauthtoken {token}"))
            .body(Bytes::new());
        let answered = crm.handle(request.expect("a request")).await;
        assert_eq!(answered.is_some(), whole, "{rule}");
    }
}

#[tokio::test]
async fn a_token_dies_by_the_organisation_s_clock() {
    let crm = start();
    let frozen = Timestamp::parse("2030-01-01T00:00:00Z").expect("a time");
    assert_eq!(crm.clock(ClockChange::Freeze(Some(frozen))), Ok(frozen));
    let token = crm.token("admin").expect("a token").to_owned();
    let (status, _) = delete_photo(&crm, "with_photo", &token).await;
    assert_eq!(
        status, 200,
        "a seed's token lives for ever unless it says otherwise"
    );
    assert!(crm.clock(ClockChange::Advance(i64::MAX)).is_err());
    assert_eq!(
        crm.clock(ClockChange::Resume).map(|now| now >= frozen),
        Ok(true)
    );
}

#[test]
fn servers_do_not_know_of_each_other_and_end_with_their_values() {
    let servers: Vec<Tanzanite> = (0..10).map(|_| start()).collect();
    let urls: std::collections::BTreeSet<&str> = servers.iter().map(Tanzanite::url).collect();
    assert_eq!(urls.len(), 10);
    let url = format!("{}/_tanzanite/health", servers[0].url());
    assert!(ureq::get(&url).call().is_ok());
    drop(servers);
    assert!(ureq::get(&url).call().is_err());
}

#[test]
fn a_seed_that_is_none_is_an_error_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("seed.toml");
    std::fs::write(&path, "secret = 7\n").expect("written");
    let error = Tanzanite::start_from(&path)
        .expect_err("no seed")
        .to_string();
    assert!(error.contains("seed.toml:1"), "{error}");
    assert!(Tanzanite::start_from(folder.path().join("none.toml")).is_err());
}
