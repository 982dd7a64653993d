//! `/crm/v8/{module}/{record_id}/actions/blueprint`.

mod effects;
pub(crate) mod get;
mod put;

use crate::world::{BLUEPRINT, Exchange, World};
use serde_json::{Value, json};

/// The demo, whose leads go through a process.
pub(crate) fn world() -> World {
    World::demo_and(BLUEPRINT)
}

fn path(world: &World, key: &str) -> String {
    format!("{}/actions/blueprint", world.path(key))
}

fn get(world: &World, actor: &str, key: &str) -> Exchange {
    world.actor(actor).get(&path(world, key))
}

fn put(world: &World, actor: &str, key: &str, body: &Value) -> Exchange {
    let body = body.to_string();
    world.actor(actor).put(&path(world, key), &body)
}

/// A transition with values.
fn transition(id: &str, data: &Value) -> Value {
    json!({ "blueprint": [{ "transition_id": id, "data": data }] })
}
