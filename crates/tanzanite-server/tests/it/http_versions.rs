//! The limits of HTTP itself: versions, framings, odd targets and bytes. None causes a 5xx or a hang.

use crate::limits::{LONG, SHORT, bearer, connect, converse, rest, status};
use crate::world::World;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Frame;
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::io::{Read as _, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tanzanite_server::{Config, Timeouts};
use tokio::task::JoinHandle;
use tokio::time::{Sleep, sleep, timeout};

#[test]
fn http_1_0_is_served_and_closed() {
    let world = World::demo();
    let request = format!(
        "GET /crm/v8/org HTTP/1.0\r\n{}\r\n",
        bearer(&world, "admin").replace("Host: localhost\r\n", "")
    );
    let reply = converse(&world, request.as_bytes());
    assert_eq!(status(&reply), Some(200), "{reply}");
    assert!(
        reply.starts_with("HTTP/1.0") && reply.contains("Larkspur"),
        "{reply}"
    );
}

#[test]
fn pipelined_requests_are_answered_in_their_order() {
    let world = World::demo();
    let photo = format!("{}/photo", world.path("with_photo"));
    let bearer = bearer(&world, "admin");
    let mut requests = String::new();
    for (method, path, last) in [
        ("DELETE", &photo, ""),
        ("DELETE", &photo, ""),
        ("PUT", &photo, "Connection: close\r\n"),
    ] {
        requests.push_str(&format!("{method} {path} HTTP/1.1\r\n{bearer}{last}\r\n"));
    }
    let reply = converse(&world, requests.as_bytes());
    let places = [
        "Photo deleted",
        "No such photo exists",
        "INVALID_REQUEST_METHOD",
    ]
    .map(|text| reply.find(text));
    assert!(places.is_sorted() && places[0].is_some(), "{reply}");
    assert_eq!(reply.matches("HTTP/1.1 ").count(), 3, "{reply}");
}

#[test]
fn whoever_expects_100_is_told_to_go_on() {
    let world = World::demo();
    let path = world.path("with_photo");
    let body = br#"{"data":[{"Company":"Amberg & Co"}]}"#;
    let mut stream = connect(&world);
    let head = format!(
        "PUT {path} HTTP/1.1\r\n{}Connection: close\r\nExpect: 100-continue\r\n\
         Content-Length: {}\r\n\r\n",
        bearer(&world, "admin"),
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("a head");
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).expect("an interim reply");
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body).expect("a body");
    let reply = rest(stream);
    assert_eq!(status(&reply), Some(200), "{reply}");
}

#[test]
fn targets_of_every_form_are_read() {
    let world = World::demo();
    let bearer = bearer(&world, "admin");
    for (line, expected) in [
        ("GET http://localhost/crm/v8/org HTTP/1.1", 200),
        ("GET http://LOCALHOST:1/crm/v8/org?a=b HTTP/1.1", 200),
        ("GET http://somewhere.example/crm/v8/org?a=b HTTP/1.1", 403),
        ("GET http://localhost HTTP/1.1", 404),
        ("OPTIONS * HTTP/1.1", 404),
        ("CONNECT localhost:80 HTTP/1.1", 404),
        ("GET /crm/v8/%6Frg HTTP/1.1", 400),
        ("GET /crm/v8//org HTTP/1.1", 404),
        ("GET /crm/../crm/v8/org HTTP/1.1", 404),
        ("GET /crm/v8/org?%00=%ff&&&=&%zz HTTP/1.1", 200),
        ("GET /crm/v8/Leads/%00/photo HTTP/1.1", 400),
        ("GET /crm/v8/%ff%fe/1/photo HTTP/1.1", 400),
    ] {
        let request = format!("{line}\r\n{bearer}Connection: close\r\n\r\n");
        let reply = converse(&world, request.as_bytes());
        assert_eq!(status(&reply), Some(expected), "{line}: {reply}");
    }
}

#[test]
fn a_protocol_that_is_offered_and_not_taken_changes_nothing() {
    let world = World::demo();
    let bearer = bearer(&world, "admin");
    let offered =
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n";
    let request = format!(
        "GET /crm/v8/org HTTP/1.1\r\n{bearer}{offered}\r\n\
         GET /crm/v8/org HTTP/1.1\r\n{bearer}Connection: close\r\n\r\n"
    );
    let reply = converse(&world, request.as_bytes());
    assert_eq!(reply.matches("HTTP/1.1 200 OK").count(), 2, "{reply}");
}

#[test]
fn of_two_authorizations_the_first_counts() {
    let world = World::demo();
    let good = bearer(&world, "admin");
    let bad = "Authorization: Zoho-oauthtoken 1000.a.b\r\n";
    for (both, expected) in [(format!("{good}{bad}"), 200), (format!("{bad}{good}"), 401)] {
        let request = format!("GET /crm/v8/org HTTP/1.1\r\n{both}Connection: close\r\n\r\n");
        assert_eq!(
            status(&converse(&world, request.as_bytes())),
            Some(expected)
        );
    }
}

#[test]
fn what_is_no_http_is_refused_or_closed() {
    let world = World::demo();
    let before = world.state();
    let bearer = bearer(&world, "admin");
    let photo = format!("{}/photo", world.path("with_photo"));
    let mut garbage: Vec<Vec<u8>> = vec![
        b"\0\0\0\0\0\0\0\0\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".repeat(20),
        b"GET\r\n\r\n".to_vec(),
        b"GET / HTTP/9.9\r\n\r\n".to_vec(),
        b"GET /\x00 HTTP/1.1\r\n\r\n".to_vec(),
        b"\r\n".repeat(10_000),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\ngarbage that is no frame at all".to_vec(),
        vec![0xff; 100_000],
    ];
    let delete = |middle: &[u8]| {
        let mut request = format!("DELETE {photo} HTTP/1.1\r\n{bearer}").into_bytes();
        request.extend_from_slice(middle);
        request
    };
    garbage.extend([
        delete(b"X: a\x00b\r\n\r\n"),
        delete(b"X\xff: a\r\n\r\n"),
        delete(b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"),
        delete(b"Content-Length: -1\r\n\r\n"),
        delete(b"Content-Length: 99999999999999999999999\r\n\r\n"),
        delete(b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
        delete(b"Transfer-Encoding: gzip\r\n\r\nabc"),
        delete(b"no colon\r\n\r\n"),
    ]);
    for bytes in garbage {
        let mut stream = connect(&world);
        let _ = stream.write_all(&bytes);
        // Nothing more will be sent, so a server that waits for more sees the end.
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let reply = rest(stream);
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(300)]).into_owned();
        assert!(
            status(&reply).is_none_or(|status| (400..500).contains(&status)),
            "{shown:?}: {reply}"
        );
    }
    assert_eq!(
        before,
        world.state(),
        "what is no request changed something"
    );
    assert_eq!(world.actor("admin").get("/crm/v8/org").status, 200);
}

/// Two framings of one body are used to smuggle requests past a proxy.
#[test]
fn a_body_with_two_framings_does_not_hide_a_request() {
    let world = World::demo();
    let photo = format!("{}/photo", world.path("with_photo"));
    let bearer = bearer(&world, "admin");
    let hidden = format!("DELETE {photo} HTTP/1.1\r\n{bearer}Connection: close\r\n\r\n");
    let request = format!(
        "GET /crm/v8/org HTTP/1.1\r\n{bearer}Content-Length: {}\r\n\
         Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}",
        5 + hidden.len()
    );
    let reply = converse(&world, request.as_bytes());
    // Either chunked wins and the connection closes, as RFC 9112 (section 6.3) demands, or the request is refused.
    let ends = reply.contains("connection: close") && reply.matches("HTTP/1.1 ").count() == 1;
    assert!(ends || status(&reply) == Some(400), "{reply}");
    assert_eq!(
        world.actor("admin").get(&photo).status,
        200,
        "the hidden request was run"
    );
}

#[test]
fn invalid_utf_8_in_headers_is_no_token() {
    let world = World::demo();
    let request = b"GET /crm/v8/org HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
        Authorization: Zoho-oauthtoken \xff\xfe\r\nX-Request-Id: \xff\r\n\
        Content-Type: \xff\r\n\r\n";
    let reply = converse(&world, request);
    assert_eq!(status(&reply), Some(401), "{reply}");
}

#[test]
fn http_2_without_tls_is_served() {
    let world = World::demo();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(world.address)
            .await
            .expect("a connection");
        let io = TokioIo::new(stream);
        let (client, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io)
            .await
            .expect("HTTP/2");
        tokio::spawn(connection);
        let token = world.credentials.token("admin").expect("a token");
        let exchange = |method: &str, path: String, extra: Option<(&'static str, String)>| {
            let mut request = http::Request::builder()
                .method(method)
                .uri(format!("http://localhost{path}"))
                .header("authorization", format!("Zoho-oauthtoken {token}"));
            if let Some((name, value)) = extra {
                request = request.header(name, value);
            }
            let mut client = client.clone();
            async move {
                client.ready().await.expect("ready");
                let request = request.body(Full::new(Bytes::new())).expect("a request");
                let response = client.send_request(request).await?;
                let status = response.status().as_u16();
                Ok::<_, hyper::Error>((status, response.into_body().collect().await?.to_bytes()))
            }
        };
        let photo = format!("{}/photo", world.path("with_photo"));
        let many = (0..200).map(|_| tokio::spawn(exchange("GET", photo.clone(), None)));
        let many: Vec<_> = many.collect();
        for one in many {
            let (status, body) = one.await.expect("a task").expect("a reply");
            assert!(status == 200 && body.starts_with(b"\x89PNG"), "{status}");
        }
        let deleted = exchange("DELETE", photo.clone(), None)
            .await
            .expect("a reply");
        assert_eq!(deleted.0, 200);
        assert_eq!(
            exchange("DELETE", photo.clone(), None)
                .await
                .expect("a reply")
                .0,
            400
        );
        assert_eq!(
            exchange("PUT", photo.clone(), None)
                .await
                .expect("a reply")
                .0,
            400
        );
        let long = Some(("x-long", "a".repeat(40_000)));
        let refused = exchange("GET", photo.clone(), long).await;
        assert!(
            refused.is_err() || refused.is_ok_and(|(status, _)| status == 431),
            "a head that is too large"
        );
        assert_eq!(
            exchange("GET", photo, None).await.expect("a reply").0,
            204,
            "the connection lives on"
        );
    });
}

/// An HTTP/2 client that answers pings, and the task that ends with its connection.
pub(crate) async fn http_2<B>(world: &World) -> (SendRequest<B>, JoinHandle<hyper::Result<()>>)
where
    B: hyper::body::Body<Data = Bytes, Error = hyper::Error> + Send + Unpin + 'static,
{
    let stream = tokio::net::TcpStream::connect(world.address).await;
    let io = TokioIo::new(stream.expect("a connection"));
    let (client, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io)
        .await
        .expect("HTTP/2");
    (client, tokio::spawn(connection))
}

/// A body that is sent only after a delay.
struct Late(Pin<Box<Sleep>>, Option<Bytes>);

impl hyper::body::Body for Late {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        ready!(self.0.as_mut().poll(context));
        Poll::Ready(self.1.take().map(|bytes| Ok(Frame::data(bytes))))
    }
}

fn soon_idle() -> (World, tokio::runtime::Runtime) {
    let timeouts = Timeouts {
        head: SHORT,
        ..Timeouts::default()
    };
    let config = Config {
        timeouts,
        ..Config::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    (World::with(config), runtime.expect("a runtime"))
}

/// The administrator's request to change a lead, with a body that is sent after `wait`.
fn change(world: &World, wait: std::time::Duration) -> http::Request<Late> {
    let body = Bytes::from_static(br#"{"data":[{"Company":"Amberg & Co"}]}"#);
    let token = world.credentials.token("admin").expect("a token");
    http::Request::builder()
        .method("PUT")
        .uri(format!("http://localhost{}", world.path("with_photo")))
        .header("authorization", format!("Zoho-oauthtoken {token}"))
        .body(Late(Box::pin(sleep(wait)), Some(body)))
        .expect("a request")
}

#[test]
fn an_http_2_client_that_answers_pings_does_not_idle_forever() {
    let (world, runtime) = soon_idle();
    runtime.block_on(async {
        let (mut client, connection) = http_2(&world).await;
        let reply = client
            .send_request(change(&world, std::time::Duration::ZERO))
            .await;
        let reply = reply.expect("a reply");
        assert_eq!(reply.status(), 200);
        drop(reply.into_body().collect().await.expect("a body"));
        let ended = timeout(LONG / 2, connection).await;
        let ended = ended.expect("the connection idles for ever");
        // The server ends with GOAWAY, which is no error for the client.
        ended.expect("a task").expect("an orderly end");
        assert!(client.is_closed());
    });
}

#[test]
fn an_http_2_client_that_is_not_idle_is_not_closed() {
    let (world, runtime) = soon_idle();
    runtime.block_on(async {
        let (mut client, connection) = http_2(&world).await;
        // First one request that stays open for longer than a connection may idle, then many in quick succession.
        let waits = std::iter::once(SHORT * 3).chain(std::iter::repeat_n(SHORT / 3, 12));
        for wait in waits {
            let reply = client.send_request(change(&world, wait)).await;
            assert_eq!(reply.expect("a reply").status(), 200, "{wait:?}");
        }
        assert!(!connection.is_finished());
    });
}
