//! `POST /_tanzanite/tokens`: an access token without a consent page.

use crate::world::{Exchange, World, text};
use insta::assert_snapshot;

fn post(world: &World, body: &str) -> Exchange {
    world.anyone().post("/_tanzanite/tokens", body)
}

#[test]
fn a_token_is_of_the_user_and_the_scopes_that_were_asked_for() {
    let world = World::demo();
    let exchange = post(
        &world,
        r#"{"user":"INES.varga@example.com","scopes":["ZohoCRM.users.READ"]}"#,
    );
    assert_snapshot!(exchange, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"access_token":"[token]","expires_in":3600,"scope":"ZohoCRM.users.READ","user":"INES.varga@example.com"}
    "#);
    let actor = format!("Zoho-oauthtoken {}", text(&exchange.json()["access_token"]));
    let me = world
        .bearing(&actor)
        .get("/crm/v8/users?type=CurrentUser")
        .json();
    assert_eq!(me["users"][0]["email"], "ines.varga@example.com");
    assert_eq!(
        world.bearing(&actor).get("/crm/v8/org").code(),
        "OAUTH_SCOPE_MISMATCH"
    );
}

#[test]
fn the_user_or_a_scope_is_none() {
    let world = World::demo();
    assert_snapshot!(post(&world, r#"{"user":"nobody@example.com","scopes":["ZohoCRM.org.READ"]}"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"error":"no active user has the email \"nobody@example.com\"","hint":"`tanzanite env` and the seed name users and scopes"}
    "#);
    assert_snapshot!(post(&world, r#"{"user":"ines.varga@example.com","scopes":["everything"]}"#), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"error":"\"everything\" is no scope; one looks like ZohoCRM.modules.leads.READ","hint":"`tanzanite env` and the seed name users and scopes"}
    "#);
    let many = vec!["\"ZohoCRM.org.READ\""; 101].join(",");
    for (user, scopes) in [
        ("otto.reyes@example.com", "\"ZohoCRM.org.READ\""),
        ("", "\"ZohoCRM.org.READ\""),
        ("ines.varga@example.com", ""),
        ("ines.varga@example.com", &many),
    ] {
        let exchange = post(
            &world,
            &format!(r#"{{"user":"{user}","scopes":[{scopes}]}}"#),
        );
        assert_eq!(exchange.status, 400, "{user:?} {scopes:.40}: {exchange}");
    }
}

#[test]
fn the_body_is_not_what_is_wanted() {
    let world = World::demo();
    assert_snapshot!(post(&world, ""), @r#"
    400
    content-type: application/json;charset=UTF-8

    {"error":"the body is not what is wanted: EOF while parsing a value at line 1 column 0","hint":"send {\"user\": \"EMAIL\", \"scopes\": [\"ZohoCRM.modules.ALL\"]}"}
    "#);
    for body in [
        "[]",
        "{}",
        r#"{"user":"a"}"#,
        r#"{"user":"a","scopes":"b"}"#,
        r#"{"user":"a","scopes":[],"x":1}"#,
    ] {
        assert_eq!(post(&world, body).status, 400, "{body}");
    }
    assert_eq!(post(&world, &"x".repeat(70_000)).status, 413);
}
