//! `POST /oauth/v2/token`: exchanges a code or a refresh token for an access token. Errors have status 200.

use crate::stores::Home;
use crate::world::{Exchange, World, multipart_fields, text};
use insta::assert_snapshot;
use tanzanite_crm::Transaction;
use tanzanite_crm::context::token_digest;
use tanzanite_crm::secret::Digest;
use tanzanite_crm::transaction::{Client, GrantCode};
use tanzanite_protocol::Timestamp;
use tanzanite_store::Store as _;

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const ORG: &str = "/crm/v8/org";

/// The fields of a request by the demo's client.
fn by_client(world: &World, fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let credentials = &world.credentials;
    let client = [
        ("client_id", &*credentials.client_id),
        ("client_secret", &*credentials.client_secret),
    ];
    let all = client.iter().chain(fields);
    all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn query(fields: &[(String, String)]) -> String {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

fn post(world: &World, fields: &[(String, String)]) -> Exchange {
    world
        .anyone()
        .send("POST", "/oauth/v2/token", &[FORM], query(fields).as_bytes())
}

fn by_code(world: &World, code: &str) -> Exchange {
    post(
        world,
        &by_client(
            world,
            &[("grant_type", "authorization_code"), ("code", code)],
        ),
    )
}

fn by_refresh_token(world: &World, token: &str) -> Exchange {
    post(
        world,
        &by_client(
            world,
            &[("grant_type", "refresh_token"), ("refresh_token", token)],
        ),
    )
}

fn token<'a>(world: &'a World, name: &str) -> &'a str {
    world.credentials.token(name).expect(name)
}

fn status_with(world: &World, access_token: &str) -> u16 {
    world
        .bearing(&format!("Zoho-oauthtoken {access_token}"))
        .get(ORG)
        .status
}

#[test]
fn a_code_is_exchanged_once() {
    let world = World::demo();
    let code = token(&world, "code_python");
    let exchange = by_code(&world, code);
    assert_snapshot!(exchange, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"access_token":"[token]","refresh_token":"[token]","scope":"ZohoCRM.modules.ALL ZohoCRM.settings.ALL ZohoCRM.users.ALL ZohoCRM.org.ALL ZohoSearch.securesearch.READ ZohoCRM.coql.READ ZohoCRM.bulk.READ ZohoCRM.change_owner.ALL ZohoCRM.mass_update.ALL ZohoCRM.mass_delete.ALL ZohoCRM.notifications.ALL","api_domain":"[base URL]","token_type":"Bearer","expires_in":3600}
    "#);
    let tokens = exchange.json();
    assert_eq!(status_with(&world, &text(&tokens["access_token"])), 200);
    assert_eq!(
        by_refresh_token(&world, &text(&tokens["refresh_token"])).status,
        200
    );
    assert_eq!(
        tokens["api_domain"],
        format!("http://{}", world.address),
        "never the vendor's own host"
    );
    assert_snapshot!(by_code(&world, code), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"error":"invalid_code"}
    "#);
    assert_eq!(
        status_with(&world, &text(&tokens["access_token"])),
        200,
        "the first exchange stands"
    );
}

#[test]
fn a_refresh_token_is_exchanged_again_and_again() {
    let world = World::demo();
    let refresh = token(&world, "refresh");
    let exchange = by_refresh_token(&world, refresh);
    assert_snapshot!(exchange, @r#"
    200
    content-type: application/json;charset=UTF-8

    {"access_token":"[token]","scope":"ZohoCRM.modules.ALL ZohoCRM.settings.ALL ZohoCRM.users.ALL ZohoCRM.org.ALL ZohoSearch.securesearch.READ ZohoCRM.coql.READ ZohoCRM.bulk.READ ZohoCRM.change_owner.ALL ZohoCRM.mass_update.ALL ZohoCRM.mass_delete.ALL ZohoCRM.notifications.ALL","api_domain":"[base URL]","token_type":"Bearer","expires_in":3600}
    "#);
    let first = text(&exchange.json()["access_token"]);
    let second = text(&by_refresh_token(&world, refresh).json()["access_token"]);
    assert_ne!(first, second);
    for token in [first, second] {
        assert_eq!(status_with(&world, &token), 200);
    }
}

#[test]
fn the_fields_come_in_three_ways() {
    let world = World::demo();
    let fields = by_client(
        &world,
        &[
            ("grant_type", "refresh_token"),
            ("refresh_token", token(&world, "refresh")),
        ],
    );
    let urlencoded = post(&world, &fields);
    let in_query = world.anyone().send(
        "POST",
        &format!("/oauth/v2/token?{}", query(&fields)),
        &[],
        b"",
    );
    let (kind, body) = multipart_fields(&fields);
    let multipart =
        world
            .anyone()
            .send("POST", "/oauth/v2/token", &[("Content-Type", kind)], &body);
    let untyped = world.anyone().post("/oauth/v2/token", &query(&fields));
    for exchange in [urlencoded, in_query, multipart, untyped] {
        assert!(exchange.json()["access_token"].is_string(), "{exchange}");
    }
}

#[test]
fn the_client_is_unknown_or_does_not_prove_itself() {
    let world = World::demo();
    let send = |id: &str, secret: &str| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token(&world, "refresh")),
            ("client_id", id),
            ("client_secret", secret),
        ];
        post(
            &world,
            &fields.map(|(name, value)| (name.to_owned(), value.to_owned())),
        )
    };
    let (id, secret) = (
        &*world.credentials.client_id,
        &*world.credentials.client_secret,
    );
    assert_snapshot!(send("1000.NOBODY", secret), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"error":"invalid_client"}
    "#);
    assert_snapshot!(send(id, "wrong"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"error":"invalid_client_secret"}
    "#);
    for (id, secret, error) in [
        ("", secret, "invalid_client"),
        (id, "", "invalid_client_secret"),
        ("", "", "invalid_client"),
    ] {
        assert_eq!(send(id, secret).json()["error"], error);
    }
}

#[test]
fn the_code_or_the_refresh_token_is_unknown() {
    let world = World::demo();
    assert_snapshot!(by_code(&world, "1000.aa.bb"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"error":"invalid_code"}
    "#);
    assert_snapshot!(by_refresh_token(&world, "1000.aa.bb"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"error":"invalid_code"}
    "#);
    let long = "a".repeat(10_000);
    for wrong in ["", &long, token(&world, "admin"), token(&world, "refresh")] {
        assert_eq!(
            by_code(&world, wrong).json()["error"],
            "invalid_code",
            "{wrong:.20}"
        );
    }
    for wrong in [
        "",
        &long,
        token(&world, "admin"),
        token(&world, "code_node"),
    ] {
        assert_eq!(
            by_refresh_token(&world, wrong).json()["error"],
            "invalid_code",
            "{wrong:.20}"
        );
    }
    assert!(
        by_code(&world, token(&world, "code_node")).json()["access_token"].is_string(),
        "it was not used up"
    );
}

#[test]
fn another_client_cannot_use_what_is_not_its_own() {
    let world = World::demo();
    let other = Client {
        id: "1000.OTHER".to_owned(),
        org: world.org,
        secret: Digest::of(b"other"),
        redirect_uri: Some("https://app.example.com/back".to_owned()),
    };
    let put = move |tx: &mut dyn Transaction| tx.put_client(&other);
    world.store.write_blocking(put).expect("a client");
    let send = |fields: &[(&str, &str)]| {
        let client = [("client_id", "1000.OTHER"), ("client_secret", "other")];
        let fields: Vec<(String, String)> = client
            .iter()
            .chain(fields)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        post(&world, &fields)
    };
    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", token(&world, "refresh")),
    ];
    assert_eq!(send(&refresh).json()["error"], "invalid_code");
    let code = token(&world, "code_node");
    let code = |uri: &'static str| {
        [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", uri),
        ]
    };
    assert_snapshot!(send(&code("https://evil.example.com")), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"error":"invalid_redirect_uri"}
    "#);
    assert_eq!(
        send(&code("https://app.example.com/back")).json()["error"],
        "invalid_code"
    );
    let by_owner = by_code(&world, token(&world, "code_node"));
    assert!(
        by_owner.json()["access_token"].is_string(),
        "a stranger's attempt does not use it up: {by_owner}"
    );
}

#[test]
fn a_code_expires() {
    let world = World::demo();
    let dead = "1000.dead.code";
    let client = world.credentials.client_id.clone();
    let org = world.org;
    let email = world.credentials.user_email.clone();
    let put = move |tx: &mut dyn Transaction| {
        let scopes = ["ZohoCRM.modules.ALL".to_owned()];
        let authorization =
            tanzanite_crm::operator::authorization(org, &email, &scopes, &client, tx)
                .map_err(|error| tanzanite_crm::StoreError::new(error.to_string()))?;
        let code = GrantCode {
            authorization,
            expires: Timestamp::from_millis(crate::world::now().millis() - 1),
        };
        tx.put_grant_code(&token_digest(dead), &code, crate::world::now())
    };
    world.store.write_blocking(put).expect("a code");
    assert_eq!(by_code(&world, dead).json()["error"], "invalid_code");
}

#[test]
fn the_grant_type_is_none_that_is_served() {
    let world = World::demo();
    let send = |grant: &str| post(&world, &by_client(&world, &[("grant_type", grant)]));
    assert_snapshot!(send("password"), @r#"
    200
    content-type: application/json;charset=UTF-8

    {"error":"unsupported_grant_type"}
    "#);
    assert_eq!(send("").json()["error"], "unsupported_grant_type");
    let nothing = world.anyone().post("/oauth/v2/token", "");
    assert_eq!(
        (nothing.status, nothing.json()["error"].as_str()),
        (200, Some("unsupported_grant_type"))
    );
    let long = world.anyone().post(
        "/oauth/v2/token",
        &format!("grant_type=refresh_token&x={}", "a".repeat(70_000)),
    );
    assert_eq!(
        (long.status, long.json()["error"].as_str()),
        (200, Some("unsupported_grant_type"))
    );
    let get = world.anyone().get("/oauth/v2/token");
    assert_eq!(get.code(), "INVALID_REQUEST_METHOD");
}

#[test]
fn the_sixteenth_access_token_kills_the_first() {
    let world = World::demo();
    let refresh = token(&world, "refresh");
    let next = |_| {
        // Tokens are ordered by their age in milliseconds, so each needs a different one.
        std::thread::sleep(std::time::Duration::from_millis(2));
        text(&by_refresh_token(&world, refresh).json()["access_token"])
    };
    let tokens: Vec<String> = (0..16).map(next).collect();
    let alive: Vec<bool> = tokens
        .iter()
        .map(|token| status_with(&world, token) == 200)
        .collect();
    let mut expected = [true; 16];
    expected[0] = false;
    assert_eq!(alive, expected);
    assert_eq!(
        status_with(&world, token(&world, "admin")),
        200,
        "others are not touched"
    );
}

/// Tokens of the user who owns the demo's refresh token, by exchanging a new code.
fn exchanged(world: &World) -> serde_json::Value {
    let grant = r#"{"user":"mara.lindqvist@example.com","scopes":["ZohoCRM.org.READ"]}"#;
    let code = text(&world.anyone().post("/_tanzanite/grants", grant).json()["code"]);
    by_code(world, &code).json()
}

#[test]
fn the_twenty_first_refresh_token_kills_the_oldest() {
    let world = World::demo();
    let tokens: Vec<_> = (0..21).map(|_| exchanged(&world)).collect();
    let oldest = by_refresh_token(&world, &text(&tokens[0]["refresh_token"]));
    assert_eq!(oldest.json()["error"], "invalid_code");
    assert_eq!(
        status_with(&world, &text(&tokens[0]["access_token"])),
        401,
        "its access token dies with it"
    );
    for (number, tokens) in tokens.iter().enumerate().skip(1) {
        assert_eq!(
            status_with(&world, &text(&tokens["access_token"])),
            200,
            "{number}"
        );
        assert!(
            by_refresh_token(&world, &text(&tokens["refresh_token"])).json()["error"].is_null(),
            "{number}"
        );
    }
}

/// Regression: a test suite that exchanged a code in each test lost the seed's own refresh token after the twentieth.
#[test]
fn the_seed_s_refresh_token_outlives_any_number_of_exchanged_codes() {
    let world = World::demo();
    let own = token(&world, "refresh");
    let access = by_refresh_token(&world, own).json();
    for _ in 0..25 {
        exchanged(&world);
    }
    assert_eq!(status_with(&world, &text(&access["access_token"])), 200);
    assert!(by_refresh_token(&world, own).json()["access_token"].is_string());
    let revoked = format!("token={own}");
    world.anyone().post("/oauth/v2/token/revoke", &revoked);
    assert_eq!(
        by_refresh_token(&world, own).json()["error"],
        "invalid_code",
        "it can be revoked"
    );
}

#[test]
fn no_token_is_kept_in_plain_text() {
    let world = World::demo_in(Home::on_disk());
    let tokens = by_code(&world, token(&world, "code_python")).json();
    let grant = r#"{"user":"mara.lindqvist@example.com","scopes":["ZohoCRM.org.READ"]}"#;
    let grant = world.anyone().post("/_tanzanite/grants", grant).json();
    let secrets: Vec<String> = [
        &tokens["access_token"],
        &tokens["refresh_token"],
        &grant["code"],
    ]
    .map(text)
    .into_iter()
    .chain(["admin", "refresh", "code_node"].map(|name| token(&world, name).to_owned()))
    .chain([world.credentials.client_secret.clone()])
    .collect();
    let contents = world.contents();
    let holds = |content: &[u8], word: &str| {
        let word = word.as_bytes();
        content.windows(word.len()).any(|window| window == word)
    };
    for (name, content) in &contents {
        for secret in &secrets {
            // The tail is searched alone too, since the parts might be stored separately.
            let tail = secret.rsplit('.').next().expect("a part");
            assert!(!holds(content, tail), "a secret is in {name}");
        }
    }
    let id = &world.credentials.client_id;
    assert!(
        contents.iter().any(|(_, content)| holds(content, id)),
        "what is no secret was found"
    );
}
