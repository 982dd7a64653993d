//! `GET /_tanzanite/health` and `/_tanzanite/ready`.

use crate::world::World;

#[test]
fn a_server_that_answers_is_well_and_ready() {
    let world = World::demo();
    for path in ["/_tanzanite/health", "/_tanzanite/ready"] {
        let exchange = world.anyone().get(path);
        assert_eq!(
            (exchange.status, exchange.json()["status"].as_str()),
            (200, Some("ok")),
            "{path}"
        );
        assert_eq!(exchange.json()["version"], env!("CARGO_PKG_VERSION"));
    }
}

#[test]
fn a_probe_may_call_by_any_name() {
    let world = World::demo();
    let request = b"GET /_tanzanite/health HTTP/1.1\r\nHost: tanzanite.pod.cluster.local\r\nConnection: close\r\n\r\n";
    assert_eq!(world.raw(request).status, 200);
}
