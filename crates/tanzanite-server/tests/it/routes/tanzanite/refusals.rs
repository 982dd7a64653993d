//! The callers that the control API refuses: it issues tokens for anybody, so pages in a browser must not reach it.

use crate::world::World;
use insta::assert_snapshot;
use tanzanite_crm::secret::Digest;
use tanzanite_server::Config;

const OPERATIONS: [(&str, &str); 3] = [
    ("POST", "/_tanzanite/tokens"),
    ("POST", "/_tanzanite/grants"),
    ("POST", "/_tanzanite/environment"),
];

fn request(method: &str, path: &str, host: &str, more: &str) -> Vec<u8> {
    let body = r#"{"user":"mara.lindqvist@example.com","scopes":["ZohoCRM.org.READ"]}"#;
    let length = body.len();
    format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

#[test]
fn a_page_that_was_led_here_by_a_foreign_name_gets_nothing() {
    let world = World::demo();
    let port = world.address.port();
    for (method, path) in OPERATIONS {
        for host in [
            "evil.example.com",
            "evil.example.com:80",
            "localhost.evil.example.com",
            "10.0.0.1",
            "0.0.0.0",
            "",
        ] {
            let exchange = world.raw(&request(method, path, host, ""));
            assert_eq!(exchange.status, 403, "{path} {host:?}: {exchange}");
        }
        for host in [
            "localhost",
            &format!("localhost:{port}"),
            &format!("127.0.0.1:{port}"),
            "[::1]",
            &format!("[::1]:{port}"),
        ] {
            let exchange = world.raw(&request(method, path, host, ""));
            assert_eq!(exchange.status, 200, "{path} {host:?}: {exchange}");
        }
    }
    assert_snapshot!(world.raw(&request("POST", "/_tanzanite/tokens", "evil.example.com", "")), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"error":"\"evil.example.com\" is not a name of this server","hint":"ask it by 127.0.0.1 or localhost, or give it the name with --public-url"}
    "#);
}

#[test]
fn a_cross_site_request_gets_nothing() {
    let world = World::demo();
    for (method, path) in OPERATIONS {
        for origin in [
            "Origin: https://evil.example.com\r\n",
            "Origin: null\r\n",
            "Origin: http://localhost\r\n",
        ] {
            let here = format!("localhost:{}", world.address.port());
            assert_eq!(
                world.raw(&request(method, path, &here, origin)).status,
                403,
                "{path} {origin}"
            );
        }
    }
    assert_snapshot!(world.raw(&request("POST", "/_tanzanite/tokens", "localhost", "Origin: null\r\n")), @r#"
    403
    content-type: application/json;charset=UTF-8

    {"error":"a page of another site asks, as Origin says","hint":"serve a seed of your own (`tanzanite init`) and look at its tokens, and pages may use the API; never what is beside it"}
    "#);
}

#[test]
fn other_paths_and_methods_are_unknown() {
    let world = World::demo();
    assert_snapshot!(world.anyone().get("/_tanzanite/nothing"), @r#"
    404
    content-type: application/json;charset=UTF-8

    {"error":"no control operation GET /_tanzanite/nothing","hint":"docs/laboratory.md lists what there is"}
    "#);
    for (method, path) in [
        ("GET", "/_tanzanite"),
        ("GET", "/_tanzanite/"),
        ("GET", "/_tanzanite/tokens"),
        ("DELETE", "/_tanzanite/health"),
    ] {
        assert_eq!(
            world.anyone().send(method, path, &[], b"").status,
            404,
            "{method} {path}"
        );
    }
    assert_eq!(
        world.anyone().get("/_tanzanitex").code(),
        "INVALID_URL_PATTERN",
        "the prefix ends with its word"
    );
}

#[test]
fn with_a_control_token_only_those_who_show_it_are_answered_by_whatever_name() {
    let token = "0123456789abcdef";
    let world = World::with(Config {
        control_token: Some(Digest::of(token.as_bytes())),
        ..Config::default()
    });
    let ask = |host: &str, more: &str| {
        let request = request("GET", "/_tanzanite/clock", host, more);
        world.raw(&request).status
    };
    assert_eq!(ask("localhost", ""), 401);
    assert_eq!(
        ask("localhost", "Authorization: Bearer 0123456789abcdeg\r\n"),
        401
    );
    assert_eq!(
        ask("localhost", &format!("Authorization: {token}\r\n")),
        401
    );
    assert_eq!(
        ask("crm.example", &format!("Authorization: Bearer {token}\r\n")),
        200
    );
    assert_eq!(world.anyone().get("/_tanzanite/health").status, 200);
}

#[test]
fn an_organisation_that_is_not_there_is_named() {
    let world = World::demo();
    let path = format!("/_tanzanite/clock?org={}", world.org);
    assert_eq!(world.anyone().get(&path).status, 200);
    for org in ["1", "-1", "x", "", "99999999999999999999"] {
        for path in ["clock", "journal", "faults", "limits", "snapshots"] {
            let path = format!("/_tanzanite/{path}?org={org}");
            let refused = world.anyone().get(&path);
            assert_eq!(refused.status, 404, "{path}");
            assert_eq!(
                refused.json()["error"],
                format!("there is no organisation {org}")
            );
        }
    }
}
