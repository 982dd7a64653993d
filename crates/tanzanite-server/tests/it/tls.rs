//! TLS on the listener: the certificate that is shown, and that clients are served as well as without TLS.

use crate::limits::{LONG, SHORT, bearer, connect, rest, status};
use crate::stores::Home;
use crate::tls_client::{AUTHORITY, converse, hello, secure, trusting};
use crate::world::World;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::io::Write as _;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tanzanite_seed::Seed;
use tanzanite_server::tls::{OwnCertificate, Tls, TlsError};
use tanzanite_server::{Config, Launch, StartError, Timeouts, start};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

pub(crate) fn made() -> Config {
    Config {
        tls: Some(Tls::Made(Arc::clone(&AUTHORITY))),
        ..Config::default()
    }
}

fn get_org(world: &World) -> Vec<u8> {
    let bearer = bearer(world, "admin");
    format!("GET /crm/v8/org HTTP/1.1\r\n{bearer}Connection: close\r\n\r\n").into_bytes()
}

fn still_serves(world: &World) {
    let stream = secure(connect(world), "localhost").expect("a handshake");
    assert_eq!(status(&converse(stream, &get_org(world))), Some(200));
}

#[test]
fn a_certificate_is_made_for_the_names_of_this_machine_and_no_others() {
    let world = World::with(made());
    for name in ["localhost", "127.0.0.1", "::1"] {
        let stream = secure(connect(&world), name).expect("a handshake");
        let reply = converse(stream, &get_org(&world));
        assert_eq!(status(&reply), Some(200), "{name}: {reply}");
    }
    for name in ["www.zohoapis.com", "crm.test", "10.0.0.1"] {
        assert!(secure(connect(&world), name).is_err(), "{name}");
    }
}

#[test]
fn where_clients_find_the_server_is_said_with_https() {
    let world = World::with(made());
    let request =
        b"POST /_tanzanite/environment HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let stream = secure(connect(&world), "localhost").expect("a handshake");
    let reply = converse(stream, request);
    let domain = format!("\"api_domain\":\"https://{}\"", world.address);
    assert!(reply.contains(&domain), "{reply}");
}

#[test]
fn the_public_name_is_certified_or_nothing_is_served() {
    let named = |name: &str| {
        let config = Config {
            public_url: Some(format!("https://{name}:8480")),
            ..made()
        };
        let seed = Seed::demo().expect("the demo");
        let launch = Launch {
            default_org: seed.org_id(),
            seed: None,
            demo: true,
        };
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let home = Home::fresh();
        runtime
            .block_on(start(config, home.store.clone(), launch))
            .map(|_| ())
    };
    assert!(named("crm.test").is_ok() && named("[::1]").is_ok());
    for name in ["crm.example.com", "www.zohoapis.example"] {
        let refused = named(name).expect_err("a refusal");
        let expected = TlsError::NotOurs(name.to_owned());
        assert!(
            matches!(&refused, StartError::Certificate(error) if *error == expected),
            "{refused}"
        );
    }
}

#[test]
fn an_own_certificate_is_shown_as_it_is() {
    let own = rcgen::generate_simple_self_signed(["crm.example.com".to_owned()]);
    let own = own.expect("a certificate");
    let (chain, key) = (own.cert.pem(), own.signing_key.serialize_pem());
    let certificate = OwnCertificate::new(chain.as_bytes(), key.as_bytes());
    let world = World::with(Config {
        tls: Some(Tls::Own(certificate.expect("a certificate"))),
        ..Config::default()
    });
    let name = ServerName::try_from("crm.example.com").expect("a name");
    let client = tokio_rustls::rustls::ClientConnection::new(trusting(&chain, &[]), name);
    let stream = tokio_rustls::rustls::StreamOwned::new(client.expect("a client"), connect(&world));
    assert_eq!(status(&converse(stream, &get_org(&world))), Some(200));
    assert!(
        secure(connect(&world), "localhost").is_err(),
        "it is not the authority's"
    );
}

#[test]
fn http_2_is_chosen_by_who_can_speak_it() {
    let world = World::with(made());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let config = trusting(AUTHORITY.certificate_pem(), &["h2", "http/1.1"]);
        let stream = tokio::net::TcpStream::connect(world.address).await;
        let name = ServerName::try_from("localhost").expect("a name");
        let connector = TlsConnector::from(config);
        let stream = connector.connect(name, stream.expect("a connection")).await;
        let stream = stream.expect("a handshake");
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
        let io = TokioIo::new(stream);
        let http_2 = hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await;
        let (mut client, connection) = http_2.expect("HTTP/2");
        tokio::spawn(connection);
        let token = world.credentials.token("admin").expect("a token");
        // HTTP/2 has no `Host`, so the control API takes the host name from the target.
        for path in ["/crm/v8/org", "/_tanzanite/clock"] {
            let request = http::Request::builder()
                .uri(format!("https://localhost:{}{path}", world.address.port()))
                .header("authorization", format!("Zoho-oauthtoken {token}"))
                .body(Full::new(Bytes::new()));
            let reply = client.send_request(request.expect("a request")).await;
            let reply = reply.expect("a reply");
            assert_eq!(reply.status(), 200, "{path}");
            reply.into_body().collect().await.expect("a body");
        }
        let foreign = http::Request::get("https://evil.example.com/_tanzanite/environment");
        let foreign = foreign.body(Full::new(Bytes::new())).expect("a request");
        let reply = client.send_request(foreign).await.expect("a reply");
        assert_eq!(reply.status(), 403);
    });
}

#[test]
fn who_does_not_shake_hands_is_cut_off_and_makes_room() {
    let with = |head| {
        World::with(Config {
            timeouts: Timeouts {
                head,
                ..Timeouts::default()
            },
            connections_max: 1,
            ..made()
        })
    };
    let (impatient, patient) = (with(SHORT), with(LONG * 2));
    let mut half = Vec::new();
    hello("localhost").write_tls(&mut half).expect("a hello");
    half.truncate(half.len() / 2);
    for beginning in [&b""[..], &half] {
        let slow_with = |world| {
            let mut slow = connect(world);
            slow.write_all(beginning).expect("a beginning");
            (slow, Instant::now())
        };
        let (slow, begun) = slow_with(&impatient);
        rest(slow);
        assert!(
            (SHORT / 2..LONG).contains(&begun.elapsed()),
            "{:?}",
            begun.elapsed()
        );
        let (slow, begun) = slow_with(&patient);
        // Only one connection fits.
        still_serves(&patient);
        assert!(begun.elapsed() < LONG, "{:?}", begun.elapsed());
        rest(slow);
    }
}

#[test]
fn what_is_no_tls_is_closed() {
    let world = World::with(made());
    let mut hello = {
        let mut bytes = Vec::new();
        self::hello("localhost")
            .write_tls(&mut bytes)
            .expect("a hello");
        bytes
    };
    // The handshake message's length no longer agrees with its record's.
    hello[6] ^= 0x55;
    let garbage = [
        &get_org(&world),
        &hello,
        &vec![0xff; 100_000],
        &b"\x16\x03\x01\xff\xff".repeat(9),
    ];
    for bytes in garbage {
        let mut stream = connect(&world);
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let reply = rest(stream);
        assert!(!reply.contains("HTTP/"), "{reply}");
    }
    still_serves(&world);
}

#[test]
fn whoever_goes_away_within_tls_leaves_no_connection_behind() {
    let world = World::with(Config {
        connections_max: 2,
        ..made()
    });
    for _ in 0..20 {
        let stream: TcpStream = connect(&world);
        drop(secure(stream, "localhost").expect("a handshake"));
    }
    still_serves(&world);
    let begun = Instant::now();
    drop(world);
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}
