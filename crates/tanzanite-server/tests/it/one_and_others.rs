//! The most that one client can use up: memory for bodies, memory for answers, connections. Other clients are served
//! all the same.

use crate::http_versions::http_2;
use crate::limits::{LONG, bearer, connect, rest, status, still_serves};
use crate::world::{MULTIPART, World, multipart, png};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Frame;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tanzanite_protocol::limits;
use tanzanite_server::{Config, Timeouts};
use tokio::time::timeout;

const SECOND: Duration = Duration::from_secs(1);
/// Nearly the largest photo.
const LARGE: usize = 9_900_000;

/// A body of unknown length that sends these bytes and then stalls for ever.
struct Unfinished(Option<Bytes>);

impl hyper::body::Body for Unfinished {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match self.0.take() {
            Some(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            None => Poll::Pending,
        }
    }

    /// Without any bytes there is no body at all.
    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_some_and(Bytes::is_empty)
    }
}

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(1).enable_all().build();
    runtime.expect("a runtime")
}

fn with(timeouts: Timeouts, connections_max: usize) -> World {
    World::with(Config {
        timeouts,
        connections_max,
        ..Config::default()
    })
}

/// The time that an insert takes.
fn insert(world: &World) -> Duration {
    let begun = Instant::now();
    world.insert("Leads", &[serde_json::json!({ "Last_Name": "Amberg" })]);
    begun.elapsed()
}

/// Makes a record with a large photo; returns the photo's path.
fn large_photo(world: &World) -> String {
    let path = format!("{}/photo", world.path("with_photo"));
    let exchange = world.actor("admin").upload(&path, &png(10, 10, LARGE));
    assert_eq!(exchange.status, 200);
    path
}

fn get(world: &World, path: &str) -> http::Request<Unfinished> {
    let token = world.credentials.token("admin").expect("a token");
    http::Request::builder()
        .uri(format!("http://localhost{path}"))
        .header("authorization", format!("Zoho-oauthtoken {token}"))
        .body(Unfinished(Some(Bytes::new())))
        .expect("a request")
}

#[test]
fn open_bodies_of_a_byte_do_not_stop_an_insert() {
    let world = World::demo();
    let runtime = runtime();
    let _open = runtime.block_on(async {
        let mut open = Vec::new();
        for _ in 0..7 {
            let (client, connection) = http_2(&world).await;
            for _ in 0..limits::STREAMS_MAX {
                let request = http::Request::post("http://localhost/oauth/v2/token");
                let body = Unfinished(Some(Bytes::from_static(b"a")));
                let mut client = client.clone();
                client.ready().await.expect("a stream");
                let request = request.body(body).expect("a request");
                open.push(tokio::spawn(async move {
                    drop(client.send_request(request).await);
                }));
            }
            open.push(tokio::spawn(async { drop(connection.await) }));
        }
        // Time for the bodies to begin.
        tokio::time::sleep(SECOND / 2).await;
        open
    });
    let time = insert(&world);
    assert!(time < LONG / 2, "{time:?}");
}

/// Begins a chunked body in a thread, since the writes may block.
fn begin_upload(world: &World, path: &str, bytes: usize) -> std::thread::JoinHandle<TcpStream> {
    let mut stream = connect(world);
    let head = format!(
        "POST {path} HTTP/1.1\r\n{}Content-Type: {MULTIPART}\r\nTransfer-Encoding: chunked\r\n\r\n",
        bearer(world, "admin")
    );
    stream.write_all(head.as_bytes()).expect("a head");
    std::thread::spawn(move || {
        let _ = stream.write_all(format!("{bytes:x}\r\n").as_bytes());
        let _ = stream.write_all(&vec![b'x'; bytes]);
        stream
    })
}

#[test]
fn unfinished_uploads_stop_neither_an_insert_nor_another_upload() {
    let world = World::demo();
    let path = format!("{}/photo", world.path("without_photo"));
    let one = |_| begin_upload(&world, &path, 10_000_000);
    let open: Vec<_> = (0..5).map(one).collect();
    sleep(SECOND / 2);
    let time = insert(&world);
    assert!(time < SECOND * 2, "{time:?}");
    let begun = Instant::now();
    let file = png(4, 4, 5_000_000);
    assert_eq!(world.actor("admin").upload(&path, &file).status, 200);
    assert!(begun.elapsed() < LONG, "{:?}", begun.elapsed());
    drop(open);
}

#[test]
fn a_long_body_that_keeps_pace_is_not_cut_off() {
    let timeouts = Timeouts {
        body: SECOND / 2,
        ..Timeouts::default()
    };
    let world = with(timeouts, limits::CONNECTIONS_MAX);
    let path = format!("{}/photo", world.path("without_photo"));
    let body = multipart(&[("file", &png(4, 4, 1_000_000))]);
    let mut stream = connect(&world);
    let head = format!(
        "POST {path} HTTP/1.1\r\nConnection: close\r\n{}Content-Type: {MULTIPART}\r\nContent-Length: {}\r\n\r\n",
        bearer(&world, "admin"),
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("a head");
    for piece in body.chunks(50_000) {
        sleep(SECOND / 10);
        stream.write_all(piece).expect("a piece");
    }
    let reply = rest(stream);
    assert_eq!(status(&reply), Some(200), "{reply}");
}

#[test]
fn who_takes_an_answer_slowly_for_hours_is_cut_off() {
    let timeouts = Timeouts {
        write: SECOND,
        ..Timeouts::default()
    };
    let world = with(timeouts, limits::CONNECTIONS_MAX);
    let path = large_photo(&world);
    runtime().block_on(async {
        let stream = tokio::net::TcpStream::connect(world.address).await;
        let mut builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
        builder.initial_stream_window_size(16 * 1024);
        let stream = TokioIo::new(stream.expect("a connection"));
        let (mut client, connection) = builder.handshake(stream).await.expect("HTTP/2");
        let reply = async {
            let reply = client.send_request(get(&world, &path)).await;
            let mut body = reply.expect("an answer").into_body();
            // The client always reads a little, so the socket never stalls.
            while let Some(Ok(_)) = body.frame().await {
                tokio::time::sleep(SECOND / 4).await;
            }
        };
        let both = async { tokio::join!(reply, connection) };
        let ended = timeout(LONG, both).await;
        assert!(ended.is_ok(), "it may go on for hours");
    });
    still_serves(&world);
}

#[test]
fn of_many_large_answers_that_nobody_takes_only_a_dozen_are_read() {
    let world = World::demo();
    let path = large_photo(&world);
    let runtime = runtime();
    let heads = runtime.block_on(async {
        let (client, connection) = http_2(&world).await;
        let mut asked = Vec::new();
        for _ in 0..40 {
            let mut client = client.clone();
            client.ready().await.expect("a stream");
            let request = get(&world, &path);
            asked.push(tokio::spawn(
                async move { client.send_request(request).await },
            ));
        }
        // Small answers do not wait for large ones.
        let time = tokio::task::spawn_blocking({
            let request = format!(
                "GET /crm/v8/settings/fields?module=Leads HTTP/1.1\r\nConnection: close\r\n{}\r\n",
                bearer(&world, "admin")
            );
            let mut stream = connect(&world);
            move || {
                let begun = Instant::now();
                stream.write_all(request.as_bytes()).expect("a request");
                assert_eq!(status(&rest(stream)), Some(200));
                begun.elapsed()
            }
        });
        let time = time.await.expect("an answer");
        assert!(time < LONG / 2, "{time:?}");
        // While others wait for memory, slow readers are disconnected soon.
        let ended = timeout(LONG, connection).await;
        assert!(ended.is_ok(), "the connection lives on");
        let mut heads = 0;
        for one in asked {
            heads += usize::from(one.await.expect("a task").is_ok());
        }
        heads
    });
    let fit = limits::ANSWERS_LARGE_IN_MEMORY_BYTES_MAX / LARGE;
    assert!((1..=fit).contains(&heads), "{heads} answers were read");
    // The memory is free again.
    assert_eq!(world.actor("admin").get(&path).body.len(), LARGE);
}

#[test]
fn a_health_check_is_answered_while_idle_connections_have_all_places() {
    let world = with(Timeouts::default(), 40);
    let health = "GET /_tanzanite/health HTTP/1.1\r\nHost: localhost\r\n";
    let idle = (0..300).map(|number| {
        let mut stream = connect(&world);
        let sent = match number % 3 {
            0 => String::new(),
            // A head that never ends.
            1 => health.to_owned(),
            _ => format!("{health}\r\n"),
        };
        let _ = stream.write_all(sent.as_bytes());
        stream
    });
    let idle: Vec<TcpStream> = idle.collect();
    for _ in 0..3 {
        let begun = Instant::now();
        let exchange = world.anyone().get("/_tanzanite/health");
        assert_eq!(exchange.status, 200);
        // The kernel asks again after a second for a connection that came while the queue was full.
        assert!(begun.elapsed() < 2 * SECOND, "{:?}", begun.elapsed());
    }
    drop(idle);
}

#[test]
fn who_makes_room_is_whoever_has_been_idle_longest() {
    let world = with(Timeouts::default(), 2);
    let health = b"GET /_tanzanite/health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let ask = |stream: &mut TcpStream| {
        let mut byte = [0];
        let asked = stream.write_all(health);
        asked.and_then(|()| stream.read_exact(&mut byte))
    };
    let mut both = [(); 2].map(|()| connect(&world));
    for number in [0, 1, 0] {
        ask(&mut both[number]).expect("an answer");
        let _ = both[number].read(&mut [0; 4096]).expect("the rest of it");
        sleep(limits::IDLE_BEFORE_CLOSED);
    }
    still_serves(&world);
    let [first, second] = &mut both;
    ask(first).expect("it was idle for a shorter time");
    assert!(ask(second).is_err(), "it was idle for the longest time");
}
