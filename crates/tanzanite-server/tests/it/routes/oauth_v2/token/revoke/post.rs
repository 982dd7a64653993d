//! `POST /oauth/v2/token/revoke`.

use crate::world::{Exchange, World, text};
use insta::assert_snapshot;

fn revoke(world: &World, token: &str) -> Exchange {
    world
        .anyone()
        .post(&format!("/oauth/v2/token/revoke?token={token}"), "")
}

fn status_with(world: &World, access_token: &str) -> u16 {
    world
        .bearing(&format!("Zoho-oauthtoken {access_token}"))
        .get("/crm/v8/org")
        .status
}

#[test]
fn a_refresh_token_dies_with_its_access_tokens() {
    let world = World::demo();
    let refresh = world
        .credentials
        .token("refresh")
        .expect("a token")
        .to_owned();
    let (id, secret) = (
        &world.credentials.client_id,
        &world.credentials.client_secret,
    );
    let body = format!(
        "grant_type=refresh_token&refresh_token={refresh}&client_id={id}&client_secret={secret}"
    );
    let access: Vec<String> = (0..3)
        .map(|_| text(&world.anyone().post("/oauth/v2/token", &body).json()["access_token"]))
        .collect();
    assert_snapshot!(revoke(&world, &refresh), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"status":"success"}
    "#);
    for token in &access {
        assert_eq!(status_with(&world, token), 401);
    }
    assert_eq!(
        world.anyone().post("/oauth/v2/token", &body).json()["error"],
        "invalid_code"
    );
    assert_eq!(
        world.actor("admin").get("/crm/v8/org").status,
        200,
        "others live on"
    );
    assert_snapshot!(revoke(&world, &refresh), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"error":"invalid_token"}
    "#);
}

#[test]
fn an_access_token_dies_alone() {
    let world = World::demo();
    let admin = world
        .credentials
        .token("admin")
        .expect("a token")
        .to_owned();
    assert_eq!(revoke(&world, &admin).status, 200);
    assert_eq!(status_with(&world, &admin), 401);
    assert_eq!(world.actor("manager").get("/crm/v8/org").status, 200);
}

#[test]
fn the_token_is_missing_or_unknown() {
    let world = World::demo();
    assert_snapshot!(revoke(&world, "1000.aa.bb"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"error":"invalid_token"}
    "#);
    for body in ["", "token=", "token=x", "x"] {
        let exchange = world.anyone().post("/oauth/v2/token/revoke", body);
        assert_eq!(
            (exchange.status, exchange.json()["error"].as_str()),
            (200, Some("invalid_token")),
            "{body:?}"
        );
    }
    assert_eq!(
        world.anyone().get("/oauth/v2/token/revoke").code(),
        "INVALID_REQUEST_METHOD"
    );
}

#[test]
fn the_token_may_stand_in_the_body() {
    let world = World::demo();
    let refresh = world.credentials.token("refresh").expect("a token");
    let exchange = world
        .anyone()
        .post("/oauth/v2/token/revoke", &format!("token={refresh}"));
    assert_eq!(exchange.json()["status"], "success", "{exchange}");
}
