//! `/crm/v8/actions/watch`: notification channels, and what is sent to them.

mod delete;
mod deliveries;
mod get;
mod patch;
mod post;
mod put;
mod what;

use crate::world::{Exchange, World};
use serde_json::{Value, json};

const PATH: &str = "/crm/v8/actions/watch";
/// The time at which the clock stands in these tests.
const NOON: &str = "2026-03-02T12:00:00Z";

/// A world whose clock stands still.
fn world() -> World {
    let world = World::demo();
    world.clock(&format!(r#"{{"action":"freeze","at":"{NOON}"}}"#));
    world
}

/// A channel for a receiver, with more or other keys.
fn channel(id: &str, events: &[&str], url: &str, more: Value) -> Value {
    let mut channel = json!({ "channel_id": id, "events": events, "notify_url": url });
    let members = channel.as_object_mut().expect("an object");
    if let Value::Object(more) = more {
        members.extend(more);
    }
    channel
}

/// Sends channels as the administrator.
fn send(world: &World, method: &str, channels: &[Value]) -> Exchange {
    send_as(world, "admin", method, channels)
}

fn send_as(world: &World, actor: &str, method: &str, channels: &[Value]) -> Exchange {
    let body = json!({ "watch": channels }).to_string();
    world.actor(actor).send(method, PATH, &[], body.as_bytes())
}

/// Makes a channel that must be made.
fn enable(world: &World, channel: &Value) {
    let made = send(world, "POST", std::slice::from_ref(channel));
    assert_eq!(made.status, 201, "{made}");
}

/// A reply for a snapshot: with a word for the server's own origin, which has another port each time.
fn shown(world: &World, exchange: &Exchange) -> String {
    let origin = format!("http://{}", world.address);
    format!(
        "{} {}",
        exchange.status,
        exchange.text().replace(&origin, "[origin]")
    )
}

/// The administrator's channels.
fn listed(world: &World) -> String {
    shown(world, &world.actor("admin").get(PATH))
}

/// Sends all that is due.
fn run(world: &World) {
    let run = world.anyone().post("/_tanzanite/jobs/run", "{}");
    assert_eq!(run.status, 200, "{run}");
}

/// State and outcome of each notification, the first first.
fn states(world: &World) -> Vec<String> {
    let told = world.anyone().get("/_tanzanite/notifications").json();
    let told = told["notifications"].as_array().expect("notifications");
    let state = |told: &Value| {
        format!(
            "{} {} {}",
            told["state"].as_str().expect("a state"),
            told["attempts"],
            told["outcome"].as_str().expect("an outcome")
        )
    };
    told.iter().rev().map(state).collect()
}
