//! `POST /_tanzanite/grants`: a code without a consent page.

use crate::world::World;
use insta::assert_snapshot;

const WANTED: &str = r#"{"user":"ines.varga@example.com","scopes":["ZohoCRM.users.READ"]}"#;

#[test]
fn a_code_can_be_exchanged_by_the_seed_s_client() {
    let world = World::demo();
    let exchange = world.anyone().post("/_tanzanite/grants", WANTED);
    let grant = exchange.json();
    assert_eq!(grant["client_id"], world.credentials.client_id.as_str());
    assert_eq!(grant["expires_in"], 180);
    let value = |key: &str| grant[key].as_str().expect("a text");
    let body = format!(
        "grant_type=authorization_code&code={}&client_id={}&client_secret={}",
        value("code"),
        value("client_id"),
        value("client_secret")
    );
    assert_snapshot!(world.anyone().post("/oauth/v2/token", &body), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"access_token":"[token]","refresh_token":"[token]","scope":"ZohoCRM.users.READ","api_domain":"[base URL]","token_type":"Bearer","expires_in":3600}
    "#);
}

#[test]
fn the_user_the_scope_or_the_body_is_wrong() {
    let world = World::demo();
    for body in [
        r#"{"user":"nobody@example.com","scopes":["ZohoCRM.org.READ"]}"#,
        r#"{"user":"ines.varga@example.com","scopes":["org"]}"#,
        "",
    ] {
        let exchange = world.anyone().post("/_tanzanite/grants", body);
        assert_eq!(exchange.status, 400, "{body}");
        assert!(
            exchange.json()["hint"].is_string() && exchange.json()["error"].is_string(),
            "{exchange}"
        );
    }
}
