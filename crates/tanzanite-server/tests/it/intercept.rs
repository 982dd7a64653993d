//! Interception: the vendor's hosts are answered under their own names, and nothing else gets through the proxy.

use crate::limits::{LONG, SHORT, bearer, connect, rest, status};
use crate::tls_client::{AUTHORITY, Secure, converse, hello, secure, trusting};
use crate::world::{Exchange, MULTIPART, World, multipart, png};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use insta::assert_snapshot;
use std::io::{Read, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tanzanite_crm::secret::Digest;
use tanzanite_server::tls::Tls;
use tanzanite_server::{Config, Timeouts};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::StreamOwned;
use tokio_rustls::rustls::pki_types::ServerName;

/// The accounts host, API domain and upload host of each data centre.
const DATA_CENTRES: [(&str, &str, &str); 9] = [
    ("accounts.zoho.com", "zohoapis.com", "content.zohoapis.com"),
    ("accounts.zoho.eu", "zohoapis.eu", "content.zohoapis.eu"),
    ("accounts.zoho.in", "zohoapis.in", "content.zohoapis.in"),
    (
        "accounts.zoho.com.au",
        "zohoapis.com.au",
        "content.zohoapis.com.au",
    ),
    ("accounts.zoho.jp", "zohoapis.jp", "content.zohoapis.jp"),
    (
        "accounts.zoho.com.cn",
        "zohoapis.com.cn",
        "content.zohoapis.com.cn",
    ),
    (
        "accounts.zohocloud.ca",
        "zohoapis.ca",
        "upload.zohocloud.ca",
    ),
    ("accounts.zoho.sa", "zohoapis.sa", "files.zoho.sa"),
    ("accounts.zoho.uk", "zohoapis.uk", "content.zohoapis.uk"),
];

pub(crate) fn config() -> Config {
    Config {
        intercept: Some(Arc::clone(&AUTHORITY)),
        ..Config::default()
    }
}

pub(crate) fn intercepting() -> World {
    World::with(config())
}

fn impatient() -> World {
    World::with(Config {
        timeouts: Timeouts {
            head: SHORT,
            ..Timeouts::default()
        },
        ..config()
    })
}

/// Opens a tunnel; nothing has been sent in it yet.
fn tunnel(world: &World, host: &str) -> TcpStream {
    let mut stream = connect(world);
    let request = format!("CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("a request");
    read_head(&mut stream);
    stream
}

/// Reads a reply without a body, which must confirm the tunnel.
fn read_head(stream: &mut impl Read) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("a reply");
        head.extend(byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    assert_eq!(status(&head), Some(200), "{head}");
}

pub(crate) fn inside(world: &World, host: &str) -> Secure {
    secure(tunnel(world, host), host).expect("a handshake")
}

fn get_org(world: &World, host: &str) -> Vec<u8> {
    let bearer = bearer(world, "admin").replace("localhost", host);
    format!("GET /crm/v8/org HTTP/1.1\r\n{bearer}Connection: close\r\n\r\n").into_bytes()
}

fn still_serves(world: &World) {
    let reply = converse(
        inside(world, "www.zohoapis.com"),
        &get_org(world, "www.zohoapis.com"),
    );
    assert_eq!(status(&reply), Some(200), "{reply}");
}

fn ask(world: &World, line: &str) -> Exchange {
    let bearer = bearer(world, "admin");
    world.raw(format!("{line} HTTP/1.1\r\n{bearer}Connection: close\r\n\r\n").as_bytes())
}

/// Exchanges a refresh token with all fields in the query, as the client library `zohoSolCon` does.
fn refresh(world: &World, begin: &str) -> String {
    let known = &world.credentials;
    let refresh = known.token("refresh").expect("a token");
    format!(
        "{begin}/oauth/v2/token?grant_type=refresh_token&refresh_token={refresh}&client_id={}&client_secret={}",
        known.client_id, known.client_secret
    )
}

#[test]
fn every_host_of_the_vendor_s_is_answered_for_in_its_own_name() {
    let world = intercepting();
    let mut known: Vec<String> = Vec::new();
    for (accounts, api, upload) in DATA_CENTRES {
        let environments = ["", "www.", "sandbox.", "developer."];
        let apis = environments.map(|environment| format!("{environment}{api}"));
        for host in apis
            .into_iter()
            .chain([accounts.to_owned(), upload.to_owned()])
        {
            let line = refresh(&world, "POST ");
            let request = format!(
                "{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            );
            let reply = converse(inside(&world, &host), request.as_bytes());
            let domain = format!("\"api_domain\":\"https://www.{api}\"");
            assert!(reply.contains(&domain), "{host}: {reply}");
            known.push(host);
        }
    }
    let described = world.anyone().get("/_tanzanite/intercept").json();
    let mut told: Vec<String> = serde_json::from_value(described["hosts"].clone()).expect("hosts");
    known.sort();
    told.sort();
    assert_eq!(known, told);
    assert_eq!(described["proxy"], format!("http://{}", world.address));
    assert_eq!(described["certificate"], AUTHORITY.certificate_pem());
}

#[test]
fn a_tunnel_is_a_connection_like_others() {
    let world = intercepting();
    let host = "www.zohoapis.com";
    let photo = format!("{}/photo", world.path("without_photo"));
    let bearer = bearer(&world, "admin").replace("localhost", host);
    let body = multipart(&[("file", &png(4, 4, 2_000_000))]);
    let upload = format!(
        "POST {photo} HTTP/1.1\r\n{bearer}Content-Type: {MULTIPART}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut requests = upload.into_bytes();
    requests.extend(body);
    for line in [
        format!("GET {photo}"),
        format!("DELETE {photo}"),
        format!("CONNECT {host}:443"),
    ] {
        requests.extend(format!("{line} HTTP/1.1\r\n{bearer}\r\n").as_bytes());
    }
    requests.extend(get_org(&world, host));
    let reply = converse(inside(&world, host), &requests);
    let places = [
        "photo uploaded successfully",
        "image/png",
        "Photo deleted",
        "INVALID_URL_PATTERN",
        "Larkspur",
    ];
    let places = places.map(|text| reply.find(text));
    assert!(places.is_sorted() && places[0].is_some(), "{places:?}");
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(40_000));
    let reply = converse(inside(&world, host), long.as_bytes());
    assert!(matches!(status(&reply), None | Some(414 | 431)), "{reply}");
}

#[test]
fn all_other_hosts_are_refused_and_the_connection_goes_on() {
    let world = intercepting();
    let before = world.state();
    for authority in [
        "example.com:443",
        "www.zohoapis.com:80",
        "www.zohoapis.com:8443",
        "www.zohoapis.com",
        "crm.zoho.com:443",
        "zoho.com:443",
        "www.zohoapis.com.example.com:443",
        "notzohoapis.com:443",
        "a.www.zohoapis.com:443",
        "localhost:443",
        "localhost:8480",
        "127.0.0.1:443",
        "[::1]:443",
    ] {
        let refused = ask(&world, &format!("CONNECT {authority}"));
        assert_eq!(refused.status, 403, "{authority}: {refused}");
        assert!(
            refused.text().contains(&format!("not {authority}.")),
            "{refused}"
        );
    }
    let refused = ask(&world, "CONNECT api.example.com:443");
    assert_snapshot!(refused, @"
    403
    content-type: text/plain;charset=UTF-8

    Tanzanite answers for the hosts of Zoho CRM's API alone, at port 443, and lets nothing else through: not api.example.com:443.
    Take HTTPS_PROXY away from programs that need other hosts, or name those in NO_PROXY.
    ");
    let request = format!(
        "CONNECT example.com:443 HTTP/1.1\r\n\r\nGET /crm/v8/org HTTP/1.1\r\n{}Connection: close\r\n\r\n",
        bearer(&world, "admin")
    );
    let reply = crate::limits::converse(&world, request.as_bytes());
    assert!(
        reply.starts_with("HTTP/1.1 403 No Host of Zoho CRM\r\n"),
        "{reply}"
    );
    assert!(reply.contains("HTTP/1.1 200 OK"), "{reply}");
    assert_eq!(before, world.state());
}

#[test]
fn a_server_that_was_not_told_to_intercept_is_no_proxy() {
    let world = World::demo();
    assert_eq!(ask(&world, "CONNECT www.zohoapis.com:443").status, 403);
    let described = world.anyone().get("/_tanzanite/intercept");
    assert_snapshot!(described, @r#"
    409
    content-type: application/json;charset=UTF-8

    {"error":"this server does not answer for the vendor's hosts","hint":"start it with --intercept"}
    "#);
    let refused = ask(&world, &refresh(&world, "POST https://accounts.zoho.eu"));
    assert_eq!(refused.status, 403, "{refused}");
}

/// The client library axios sends an absolute URL to a proxy for https too.
#[test]
fn a_whole_url_is_answered_for_the_host_in_it() {
    let world = intercepting();
    for url in [
        "https://www.zohoapis.eu/crm/v8/org",
        "https://WWW.ZOHOAPIS.EU:443/crm/v8/org",
        "http://developer.zohoapis.in/crm/v8/org",
        "http://localhost/crm/v8/org",
        &format!("http://{}/crm/v8/org", world.address),
    ] {
        let reply = ask(&world, &format!("GET {url}"));
        assert_eq!(reply.status, 200, "{url}: {reply}");
    }
    for url in [
        "https://example.com/crm/v8/org",
        "http://example.com/_tanzanite/environment",
    ] {
        let reply = ask(&world, &format!("GET {url}"));
        assert_eq!(reply.status, 403, "{url}: {reply}");
        assert!(reply.text().contains("not example.com."), "{reply}");
    }
    let domain = |origin: &str| {
        let token = ask(&world, &refresh(&world, &format!("POST {origin}"))).json();
        token["api_domain"].as_str().expect("a domain").to_owned()
    };
    assert_eq!(
        domain("https://accounts.zoho.eu"),
        "https://www.zohoapis.eu"
    );
    assert_eq!(domain(""), format!("http://{}", world.address));
}

#[test]
fn the_vendor_s_hosts_have_no_control_api() {
    let token = "0123456789abcdef";
    let world = World::with(Config {
        control_token: Some(Digest::of(token.as_bytes())),
        ..config()
    });
    let path = "/_tanzanite/clock";
    let shown = format!("Authorization: Bearer {token}\r\nConnection: close\r\n");
    let here = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{shown}\r\n");
    assert_eq!(world.raw(here.as_bytes()).status, 200);
    for host in ["www.zohoapis.com", "localhost", &world.address.to_string()] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{shown}\r\n");
        let reply = converse(inside(&world, "www.zohoapis.com"), request.as_bytes());
        assert_eq!(status(&reply), Some(404), "{host}: {reply}");
        assert!(reply.contains("INVALID_URL_PATTERN"), "{reply}");
    }
    let url = format!("GET https://www.zohoapis.com{path} HTTP/1.1\r\n{shown}\r\n");
    let reply = world.raw(url.as_bytes());
    assert_eq!(reply.status, 404, "{reply}");
}

#[test]
fn a_client_that_does_not_wait_for_the_promise_loses_nothing() {
    let world = intercepting();
    let host = "www.zohoapis.com";
    let mut client = hello(host);
    // Python's `http.client` uses HTTP/1.0 here.
    let mut eager = format!("CONNECT {host}:443 HTTP/1.0\r\n\r\n").into_bytes();
    client.write_tls(&mut eager).expect("a hello");
    let mut stream = connect(&world);
    stream.write_all(&eager).expect("a request");
    read_head(&mut stream);
    let reply = converse(StreamOwned::new(client, stream), &get_org(&world, host));
    assert_eq!(status(&reply), Some(200), "{reply}");
}

#[test]
fn the_proxy_may_be_asked_within_tls_itself() {
    let world = World::with(Config {
        tls: Some(Tls::Made(Arc::clone(&AUTHORITY))),
        ..config()
    });
    let host = "www.zohoapis.com";
    let mut outer = secure(connect(&world), "localhost").expect("a handshake");
    let request = format!("CONNECT {host}:443 HTTP/1.1\r\n\r\n");
    outer.write_all(request.as_bytes()).expect("a request");
    read_head(&mut outer);
    let inner = StreamOwned::new(hello(host), outer);
    let reply = converse(inner, &get_org(&world, host));
    assert_eq!(status(&reply), Some(200), "{reply}");
}

#[test]
fn what_is_no_tls_in_a_tunnel_is_closed() {
    let world = intercepting();
    let host = "www.zohoapis.com";
    for garbage in [
        get_org(&world, host),
        vec![0xff; 100_000],
        vec![0x16; 3],
        Vec::new(),
    ] {
        let mut stream = tunnel(&world, host);
        let _ = stream.write_all(&garbage);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let reply = rest(stream);
        assert!(!reply.contains("HTTP/"), "{reply}");
    }
    assert!(
        secure(tunnel(&world, host), "www.zohoapis.eu").is_err(),
        "another host's tunnel"
    );
    still_serves(&world);
}

#[test]
fn a_tunnel_in_which_nothing_is_said_is_closed() {
    let world = impatient();
    let mut hello_half = Vec::new();
    hello("www.zohoapis.com")
        .write_tls(&mut hello_half)
        .expect("a hello");
    hello_half.truncate(20);
    for beginning in [Vec::new(), hello_half] {
        let mut stream = tunnel(&world, "www.zohoapis.com");
        stream.write_all(&beginning).expect("a beginning");
        let begun = Instant::now();
        rest(stream);
        assert!(begun.elapsed() < LONG / 2, "{:?}", begun.elapsed());
    }
    // The handshake is done, and the client then sends nothing.
    let begun = Instant::now();
    rest(inside(&world, "www.zohoapis.com"));
    assert!(begun.elapsed() < LONG / 2, "{:?}", begun.elapsed());
}

#[test]
fn a_tunnel_counts_as_the_connection_that_it_is() {
    let world = World::with(Config {
        connections_max: 1,
        ..config()
    });
    let mut open = inside(&world, "www.zohoapis.com");
    // The body never comes, so the connection is not idle.
    let half = format!(
        "PUT {} HTTP/1.1\r\n{}Content-Length: 9\r\n\r\n",
        world.path("with_photo"),
        bearer(&world, "admin")
    );
    open.write_all(half.as_bytes())
        .and_then(|()| open.flush())
        .expect("half a request");
    let mut waiting = connect(&world);
    waiting
        .write_all(&get_org(&world, "localhost"))
        .expect("a request");
    waiting.set_read_timeout(Some(SHORT)).expect("a time-out");
    assert!(waiting.read(&mut [0]).is_err(), "served beyond the bound");
    waiting.set_read_timeout(Some(LONG)).expect("a time-out");
    drop(open);
    assert_eq!(status(&rest(waiting)), Some(200));
}

#[test]
fn at_the_end_what_is_asked_in_a_tunnel_is_answered_and_idle_tunnels_are_closed() {
    let world = intercepting();
    let host = "www.zohoapis.com";
    let body = multipart(&[("file", &png(4, 4, 5_000))]);
    let bearer = bearer(&world, "admin");
    let path = world.path("without_photo");
    let head = format!(
        "POST {path}/photo HTTP/1.1\r\n{bearer}Content-Type: {MULTIPART}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let (silent, idle) = (tunnel(&world, host), inside(&world, host));
    let mut busy = inside(&world, host);
    let (first, second) = body.split_at(1_000);
    busy.write_all(head.as_bytes())
        .and_then(|()| busy.write_all(first))
        .expect("a half");
    busy.flush().expect("a half");
    // The server must have read the request before it is in flight.
    std::thread::sleep(Duration::from_millis(200));
    let begun = Instant::now();
    let end = std::thread::spawn(move || drop(world));
    rest(silent);
    rest(idle);
    let reply = converse(busy, second);
    assert!(reply.contains("photo uploaded successfully"), "{reply}");
    end.join().expect("an end");
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn http_2_is_spoken_in_a_tunnel_and_asked_for_one_in_vain() {
    let world = intercepting();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let stream = tokio::net::TcpStream::connect(world.address).await;
        let mut stream = stream.expect("a connection");
        let request = b"CONNECT sandbox.zohoapis.jp:443 HTTP/1.1\r\n\r\n";
        stream.write_all(request).await.expect("a request");
        let mut head = [0; 1024];
        let bytes = stream.read(&mut head).await.expect("a reply");
        assert!(head[..bytes].starts_with(b"HTTP/1.1 200 "));
        let config = trusting(AUTHORITY.certificate_pem(), &["h2"]);
        let name = ServerName::try_from("sandbox.zohoapis.jp").expect("a name");
        let stream = TlsConnector::from(config).connect(name, stream).await;
        let io = TokioIo::new(stream.expect("a handshake"));
        let http_2 = hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await;
        let (mut client, connection) = http_2.expect("HTTP/2");
        tokio::spawn(connection);
        let token = world.credentials.token("admin").expect("a token");
        let request = http::Request::get("https://sandbox.zohoapis.jp/crm/v8/org")
            .header("authorization", format!("Zoho-oauthtoken {token}"))
            .body(Full::new(Bytes::new()));
        let reply = client.send_request(request.expect("a request")).await;
        let reply = reply.expect("a reply");
        assert_eq!(reply.status(), 200);
        reply.into_body().collect().await.expect("a body");

        let stream = tokio::net::TcpStream::connect(world.address).await;
        let io = TokioIo::new(stream.expect("a connection"));
        let http_2 = hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await;
        let (mut client, connection) = http_2.expect("HTTP/2");
        tokio::spawn(connection);
        let request = http::Request::connect("www.zohoapis.com:443").body(Full::new(Bytes::new()));
        let reply = client.send_request(request.expect("a request")).await;
        assert_eq!(reply.expect("a reply").status(), 404);
    });
}

#[test]
fn the_journal_says_which_host_was_asked() {
    let world = intercepting();
    converse(
        inside(&world, "www.zohoapis.eu"),
        &get_org(&world, "www.zohoapis.eu"),
    );
    world.actor("admin").get("/crm/v8/org");
    let journal = world.anyone().get("/_tanzanite/journal").json();
    let own = format!("http://{}", world.address);
    let origins = [0, 1].map(|entry| journal["entries"][entry]["request"]["origin"].clone());
    assert_eq!(origins, ["https://www.zohoapis.eu", own.as_str()]);
    let har = world.anyone().get("/_tanzanite/journal.har").json();
    let url = &har["log"]["entries"][0]["request"]["url"];
    assert_eq!(url, "https://www.zohoapis.eu/crm/v8/org");
}
