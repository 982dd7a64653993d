//! A user's channel in one module.

use super::Selection;
use crate::metadata::Metadata;
use crate::schema::{Module, Number};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tanzanite_protocol::{RecordId, Timestamp};

/// Something that happens to a record. The order is that in which the vendor lists the events of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words are the vendor's own")]
pub enum Event {
    Edit,
    Create,
    Delete,
}

impl Event {
    /// All events: what `all` stands for.
    pub const ALL: [Self; 3] = [Self::Edit, Self::Create, Self::Delete];

    /// The vendor's word in `events`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Edit => "edit",
            Self::Create => "create",
            Self::Delete => "delete",
        }
    }

    /// The vendor's word in a notification.
    pub const fn operation(self) -> &'static str {
        match self {
            Self::Edit => "update",
            Self::Create => "insert",
            Self::Delete => "delete",
        }
    }
}

/// A user's channel in one module. The user names channels; a channel that watches several modules has a watch for
/// each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// The id of its document.
    pub id: i64,
    /// The user whose channel it is.
    pub user: i64,
    /// The channel's id, which the user has chosen.
    pub channel: i64,
    /// The module's number.
    pub module: Number,
    /// The events of which its user is told, each once and in order.
    pub events: Vec<Event>,
    /// The address that is told.
    pub notify_url: String,
    /// A text that each notification repeats.
    pub token: Option<String>,
    /// The end, in milliseconds since the epoch by the organisation's clock.
    pub expires: i64,
    /// Whether notifications have the values of fields.
    pub return_affected_field_values: bool,
    /// Whether changes of records that refer to one of this module count as edits of that one.
    pub notify_on_related_action: bool,
    /// The fields that have to change for an edit to count.
    pub condition: Option<Selection>,
    /// The version in `resource_uri`.
    pub version: String,
}

impl Watch {
    /// Whether it has not expired.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now.millis() < self.expires
    }

    /// Adds events.
    pub fn add(&mut self, events: &[Event]) {
        self.events.extend(events);
        self.events.sort_unstable();
        self.events.dedup();
    }

    /// The URI of its module, below the server's origin.
    pub fn resource_uri(&self, module: &Module, origin: &str) -> String {
        format!("{origin}/crm/{}/{}", self.version, module.api_name)
    }

    /// The queue of its deliveries.
    pub(super) fn queue(&self) -> String {
        format!("watch {}", self.id)
    }

    /// The details of it in a reply to a change: module, channel and, while there is one, the end.
    pub(crate) fn resource(
        &self,
        metadata: &Metadata,
        origin: &str,
        has_end: bool,
    ) -> Map<String, Value> {
        let mut told = Map::new();
        let Some(module) = metadata.module_numbered(self.module) else {
            return told;
        };
        let mut tell = |key: &str, value: String| told.insert(key.to_owned(), value.into());
        if has_end {
            let end = Timestamp::from_millis(self.expires);
            tell("channel_expiry", end.render(metadata.zone()));
        }
        tell("resource_uri", self.resource_uri(module, origin));
        tell(
            "resource_id",
            metadata.schema_id_of(self.module).to_string(),
        );
        tell("resource_name", module.api_name.to_string());
        tell("channel_id", self.channel.to_string());
        told
    }

    /// The user's id, in the type of a record's owner.
    pub(super) fn user_id(&self) -> Option<RecordId> {
        RecordId::new(self.user)
    }
}

/// Whether an organisation's notifications are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "lowercase")]
pub enum Deliveries {
    /// They are sent.
    #[default]
    Deliver,
    /// They are kept to be looked at, and not sent.
    Collect,
}
