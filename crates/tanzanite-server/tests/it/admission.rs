//! The table of who is answered: every host name, every page of origin, every kind of path, in every mode of checking
//! tokens. It is committed as `admission.txt`.

use crate::committed;
use crate::intercept;
use crate::world::{Exchange, World};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use tanzanite_crm::AuthMode;
use tanzanite_server::Config;

const PUBLIC: &str = "https://crm.example";

const HEAD: &str = "\
# Who is answered at all: name that is asked x what a browser says of the page x path x how tokens are looked at.
#
# `cargo test -p tanzanite-server --test it admission` compares; to change it, run that with TANZANITE_UPDATE_MATRIX=1 and
# read the difference.
#
# The server listens on 127.0.0.1, its public URL is https://crm.example, and it answers for the vendor's hosts. Everybody asks
# from this machine, without a control token. A cell says `yes`, or what is refused: the `name`, the `page`, or `other`: the
# control API, to a name that is not this machine's.
#
# OWN is the origin that is asked.
#
# health     GET /_tanzanite/health
# control    GET /_tanzanite/clock
# oauth      POST /oauth/v2/token
# api        GET /crm/v8/org: with tokens of a seed of one's own; `demo`: with tokens that everybody knows; `any`, `off`: --auth
";

/// The host name that a request asks for, and the origin of a page under that name.
const NAMES: [(&str, &str); 11] = [
    ("127.0.0.1:PORT", "http://127.0.0.1:PORT"),
    ("[::1]:PORT", "http://[::1]:PORT"),
    ("localhost:PORT", "http://localhost:PORT"),
    ("LocalHost", "http://localhost"),
    ("shop.localhost:PORT", "http://shop.localhost:PORT"),
    ("crm.example", "https://crm.example"),
    ("crm.example:8443", "https://crm.example"),
    ("www.zohoapis.eu", "http://www.zohoapis.eu"),
    ("evil.example:PORT", "http://evil.example:PORT"),
    (
        "localhost.evil.example:PORT",
        "http://localhost.evil.example:PORT",
    ),
    ("", "http://"),
];

/// The headers that a browser sends about the page: `Sec-Fetch-Site`, `Origin`, `Referer`.
const PAGES: [[&str; 3]; 15] = [
    ["", "", ""],
    ["none", "", ""],
    ["same-origin", "", ""],
    ["same-site", "", ""],
    ["cross-site", "", ""],
    ["nonsense", "", ""],
    ["", "OWN", ""],
    ["", "http://evil.example", ""],
    ["", "http://localhost:3000", ""],
    ["", "null", ""],
    ["", "", "OWN/page"],
    ["", "", "http://evil.example/page"],
    ["", "", "OWN.evil.example/page"],
    ["cross-site", "OWN", "OWN/page"],
    ["same-origin", "http://evil.example", "OWN/page"],
];

const PATHS: [(&str, &str, &str); 4] = [
    ("health", "GET", "/_tanzanite/health"),
    ("control", "GET", "/_tanzanite/clock"),
    ("oauth", "POST", "/oauth/v2/token"),
    ("api", "GET", "/crm/v8/org"),
];

fn config(auth: AuthMode) -> Config {
    Config {
        public_url: Some(PUBLIC.to_owned()),
        auth,
        ..intercept::config()
    }
}

#[test]
fn the_table_is_as_committed() {
    let world = |auth| World::private(config(auth));
    let strict = world(AuthMode::Strict);
    let open = [
        ("demo", World::with(config(AuthMode::Strict))),
        ("any", world(AuthMode::Any)),
        ("off", world(AuthMode::Off)),
    ];
    let mut text = HEAD.to_owned();
    let columns = PATHS.iter().map(|(column, ..)| *column);
    let columns = columns.chain(open.iter().map(|(column, _)| *column));
    let columns = cells(columns);
    for (name, own) in NAMES {
        writeln!(
            text,
            "\n## {}\n{:76}{}",
            if name.is_empty() { "no name" } else { name },
            "",
            columns.trim_end()
        )
        .expect("text");
        for page in PAGES {
            let cell = |world: &World, method, path| {
                cell(&ask(
                    world,
                    method,
                    path,
                    name,
                    &page.map(|text| text.replace("OWN", own)),
                ))
            };
            let strict = PATHS
                .iter()
                .map(|(_, method, path)| cell(&strict, method, path));
            let open = open
                .iter()
                .map(|(_, world)| cell(world, "GET", "/crm/v8/org"));
            let cells = cells(strict.chain(open));
            writeln!(text, "{:76}{}", words(page), cells.trim_end()).expect("text");
        }
    }
    committed::compare("admission.txt", &text);
}

fn cells<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.fold(String::new(), |line, text| format!("{line}{text:<9}"))
}

fn words(page: [&str; 3]) -> String {
    let named = ["Sec-Fetch-Site", "Origin", "Referer"].iter().zip(page);
    let named = named.filter(|(_, value)| !value.is_empty());
    let words: Vec<_> = named
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    if words.is_empty() {
        "no page".to_owned()
    } else {
        words.join(", ")
    }
}

fn ask(world: &World, method: &str, path: &str, name: &str, page: &[String; 3]) -> Exchange {
    let token = world.credentials.token("admin").expect("a token");
    let mut more = format!("Authorization: Zoho-oauthtoken {token}\r\n");
    for (header, value) in ["Sec-Fetch-Site", "Origin", "Referer"].iter().zip(page) {
        if !value.is_empty() {
            write!(more, "{header}: {value}\r\n").expect("text");
        }
    }
    let name = match name {
        "" => String::new(),
        name => format!("Host: {name}\r\n"),
    };
    request(world, method, path, &format!("{name}{more}"))
}

/// Sends a request whose headers have the server's port in place of `PORT`.
fn request(world: &World, method: &str, path: &str, headers: &str) -> Exchange {
    let headers = headers.replace("PORT", &world.address.port().to_string());
    let request = format!("{method} {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n");
    let mut stream = TcpStream::connect(world.address).expect("a connection");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).expect("a reply");
    Exchange::parse(&reply)
}

/// The cell of the table. Refusals by admission are recognised by their words; a refusal of the vendor's counts as an
/// answer.
fn cell(exchange: &Exchange) -> &'static str {
    let error = exchange.json()["error"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    match exchange.status {
        403 if error.ends_with("is not a name of this server") => "name",
        403 if error.starts_with("a page of another site asks") => "page",
        403 if error.ends_with("is not a name of this machine") => "other",
        200 => "yes",
        status => panic!("{status}: {exchange}"),
    }
}

#[test]
fn a_proxy_on_this_machine_does_not_open_the_control_api() {
    let world = World::private(config(AuthMode::Strict));
    let ask = |headers: &str| request(&world, "POST", "/_tanzanite/environment", headers);
    for header in [
        "X-Forwarded-For: 203.0.113.7",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Anything: 1",
        "X-Real-IP: 203.0.113.7",
        "Forwarded: for=203.0.113.7",
        "Via: 1.1 proxy",
    ] {
        for host in ["crm.example", "localhost:PORT", "127.0.0.1:PORT"] {
            let refused = ask(&format!("Host: {host}\r\n{header}\r\n"));
            assert_eq!(refused.status, 403, "{host}, {header}: {refused}");
        }
        let health = format!("Host: localhost\r\n{header}\r\n");
        assert_eq!(
            request(&world, "GET", "/_tanzanite/health", &health).status,
            200
        );
    }
    assert_eq!(ask("Host: crm.example\r\n").status, 403);
    assert_eq!(ask("Host: localhost\r\n").status, 200);
}

#[test]
fn a_server_for_others_is_asked_by_any_name_and_its_control_api_by_a_name_of_this_machine_alone() {
    let world = World::private(Config {
        listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0),
        ..Config::default()
    });
    let asked = |path, headers: &str| request(&world, "GET", path, headers).status;
    let token = world.credentials.token("admin").expect("a token");
    let named = |name: &str| format!("Host: {name}\r\nAuthorization: Zoho-oauthtoken {token}\r\n");
    assert_eq!(asked("/crm/v8/org", &named("crm.internal:8480")), 200);
    assert_eq!(asked("/_tanzanite/clock", &named("crm.internal:8480")), 403);
    assert_eq!(asked("/_tanzanite/clock", &named("localhost")), 200);
}

#[test]
fn a_foreign_page_cannot_revoke_a_token_or_make_a_record() {
    let world = World::private(config(AuthMode::Off));
    let before = world.state();
    let refresh = world.credentials.token("refresh").expect("a token");
    for page in [
        "Origin: https://evil.example\r\n",
        "Origin: null\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Referer: https://evil.example/\r\n",
    ] {
        let revoke = format!("/oauth/v2/token/revoke?token={refresh}");
        let host = format!("Host: localhost:PORT\r\n{page}");
        assert_eq!(
            request(&world, "POST", &revoke, &host).status,
            403,
            "{page}"
        );
        let body = r#"{"data":[{"Last_Name":"Falk"}]}"#;
        let insert = format!(
            "POST /crm/v8/Leads HTTP/1.1\r\nHost: localhost\r\n{page}Content-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        assert_eq!(world.raw(insert.as_bytes()).status, 403, "{page}");
    }
    assert_eq!(world.state(), before);
    let found = world
        .anyone()
        .post("/oauth/v2/token/revoke", &format!("token={refresh}"));
    assert_eq!(found.json()["status"], "success", "it lived: {found}");
}

#[test]
fn a_demo_beside_an_organisation_of_ones_own_makes_tokens_public() {
    let world = World::private(Config::default());
    let page = "Host: localhost\r\nOrigin: https://app.example\r\n";
    assert_eq!(request(&world, "GET", "/crm/v8/org", page).status, 401);
    let made = add_the_demo(&world);
    assert_eq!(made.status, 200, "{made}");
    assert_eq!(request(&world, "GET", "/crm/v8/org", page).status, 403);
}

#[test]
fn nobody_adds_the_demo_to_a_server_for_others() {
    let world = World::private(Config {
        listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0),
        ..Config::default()
    });
    let refused = add_the_demo(&world);
    insta::assert_snapshot!(refused, @r#"
    409
    content-type: application/json;charset=UTF-8

    {"error":"others can reach this server, and everybody knows the demo's credentials","hint":"send a seed of your own (`tanzanite init` writes one), or start with --insecure"}
    "#);
}

fn add_the_demo(world: &World) -> Exchange {
    let demo = include_str!("../../../tanzanite-seed/src/demo.toml");
    let wanted = serde_json::json!({ "name": "demo", "seed": demo.replace("\nphoto = ", "\n# ") });
    let anyone = world.anyone();
    anyone.post("/_tanzanite/organisations", &wanted.to_string())
}

/// Covers all `GET` operations of the control API.
#[test]
fn no_get_of_ours_changes_anything() {
    let world = World::demo();
    world
        .anyone()
        .post("/_tanzanite/snapshots", r#"{"name":"kept"}"#);
    let source = include_str!("../../src/control/mod.rs");
    let mut asked = 0;
    let before = world.written();
    for line in source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("(\"GET\", ["))
    {
        let parts = line.split(']').next().unwrap_or_default();
        let parts: Vec<&str> = parts
            .split(", ")
            .map(|part| {
                part.split(" | ")
                    .next()
                    .unwrap_or_default()
                    .trim_matches('"')
            })
            .map(|part| if part == "name" { "kept" } else { part })
            .collect();
        let path = format!("/_tanzanite/{}", parts.join("/"));
        let answered = world.anyone().get(&path);
        assert!(matches!(answered.status, 200 | 409), "{path}: {answered}");
        asked += 1;
    }
    assert!(asked >= 9, "{asked} operations were found");
    assert!(world.written() == before, "something was written");
}

#[test]
fn nobody_elsewhere_is_intercepted_unasked() {
    let config = |insecure| Config {
        listen: ([0, 0, 0, 0], 0).into(),
        insecure,
        ..intercept::config()
    };
    let refused = config(false).check_exposure(false).expect_err("a refusal");
    insta::assert_snapshot!(refused, @"0.0.0.0:0 can be reached by others, and it answers for the vendor's hosts; listen on 127.0.0.1, or say --insecure if you mean it");
    assert!(config(true).check_exposure(false).is_ok());
}
