//! The limit on a refresh token's access tokens within ten minutes.

use super::super::journal::journal;
use super::{LEADS, grant, say, shown, used};
use crate::world::{World, text};
use insta::assert_snapshot;
use serde_json::json;

#[test]
fn a_refresh_token_gives_ten_access_tokens_within_ten_minutes() {
    let world = World::demo();
    let refresh = world
        .credentials
        .token("refresh")
        .expect("a token")
        .to_owned();
    let give = || grant(&world, "refresh_token", "refresh_token", &refresh);
    // Only fifteen access tokens of one refresh token stay valid; one more would revoke the oldest.
    let given: Vec<_> = (0..15)
        .map(|_| text(&give().json()["access_token"]))
        .collect();
    world.clock(r#"{"action":"freeze","at":"2026-03-01T09:00:00Z"}"#);
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
    // Another refresh token has its own ten, the first of which was issued along with it.
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
    world.clock(r#"{"action":"advance","by":"9m 59s"}"#);
    assert_eq!(give().status, 400);
    assert!(alive(&given[10]));
    world.clock(r#"{"action":"advance","by":"1s"}"#);
    assert_eq!(give().status, 200);
    assert!(!alive(&given[10]));
    assert_eq!(used(&world), 2, "tokens cost no credits");
}
