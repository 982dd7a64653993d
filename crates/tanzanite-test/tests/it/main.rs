//! A Tanzanite in the test's own process.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use bytes::Bytes;
use http::Request;
use http::header::{AUTHORIZATION, HOST};
use tanzanite_seed::TEMPLATE;
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

#[tokio::test]
async fn organisations_of_a_server_do_not_know_of_each_other() {
    let server = start();
    let one = server.organisation("one").expect("an organisation");
    let two = server.organisation("two").expect("an organisation");
    assert_eq!((one.url(), two.url()), (server.url(), server.url()));
    let frozen = Timestamp::parse("2030-01-01T00:00:00Z").expect("a time");
    assert_eq!(one.clock(ClockChange::Freeze(Some(frozen))), Ok(frozen));
    for other in [&server, &two] {
        assert!(other.clock(ClockChange::Resume).expect("a clock") < frozen);
    }
    let token = one.token("admin").expect("a token");
    let (status, body) = delete_photo(&two, "with_photo", token).await;
    assert_eq!(status, 400, "{body}");
    for crm in [&one, &two, &server] {
        let token = crm.token("admin").expect("a token");
        let (status, body) = delete_photo(crm, "with_photo", token).await;
        assert_eq!(status, 200, "{body}");
    }
}

#[tokio::test]
async fn an_organisation_is_as_its_seed_made_it_after_a_reset() {
    let server = start();
    let beside = server.organisation("beside").expect("an organisation");
    let mut statuses = Vec::new();
    for crm in [&server, &beside] {
        let token = crm.token("admin").expect("a token");
        statuses.push(delete_photo(crm, "with_photo", token).await.0);
    }
    beside.reset().expect("a reset");
    for crm in [&server, &beside] {
        let token = crm.token("admin").expect("a token");
        statuses.push(delete_photo(crm, "with_photo", token).await.0);
    }
    server.reset().expect("a reset");
    let token = server.token("admin").expect("a token");
    statuses.push(delete_photo(&server, "with_photo", token).await.0);
    assert_eq!(statuses, [200, 200, 400, 200, 200]);
}

#[test]
fn an_organisation_is_removed_with_its_value_and_the_same_again() {
    let server = start();
    let one = server.organisation("one").expect("an organisation");
    let error = server.organisation("one").expect_err("one of the name");
    let told = format!("there is an organisation of the name, {}", one.org());
    assert!(error.to_string().starts_with(&told), "{error}");
    let error = server.organisation("a b").expect_err("no name").to_string();
    assert!(error.starts_with("a name is 1 to 64 letters"), "{error}");
    let clock = format!("{}/_tanzanite/clock?org={}", one.url(), one.org());
    assert!(ureq::get(&clock).call().is_ok());
    let (org, record) = (one.org(), one.record("locked").expect("a record").1);
    drop(one);
    assert!(ureq::get(&clock).call().is_err());
    let again = server.organisation("one").expect("an organisation");
    let known = again.record("locked").map(|(_, id)| id);
    assert_eq!((again.org(), known), (org, Some(record)));
}

#[test]
fn a_server_ends_with_the_last_of_its_organisations() {
    let server = start();
    let health = format!("{}/_tanzanite/health", server.url());
    let beside = server.organisation("beside").expect("an organisation");
    drop(server);
    assert!(ureq::get(&health).call().is_ok());
    beside.reset().expect("a reset");
    drop(beside);
    assert!(ureq::get(&health).call().is_err());
}

#[test]
fn an_organisation_that_was_removed_by_hand_is_dropped_and_refuses() {
    let server = start();
    let beside = server.organisation("beside").expect("an organisation");
    let organisations = format!("{}/_tanzanite/organisations", server.url());
    let removed = ureq::delete(format!("{organisations}?org={}", beside.org())).call();
    assert!(removed.is_ok());
    let error = beside.reset().expect_err("it is gone").to_string();
    let told = format!("there is no organisation {}; ", beside.org());
    assert!(error.starts_with(&told), "{error}");
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

/// Seeds are read by the same code as in the program.
#[cfg(unix)]
#[test]
fn a_seed_s_picture_is_a_file_in_its_folder_and_not_too_long() {
    let folder = tempfile::tempdir().expect("a folder");
    let seed = folder.path().join("seed");
    std::fs::create_dir(&seed).expect("a folder");
    std::fs::write(folder.path().join("mine.png"), "a picture").expect("written");
    std::os::unix::fs::symlink("/dev/zero", seed.join("zero.png")).expect("a link");
    let long = std::fs::File::create(seed.join("long.png")).expect("a file");
    long.set_len(10 * 1024 * 1024 + 1).expect("longer");
    for (photo, why) in [
        ("../mine.png", "it is not in the seed's folder"),
        ("zero.png", "it is not in the seed's folder"),
        ("long.png", "it has more than 10485760 bytes"),
    ] {
        let record = format!(
            "\n[[record]]\nmodule = \"Leads\"\nkey = \"k\"\nowner = \"admin@example.com\"\nphoto = {photo:?}\nfields = {{ Last_Name = \"T\", Company = \"T\" }}\n"
        );
        let text = TEMPLATE.replace("{{SECRET}}", &"s".repeat(64)) + &record;
        std::fs::write(seed.join("seed.toml"), text).expect("written");
        let error = Tanzanite::start_from(seed.join("seed.toml")).expect_err("it is read");
        let told = format!("the picture {photo:?} cannot be read: {why}");
        assert!(error.to_string().contains(&told), "{error}");
    }
}
