//! `/_tanzanite/faults`: rules that revoke access tokens during use, and rules about one client's requests.

use super::faults::{add, delete, rules};
use super::journal::journal;
use crate::world::{World, text};
use serde_json::{Value, json};

const LEADS: &str = "/crm/v8/Leads?fields=Last_Name&per_page=1";
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

#[test]
fn a_token_that_dies_before_its_request_is_refused_by_the_real_cause_and_can_be_refreshed() {
    let world = World::demo();
    let before = world.state();
    let access = fresh_token(&world);
    add(&world, &json!({"times": 1, "expire_token": true}));
    // The rule concerns only requests with a token.
    assert_eq!(world.anyone().get(LEADS).code(), "AUTHENTICATION_FAILURE");
    let unknown = world.bearing("Zoho-oauthtoken 1000.a.b").get(LEADS);
    assert_eq!(unknown.code(), "INVALID_TOKEN");
    assert_eq!(rules(&world)[0]["met"], 0);
    let bearer = world.bearing(&format!("Zoho-oauthtoken {access}"));
    let photo = super::faults::photo(&world);
    let refused = bearer.delete(&photo);
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (401, "INVALID_TOKEN")
    );
    assert_eq!(world.state(), before);
    assert_eq!(rules(&world), Vec::<Value>::new());
    let entry = &journal(&world, "?method=DELETE")[0];
    assert_eq!(entry["cause"], "the token is unknown or revoked");
    assert_eq!(entry["rule_did"], "killed the access token");
    assert_eq!(
        bearer.delete(&photo).code(),
        "INVALID_TOKEN",
        "it stays dead"
    );
    let next = world.bearing(&format!("Zoho-oauthtoken {}", fresh_token(&world)));
    assert_eq!(next.delete(&photo).code(), "SUCCESS");
}

#[test]
fn a_token_that_dies_after_its_request_is_refused_at_the_next() {
    let world = World::demo();
    add(
        &world,
        &json!({"request": {"method": "DELETE"}, "nth": 1, "moment": "after", "expire_token": true}),
    );
    assert_eq!(delete(&world).code(), "SUCCESS");
    assert_eq!(delete(&world).code(), "INVALID_TOKEN");
    assert_eq!(world.actor("admin").get(LEADS).code(), "INVALID_TOKEN");
    assert_eq!(
        world.actor("manager").get(LEADS).status,
        200,
        "another's token lives on"
    );
}

#[test]
fn a_token_can_die_together_with_the_answer() {
    let world = World::demo();
    add(
        &world,
        &json!({"request": {"method": "DELETE"}, "nth": 1, "moment": "after", "expire_token": true, "reply": {"status": 504}}),
    );
    assert_eq!(delete(&world).status, 504);
    assert_eq!(delete(&world).code(), "INVALID_TOKEN");
    let manager = world.actor("manager").delete(&super::faults::photo(&world));
    assert_eq!(manager.code(), "INVALID_DATA", "the photo is gone");
    let entry = &journal(&world, "?status=504")[0];
    assert_eq!(
        entry["rule_did"],
        "after it was carried out: killed the access token, answered with status 504"
    );
}

#[test]
fn a_rule_about_a_client_is_about_its_tokens_and_its_oauth_requests() {
    let world = World::demo();
    let id = world.credentials.client_id.clone();
    let access = fresh_token(&world);
    let by_tool = world.anyone().post(
        "/_tanzanite/tokens",
        r#"{"user":"mara.lindqvist@example.com","scopes":["ZohoCRM.modules.ALL"]}"#,
    );
    let by_tool = text(&by_tool.json()["access_token"]);
    let ask = |token: &str| {
        let bearer = world.bearing(&format!("Zoho-oauthtoken {token}"));
        bearer.get(LEADS).status
    };
    let teapot = |client: &str| {
        world
            .anyone()
            .send("DELETE", "/_tanzanite/faults", &[], b"");
        add(
            &world,
            &json!({"request": {"client": client}, "reply": {"status": 418}}),
        );
    };
    teapot(&id);
    assert_eq!((ask(&access), ask(&by_tool)), (418, 200));
    let form = refresh_form(&world);
    let post = |path: &str, form: &str| {
        let sent = world.anyone().send("POST", path, &[FORM], form.as_bytes());
        sent.status
    };
    assert_eq!(post("/oauth/v2/token", &form), 418);
    assert_eq!(post(&format!("/oauth/v2/token?{form}"), ""), 418);
    assert_eq!(
        post("/oauth/v2/token/revoke", &format!("token={access}")),
        418
    );
    assert_eq!(post("/oauth/v2/token/revoke", "token=1000.a.b"), 200);
    assert_eq!(post("/oauth/v2/token", "client_id=1000.X"), 200);
    assert_eq!(rules(&world)[0]["met"], 4);
    teapot("1000.X");
    assert_eq!((ask(&access), post("/oauth/v2/token", &form)), (200, 200));
}

#[test]
fn an_oauth_request_whose_rule_does_not_fire_is_read_whole() {
    let world = World::demo();
    add(
        &world,
        &json!({"request": {"path": "/oauth/*"}, "nth": 7, "close": true}),
    );
    let (content_type, body) = crate::world::multipart_fields(&[
        ("grant_type".to_owned(), "refresh_token".to_owned()),
        ("client_id".to_owned(), world.credentials.client_id.clone()),
        (
            "client_secret".to_owned(),
            world.credentials.client_secret.clone(),
        ),
        (
            "refresh_token".to_owned(),
            world
                .credentials
                .token("refresh")
                .expect("a token")
                .to_owned(),
        ),
    ]);
    let content_type = [("Content-Type", content_type)];
    let issued = world
        .anyone()
        .send("POST", "/oauth/v2/token", &content_type, &body);
    assert!(issued.json()["access_token"].is_string(), "{issued}");
    let too_long = vec![b'x'; 70_000];
    let refused = world
        .anyone()
        .send("POST", "/oauth/v2/token", &[FORM], &too_long);
    assert!(refused.json()["error"].is_string(), "{refused}");
}

fn refresh_form(world: &World) -> String {
    let credentials = &world.credentials;
    format!(
        "grant_type=refresh_token&client_id={}&client_secret={}&refresh_token={}",
        credentials.client_id,
        credentials.client_secret,
        credentials.token("refresh").expect("a token")
    )
}

/// An access token from the demo's refresh token.
fn fresh_token(world: &World) -> String {
    let form = refresh_form(world);
    let issued = world
        .anyone()
        .send("POST", "/oauth/v2/token", &[FORM], form.as_bytes());
    text(&issued.json()["access_token"])
}
