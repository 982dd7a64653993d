//! `/crm/v8/settings/recycle_bin`.

mod actions;
mod delete;
mod get;
mod record_id;

use crate::world::{World, text};
use serde_json::json;

impl World {
    /// A new record of an actor's in the recycle bin.
    fn deleted_of(&self, actor: &str, module: &str, name: &str) -> String {
        let body = json!({ "data": [{ name: "Own" }] }).to_string();
        let path = format!("/crm/v8/{module}");
        let made = self.actor(actor).post(&path, &body);
        assert_eq!(made.status, 201, "{made}");
        let id = text(&made.json()["data"][0]["details"]["id"]);
        let deleted = self.actor("admin").delete(&format!("{path}/{id}"));
        assert_eq!(deleted.status, 200, "{deleted}");
        id
    }
}
