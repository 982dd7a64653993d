//! A user in the vendor's JSON. Unknown values are left out, and values for features that do not exist here (shifts,
//! aliases, phones) are `null`.

use crate::metadata::{Metadata, User};
use serde_json::{Value, json};
use tanzanite_protocol::RecordId;

/// A reference to a user: `{"name","id"}`.
pub(crate) fn reference(metadata: &Metadata, id: RecordId) -> Value {
    json!({ "name": metadata.user(id).map(User::full_name), "id": id.to_string() })
}

/// The whole user.
pub(super) fn user(metadata: &Metadata, user: &User) -> Value {
    let named = |id: i64, name: Option<&str>| json!({ "name": name, "id": id.to_string() });
    let role = metadata.role(user.role).map(|role| role.name.as_str());
    let profile = metadata
        .profile(user.profile)
        .map(|profile| profile.name.as_str());
    json!({
        "role": named(user.role, role),
        "microsoft": false,
        // The language of all texts of this server.
        "locale": "en_US",
        "$shift_effective_from": null,
        "$current_shift": null,
        "alias": null,
        "id": user.id.to_string(),
        "sandboxDeveloper": false,
        "first_name": user.first_name,
        "email": user.email,
        "Reporting_To": null,
        "status_reason__s": null,
        "$next_shift": null,
        "profile": named(user.profile, profile),
        "last_name": user.last_name,
        "time_zone": metadata.organisation().time_zone,
        "zuid": user.zuid.to_string(),
        "confirm": user.confirmed,
        "full_name": user.full_name(),
        "phone": null,
        "status": user.status.as_str(),
        "type__s": "Regular User",
    })
}
