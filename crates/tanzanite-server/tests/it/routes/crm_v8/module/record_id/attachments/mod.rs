//! `/crm/v8/{module}/{record_id}/Attachments`.

mod attachment_id;
mod delete;
mod get;
mod post;

use crate::world::{World, text};

pub(super) fn path(world: &World, key: &str) -> String {
    format!("{}/Attachments", world.path(key))
}

/// An attachment of a record with this content.
pub(super) fn attach(world: &World, key: &str, content: &[u8]) -> String {
    let made = world.actor("admin").upload(&path(world, key), content);
    assert_eq!(made.status, 200, "{made}");
    world.later();
    text(&made.json()["data"][0]["details"]["id"])
}

/// A link that hangs on a record.
pub(super) fn link(world: &World, key: &str) -> String {
    let target = format!(
        "{}?attachmentUrl=https%3A%2F%2Fexample.com%2Fa&title=A%20page",
        path(world, key)
    );
    let made = world.actor("admin").post(&target, "");
    assert_eq!(made.status, 200, "{made}");
    world.later();
    text(&made.json()["data"][0]["details"]["id"])
}
