//! The server's bounds: requests that are too large, too many or too slow are refused or cut off, and cost other
//! clients nothing.

use crate::world::{MULTIPART, World, multipart, png};
use std::io::{Read, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tanzanite_protocol::limits;
use tanzanite_server::{Config, Timeouts};

/// A time-out short enough for a test to wait for.
pub(crate) const SHORT: Duration = Duration::from_millis(300);
/// A connection that ends later than this was not ended by a time-out of [`SHORT`].
pub(crate) const LONG: Duration = Duration::from_secs(8);

pub(crate) fn connect(world: &World) -> TcpStream {
    let stream = TcpStream::connect(world.address).expect("a connection");
    stream.set_read_timeout(Some(LONG)).expect("a time-out");
    stream.set_write_timeout(Some(LONG)).expect("a time-out");
    stream
}

/// Reads until the server closes the connection; panics if it does not.
pub(crate) fn rest(mut stream: impl Read) -> String {
    let mut reply = Vec::new();
    if let Err(error) = stream.read_to_end(&mut reply) {
        let hangs = [std::io::ErrorKind::WouldBlock, std::io::ErrorKind::TimedOut];
        assert!(
            !hangs.contains(&error.kind()),
            "the server neither answers nor closes"
        );
    }
    String::from_utf8_lossy(&reply).into_owned()
}

/// Sends bytes, and reads until the server closes the connection.
pub(crate) fn converse(world: &World, request: &[u8]) -> String {
    let mut stream = connect(world);
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(request);
    rest(stream)
}

pub(crate) fn status(reply: &str) -> Option<u16> {
    reply
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.split(' ').nth(1)?.parse().ok())
}

pub(crate) fn bearer(world: &World, token: &str) -> String {
    let text = world.credentials.token(token).expect("a token");
    format!("Authorization: Zoho-oauthtoken {text}\r\nHost: localhost\r\n")
}

fn impatient() -> World {
    let timeouts = Timeouts {
        head: SHORT,
        body: SHORT,
        write: SHORT,
        shutdown: SHORT,
    };
    World::with(Config {
        timeouts,
        ..Config::default()
    })
}

pub(crate) fn still_serves(world: &World) {
    assert_eq!(world.actor("admin").get("/crm/v8/org").status, 200);
}

/// Whether a head is refused. If the server closes before it has read the whole head, the system resets the connection
/// and the reply can be lost.
fn refused_or_reset(reply: &str) -> bool {
    reply.is_empty() || matches!(status(reply), Some(414 | 431))
}

#[test]
fn a_head_that_is_too_large_is_refused() {
    let world = World::demo();
    for size in [40_000, 400_000] {
        let head = format!("GET /crm/v8/org HTTP/1.1\r\nX-Long: {}", "a".repeat(size));
        for end in ["\r\n\r\n", ""] {
            let reply = converse(&world, format!("{head}{end}").as_bytes());
            assert!(refused_or_reset(&reply), "{size}: {reply}");
        }
    }
    still_serves(&world);
}

#[test]
fn too_many_headers_are_refused() {
    let world = World::demo();
    let with = |count: usize| {
        let headers = "X-One: 1\r\n".repeat(count);
        let bearer = bearer(&world, "admin");
        let head =
            format!("GET /crm/v8/org HTTP/1.1\r\nConnection: close\r\n{bearer}{headers}\r\n");
        converse(&world, head.as_bytes())
    };
    // Every request has three more headers.
    assert_eq!(status(&with(limits::HEADERS_MAX - 3)), Some(200));
    assert_eq!(status(&with(limits::HEADERS_MAX - 2)), Some(431));
    assert!(refused_or_reset(&with(5_000)));
}

/// Checks `X-Content-Type-Options: nosniff` on answers, refusals of each gate, accounts endpoints, the control API, the
/// server's own refusals, and photos.
#[test]
fn nothing_with_a_body_is_to_be_sniffed() {
    let world = World::demo();
    let (admin, anyone) = (world.actor("admin"), world.anyone());
    let photo = format!("/crm/v8/Leads/{}/photo", world.id("with_photo"));
    let answers = [
        (200, admin.get("/crm/v8/org")),
        (200, admin.get(&photo)),
        (401, anyone.get("/crm/v8/org")),
        (404, anyone.get("/nowhere")),
        (404, anyone.get("/crm/v8/a/b/c/d/e/f/g/h/i/j/k/l/m")),
        (400, admin.post("/crm/v8/Leads", "{")),
        (200, anyone.post("/oauth/v2/token", "grant_type=none")),
        (200, anyone.get("/_tanzanite/health")),
        (404, anyone.get("/_tanzanite/nothing")),
        (400, anyone.post("/_tanzanite/clock", "{")),
    ];
    for (status, exchange) in answers {
        assert_eq!(exchange.status, status, "{exchange}");
        assert!(!exchange.body.is_empty(), "{exchange}");
        assert_eq!(
            exchange.header("x-content-type-options"),
            Some("nosniff"),
            "{exchange}"
        );
    }
}

#[test]
fn a_query_with_too_many_parameters_is_unknown_and_none_is_dropped() {
    let world = World::demo();
    let with = |others: usize, last: &str| {
        let others = "a=1&".repeat(others);
        world
            .actor("admin")
            .get(&format!("/crm/v8/Leads?fields=Last_Name&{others}{last}"))
    };
    let max = limits::QUERY_PARAMETERS_MAX;
    assert_eq!(
        with(max - 2, "per_page=1").json()["data"][1],
        serde_json::Value::Null
    );
    assert_eq!(with(max - 2, "per_page=x").code(), "PATTERN_NOT_MATCHED");
    assert_eq!(with(max - 1, "per_page=x").code(), "INVALID_URL_PATTERN");
    // The official Node SDK ends its queries like this; an empty pair is no parameter.
    assert_eq!(with(max - 2, "per_page=1&&&").status, 200);
    // The fields of a form have the same bound.
    let form = |others: usize| {
        let others = "a=1&".repeat(others);
        let client = (
            &world.credentials.client_id,
            &world.credentials.client_secret,
        );
        let token = world.credentials.token("refresh").expect("a token");
        world.anyone().post(
            "/oauth/v2/token",
            &format!(
                "{others}grant_type=refresh_token&client_id={}&client_secret={}&refresh_token={token}",
                client.0, client.1
            ),
        )
    };
    assert!(form(max - 4).json()["access_token"].is_string());
    let refused = form(max - 3).json();
    assert!(
        refused["error"].is_string() && refused["access_token"].is_null(),
        "{refused}"
    );
}

#[test]
fn a_target_that_is_too_long_is_unknown() {
    let world = World::demo();
    let path = format!("/crm/v8/Leads?fields={}", "a".repeat(9_000));
    let exchange = world.actor("admin").get(&path);
    assert_eq!(
        (exchange.status, exchange.code().as_str()),
        (404, "INVALID_URL_PATTERN")
    );
    let reply = converse(
        &world,
        format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(70_000)).as_bytes(),
    );
    assert!(refused_or_reset(&reply), "{reply}");
}

#[test]
fn a_head_that_is_too_slow_is_cut_off() {
    let world = impatient();
    let begins = [
        "",
        "G",
        "GET /crm/v8/org HTT",
        "GET /crm/v8/org HTTP/1.1\r\nHost: local",
        "PRI * HTTP/2.0\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ];
    for begin in begins {
        let begun = Instant::now();
        let reply = converse(&world, begin.as_bytes());
        assert!(
            begun.elapsed() < LONG / 2,
            "{begin:?} was kept for {:?}",
            begun.elapsed()
        );
        assert!(status(&reply).is_none_or(|status| status < 500), "{reply}");
    }
    still_serves(&world);
}

#[test]
fn a_head_that_trickles_is_cut_off() {
    let world = impatient();
    let mut stream = connect(&world);
    let begun = Instant::now();
    for byte in b"GET /crm/v8/org HTTP/1.1\r\nHost: localhost\r\n"
        .iter()
        .cycle()
    {
        if stream.write_all(&[*byte]).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
        assert!(
            begun.elapsed() < LONG,
            "a byte now and then keeps the connection"
        );
    }
    still_serves(&world);
}

#[test]
fn a_connection_that_idles_is_closed() {
    let world = impatient();
    let mut stream = connect(&world);
    stream
        .write_all(b"GET /_tanzanite/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .expect("a request");
    let begun = Instant::now();
    assert_eq!(status(&rest(stream)), Some(200));
    assert!(begun.elapsed() < LONG / 2);
}

#[test]
fn a_body_that_is_too_slow_is_cut_off() {
    let world = impatient();
    let path = format!("{}/photo", world.path("with_photo"));
    let before = world.state();
    for (method, length) in [("POST", "100"), ("POST", "9999999999"), ("DELETE", "100")] {
        let head = format!(
            "{method} {path} HTTP/1.1\r\n{}Content-Length: {length}\r\n\r\nabc",
            bearer(&world, "admin")
        );
        let begun = Instant::now();
        let reply = converse(&world, head.as_bytes());
        assert!(begun.elapsed() < LONG / 2, "{method} {length}");
        assert!(
            status(&reply).is_none_or(|status| (400..500).contains(&status)),
            "{reply}"
        );
        assert_eq!(
            before,
            world.state(),
            "{method} {length}: half a request changed something"
        );
    }
    still_serves(&world);
}

#[test]
fn a_client_that_does_not_read_is_cut_off() {
    let timeouts = Timeouts {
        write: SHORT,
        ..Timeouts::default()
    };
    let world = World::with(Config {
        timeouts,
        connections_max: 1,
        ..Config::default()
    });
    let path = format!("{}/photo", world.path("with_photo"));
    assert_eq!(
        world
            .actor("admin")
            .upload(&path, &png(10, 10, 9_900_000))
            .status,
        200
    );
    let mut deaf = connect(&world);
    let request = format!("GET {path} HTTP/1.1\r\n{}\r\n", bearer(&world, "admin"));
    deaf.write_all(request.repeat(8).as_bytes())
        .expect("requests");
    // Only one connection fits, so this one is served only once the other has ended.
    let begun = Instant::now();
    still_serves(&world);
    assert!(begun.elapsed() < LONG, "{:?}", begun.elapsed());
    drop(deaf);
}

#[test]
fn more_connections_than_the_bound_wait() {
    let world = World::with(Config {
        connections_max: 2,
        ..Config::default()
    });
    // While its body is missing a request is open, so its connection is not idle.
    let request = "POST /_tanzanite/health HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n";
    let served = |stream: &mut TcpStream| {
        let mut byte = [0];
        stream.read_exact(&mut byte).map(|()| byte == *b"H")
    };
    let mut open: Vec<TcpStream> = (0..5).map(|_| connect(&world)).collect();
    for (number, stream) in open.iter_mut().enumerate() {
        stream.write_all(request.as_bytes()).expect("a request");
        if number < 2 {
            assert!(served(stream).expect("a reply"));
        } else {
            stream.set_read_timeout(Some(SHORT)).expect("a time-out");
            assert!(
                served(stream).is_err(),
                "connection {number} was served beyond the bound"
            );
            stream.set_read_timeout(Some(LONG)).expect("a time-out");
        }
    }
    // Each connection that ends makes room for the next.
    while open.len() > 2 {
        drop(open.remove(0));
        assert!(served(&mut open[1]).expect("a reply"));
    }
}

#[test]
fn a_body_without_a_length_is_read() {
    let world = World::demo();
    let path = format!("{}/photo", world.path("without_photo"));
    let file = multipart(&[("file", &png(4, 4, 5_000))]);
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nConnection: close\r\n{}Content-Type: {MULTIPART}\r\n\
         Transfer-Encoding: chunked\r\n\r\n",
        bearer(&world, "admin")
    )
    .into_bytes();
    for chunk in file.chunks(700) {
        request.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        request.extend_from_slice(chunk);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(status(&converse(&world, &request)), Some(200));
    assert_eq!(world.actor("admin").get(&path).body.len(), 5_000);
}

#[test]
fn a_body_that_is_too_long_is_refused_as_the_vendor_does() {
    let world = World::demo();
    let path = format!("{}/photo", world.path("without_photo"));
    let before = world.state();
    let bytes = vec![b'x'; 1024 * 1024];
    for chunked in [true, false] {
        let framing = if chunked {
            "Transfer-Encoding: chunked".to_owned()
        } else {
            format!("Content-Length: {}", 12 * bytes.len())
        };
        let mut stream = connect(&world);
        let head = format!(
            "POST {path} HTTP/1.1\r\nConnection: close\r\n{}Content-Type: {MULTIPART}\r\n\
             {framing}\r\n\r\n",
            bearer(&world, "admin")
        );
        stream.write_all(head.as_bytes()).expect("a head");
        for _ in 0..12 {
            if chunked {
                stream
                    .write_all(format!("{:x}\r\n", bytes.len()).as_bytes())
                    .expect("a chunk");
            }
            stream.write_all(&bytes).expect("a chunk");
            if chunked {
                stream.write_all(b"\r\n").expect("a chunk");
            }
        }
        if chunked {
            stream.write_all(b"0\r\n\r\n").expect("the end");
        }
        let reply = rest(stream);
        assert_eq!(status(&reply), Some(413), "{reply}");
        assert!(
            reply.contains(r#""code":"FILE_SIZE_EXCEEDS","details":{"size":10485760}"#),
            "{reply}"
        );
    }
    assert_eq!(before, world.state());
}

#[test]
fn who_has_no_token_is_told_before_the_memory_is_spent() {
    let world = World::demo();
    let path = format!("{}/photo", world.path("without_photo"));
    let body = vec![b'x'; 20 * 1024 * 1024];
    let exchange = world
        .anyone()
        .send("POST", &path, &[("Content-Type", MULTIPART)], &body);
    assert_eq!(
        (exchange.status, exchange.code().as_str()),
        (401, "AUTHENTICATION_FAILURE")
    );
}
