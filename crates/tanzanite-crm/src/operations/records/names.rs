//! The JSON objects for the users and records that a record refers to.

use crate::metadata::{Metadata, User};
use crate::transaction::RecordHead;
use serde_json::{Value, json};
use tanzanite_protocol::RecordId;

/// A record in a lookup: `{"name","id"}`. `null` if the record is gone, as the vendor empties such lookups.
pub(super) fn record(head: Option<&RecordHead>) -> Value {
    head.map_or(
        Value::Null,
        |head| json!({ "name": head.name, "id": head.id.to_string() }),
    )
}

/// A user in `Owner`, `Created_By` and other fields of users: `{"name","id","email"}`.
pub(super) fn user_with_email(metadata: &Metadata, id: RecordId) -> Value {
    let user = metadata.user(id);
    json!({
        "name": user.map(User::full_name),
        "id": id.to_string(),
        "email": user.map(|user| user.email.as_str()),
    })
}
