//! Shutdown: open requests are finished, new ones are refused, and no client can delay it.

use crate::limits::{bearer, connect, rest, status};
use crate::world::{MULTIPART, World, multipart, png};
use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tanzanite_server::{Config, Timeouts};
use tanzanite_store::Store as _;

fn half_an_upload(world: &World) -> (TcpStream, Vec<u8>) {
    let body = multipart(&[("file", &png(4, 4, 5_000))]);
    let head = format!(
        "POST {}/photo HTTP/1.1\r\n{}Content-Type: {MULTIPART}\r\nContent-Length: {}\r\n\r\n",
        world.path("without_photo"),
        bearer(world, "admin"),
        body.len()
    );
    let mut stream = connect(world);
    stream.write_all(head.as_bytes()).expect("a head");
    let (first, second) = body.split_at(1_000);
    stream.write_all(first).expect("the first half");
    // The server must have read the request before it is in flight.
    std::thread::sleep(Duration::from_millis(200));
    (stream, second.to_vec())
}

/// Waits until the address accepts no connections.
fn refused(address: std::net::SocketAddr) {
    let begun = Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "new connections are taken after the end has come"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn what_is_in_flight_is_answered_and_what_is_new_is_refused() {
    let world = World::demo();
    let (address, store, org) = (world.address, world.store.clone(), world.org);
    let idle = connect(&world);
    let (mut stream, second) = half_an_upload(&world);
    let end = std::thread::spawn(move || drop(world));
    refused(address);
    stream.write_all(&second).expect("the second half");
    let reply = rest(stream);
    assert_eq!(status(&reply), Some(200), "{reply}");
    assert!(reply.contains("photo uploaded successfully"), "{reply}");
    assert_eq!(rest(idle), "", "an idle connection is closed");
    end.join().expect("an end");
    let closed =
        store.read_blocking(move |tx: &mut dyn tanzanite_crm::Transaction| tx.metadata(org));
    assert!(closed.is_err(), "the store is closed at the end");
}

#[test]
fn nobody_holds_up_the_end() {
    let timeouts = Timeouts {
        shutdown: Duration::from_millis(300),
        ..Timeouts::default()
    };
    let world = World::with(Config {
        timeouts,
        ..Config::default()
    });
    let (stream, _) = half_an_upload(&world);
    let begun = Instant::now();
    drop(world);
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(rest(stream), "", "the half request is cut off");
}
