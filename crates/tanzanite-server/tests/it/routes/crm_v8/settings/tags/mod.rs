//! `/crm/v8/settings/tags`: behaviour that the contract of collections does not cover, and helpers that make tags.

mod actions;
mod id;

use crate::world::{World, text};
use serde_json::{Value, json};

impl World {
    /// Makes a tag of Leads; returns its id.
    pub(crate) fn tag(&self, name: &str) -> String {
        self.tag_of("Leads", name)
    }

    /// Makes a tag of a module; returns its id.
    pub(crate) fn tag_of(&self, module: &str, name: &str) -> String {
        let body = json!({ "tags": [{ "name": name, "color_code": "#57B1FD" }] }).to_string();
        let made = self
            .actor("admin")
            .post(&format!("/crm/v8/settings/tags?module={module}"), &body);
        assert_eq!(made.status, 201, "{made}");
        text(&made.json()["tags"][0]["details"]["id"])
    }

    /// Adds tags to a record by their names.
    pub(crate) fn tag_record(&self, key: &str, names: &[&str]) {
        let tags: Vec<Value> = names.iter().map(|name| json!({ "name": name })).collect();
        let path = format!("{}/actions/add_tags", self.path(key));
        let added = self
            .actor("admin")
            .post(&path, &json!({ "tags": tags }).to_string());
        assert_eq!(added.status, 200, "{added}");
    }

    /// The names of a record's tags, as the record shows them.
    pub(crate) fn tags_of(&self, key: &str) -> Vec<String> {
        let record = self.record(&self.path(key));
        let tags = record["Tag"]
            .as_array()
            .unwrap_or_else(|| panic!("{record}"));
        tags.iter().map(|tag| text(&tag["name"])).collect()
    }
}
