//! A user in the vendor's JSON. Values for features that do not exist here (shifts, aliases, phones, addresses) are
//! `null`, and preferences are those of a new user.

use crate::metadata::{Metadata, User};
use serde_json::{Value, json};
use tanzanite_protocol::{RecordId, Timestamp};

/// The language of all texts of this server.
const LOCALE: &str = "en_US";

/// A reference to a user: `{"name","id"}`.
pub(crate) fn reference(metadata: &Metadata, id: RecordId) -> Value {
    json!({ "name": metadata.user(id).map(User::full_name), "id": id.to_string() })
}

/// The whole user.
pub(super) fn user(metadata: &Metadata, user: &User) -> Value {
    let mut whole = preferences(metadata, user);
    if let (Value::Object(whole), Value::Object(identity)) = (&mut whole, identity(metadata, user))
    {
        whole.extend(identity);
    }
    whole
}

/// Where and how the user works.
fn preferences(metadata: &Metadata, user: &User) -> Value {
    let organisation = metadata.organisation();
    let founded = Timestamp::from_millis(organisation.created_time);
    let founder = metadata.administrator().unwrap_or(user);
    let founder = json!({ "name": founder.full_name(), "id": founder.id.to_string() });
    let offset = metadata.zone().to_offset(jiff::Timestamp::UNIX_EPOCH);
    let tab =
        |font: &str, background: &str| json!({ "font_color": font, "background": background });
    json!({
        "country": organisation.country_code,
        "language": LOCALE,
        "state": "",
        "fax": null,
        "country_locale": LOCALE,
        "zip": null,
        "decimal_separator": "Period",
        "created_time": founded.render(metadata.zone()),
        "time_format": "HH:mm",
        "offset": i64::from(offset.seconds()) * 1000,
        "created_by": founder,
        "territories": [],
        "Current_Shift__s": null,
        "Next_Shift__s": null,
        "Shift_Effective_From__s": null,
        "dob": null,
        "customize_info": {
            "notes_desc": null,
            "show_right_panel": null,
            "bc_view": null,
            "show_home": false,
            "show_detail_view": true,
            "show_left_panel": false,
            "unpin_recent_item": null,
        },
        "city": null,
        "distance_preference__s": "kilometers",
        "signature": null,
        "name_format": "Salutation,First Name,Last Name",
        "personal_account": true,
        "Isonline": user.is_active() && user.confirmed,
        "default_tab_group": "0",
        "Modified_By": founder,
        "Modified_Time": founded.render(metadata.zone()),
        "street": null,
        "theme": {
            "normal_tab": tab("#FFFFFF", "#222222"),
            "selected_tab": tab("#FFFFFF", "#222222"),
            "new_background": null,
            "background": "#F3F0EB",
            "screen": "fixed",
            "type": "default",
        },
        "website": null,
        "mobile": null,
        "date_format": "dd/MM/yyyy",
    })
}

/// The user's names, addresses and place in the organisation.
fn identity(metadata: &Metadata, user: &User) -> Value {
    let named = |id: i64, name: Option<&str>| json!({ "name": name, "id": id.to_string() });
    let role = metadata.role(user.role).map(|role| role.name.as_str());
    let profile = metadata
        .profile(user.profile)
        .map(|profile| profile.name.as_str());
    json!({
        "role": named(user.role, role),
        "microsoft": false,
        "locale": LOCALE,
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
