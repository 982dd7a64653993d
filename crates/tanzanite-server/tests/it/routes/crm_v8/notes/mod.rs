//! `/crm/v8/Notes`.

mod delete;
mod get;
mod post;
mod put;
mod record_id;

use crate::world::World;
use serde_json::{Value, json};

/// A note of a record, by the record's key.
pub(super) fn note(world: &World, key: &str, title: &str) -> String {
    let path = format!("{}/Notes", world.path(key));
    let body = json!({ "data": [{ "Note_Title": title, "Note_Content": "It rained." }] });
    let made = world.actor("admin").post(&path, &body.to_string());
    assert_eq!(made.status, 201, "{made}");
    world.later();
    crate::world::text(&made.json()["data"][0]["details"]["id"])
}

/// The titles that an actor finds at a path.
pub(super) fn titles(world: &World, actor: &str, path: &str) -> Vec<String> {
    let found = world.actor(actor).get(path);
    if found.status == 204 {
        return Vec::new();
    }
    assert_eq!(found.status, 200, "{path}: {found}");
    let data = found.json()["data"].take();
    let titles = data.as_array().expect("data").iter();
    titles
        .map(|note| crate::world::text(&note["Note_Title"]))
        .collect()
}

/// The module and the id of a parent as items of v8 have them.
pub(super) fn parent(world: &World, key: &str) -> Value {
    let (module, id) = world.credentials.record(key).expect("a record");
    json!({ "module": { "api_name": module }, "id": id.to_string() })
}
