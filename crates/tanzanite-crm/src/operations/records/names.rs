//! The JSON objects for the users and records that a record refers to.

use crate::metadata::{Metadata, User};
use crate::schema::{ANY_MODULE, Field, Kind, MODULE_KEY, Module};
use crate::transaction::RecordHead;
use serde_json::{Map, Value, json};
use tanzanite_protocol::RecordId;

/// A record in a lookup: `{"name","id"}`. `null` if the record is gone, as the vendor empties such lookups.
pub(crate) fn record(head: Option<&RecordHead>) -> Value {
    head.map_or(
        Value::Null,
        |head| json!({ "name": head.name, "id": head.id.to_string() }),
    )
}

/// A user in `Owner`, `Created_By` and other fields of users: `{"name","id","email"}`.
pub(crate) fn user_with_email(metadata: &Metadata, id: RecordId) -> Value {
    let user = metadata.user(id);
    json!({
        "name": user.map(User::full_name),
        "id": id.to_string(),
        "email": user.map(|user| user.email.as_str()),
    })
}

/// The id in a stored reference.
pub(crate) fn referred_id(value: &Value) -> Option<RecordId> {
    value.get("id")?.as_str().and_then(RecordId::parse)
}

/// The module and id of the record that a lookup refers to, in a record with these fields.
pub(crate) fn target<'a>(
    metadata: &'a Metadata,
    field: &Field,
    value: &Value,
    fields: &Map<String, Value>,
) -> Option<(&'a Module, RecordId)> {
    let Kind::Lookup(module) = &field.kind else {
        return None;
    };
    let module = match module.as_ref() {
        ANY_MODULE => fields.get(MODULE_KEY)?.as_str()?,
        module => module,
    };
    Some((metadata.module(module)?, referred_id(value)?))
}
