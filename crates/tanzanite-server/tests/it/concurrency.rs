//! Concurrent requests.

use crate::stores::{Home, is_shared};
use crate::world::{BLUEPRINT, World};
use std::sync::Barrier;

/// The outcomes of as many clients, each of which has its own thread and waits until all are there.
fn at_once<T: Send>(clients: usize, act: impl Fn() -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(clients);
    let client = || {
        barrier.wait();
        act()
    };
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..clients).map(|_| scope.spawn(client)).collect();
        let joined = clients.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.map(|outcome| outcome.expect("a client")).collect()
    })
}

/// 64 clients delete the same photo: exactly one succeeds, the others find none.
fn exactly_one_of_64_deletes_succeeds(world: &World) {
    for key in ["with_photo", "with_photo_jpeg", "with_photo_gif"] {
        let path = format!("{}/photo", world.path(key));
        let outcomes = at_once(64, || {
            let exchange = world.actor("admin").delete(&path);
            let json = exchange.json();
            let message = json["message"].as_str().unwrap_or_default();
            (exchange.status, message.to_owned())
        });
        let won = outcomes.iter().filter(|(status, _)| *status == 200).count();
        let lost = outcomes
            .iter()
            .filter(|outcome| **outcome == (400, "No such photo exists".to_owned()))
            .count();
        assert_eq!((won, lost), (1, 63), "{outcomes:?}");
    }
}

#[test]
fn of_64_deletes_of_one_photo_one_succeeds() {
    exactly_one_of_64_deletes_succeeds(&World::demo());
}

#[test]
fn of_64_deletes_of_one_photo_one_succeeds_on_disk() {
    // Only SQLite has a separate variant on disk.
    if !is_shared() {
        exactly_one_of_64_deletes_succeeds(&World::demo_in(Home::on_disk()));
    }
}

#[test]
fn of_32_transitions_of_one_record_one_succeeds() {
    let world = World::demo_and(BLUEPRINT);
    let path = format!("{}/actions/blueprint", world.path("without_photo"));
    let body =
        r#"{"blueprint":[{"transition_id":"1002","data":{"Phone":"1","Annual_Revenue":1}}]}"#;
    let outcomes = at_once(32, || {
        let exchange = world.actor("admin").put(&path, body);
        let json = exchange.json();
        let message = json["message"].as_str().unwrap_or_default();
        (exchange.status, message.to_owned())
    });
    let moved = (200, "transition updated successfully".to_owned());
    let late = (400, "invalid transition".to_owned());
    let count = |wanted| outcomes.iter().filter(|outcome| *outcome == wanted).count();
    assert_eq!((count(&moved), count(&late)), (1, 31), "{outcomes:?}");
}

#[test]
fn of_32_conversions_of_one_lead_one_succeeds() {
    let world = World::demo();
    let path = format!("{}/actions/convert", world.path("with_photo"));
    let statuses = at_once(32, || {
        let body = r#"{"data":[{}]}"#;
        world.actor("admin").post(&path, body).status
    });
    let won = statuses.iter().filter(|status| **status == 200).count();
    assert_eq!(won, 1, "{statuses:?}");
    let made = "/crm/v8/Contacts/search?email=rosa.amberg@example.com";
    let contacts = world.actor("admin").get(made).json();
    assert_eq!(contacts["data"].as_array().map(Vec::len), Some(1));
}
