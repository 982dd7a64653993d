//! The keys of a record that are no fields and whose values do not depend on the record, because they tell of what
//! Tanzanite does not have: approvals, reviews, merges, check-ins. A table.
//!
//! Sources: records that live accounts gave in 2024 and 2026, in v2 and later; `docs/compatibility.md` tells where they
//! disagree.

use super::unserved_keys::DOCUMENTS;
use crate::schema::Module;
use serde_json::{Value, json};

/// The state of a record that no approval waits for.
pub(super) const APPROVED: &str = "approved";

/// The key that says whether a record is in the process of a blueprint.
pub(super) const PROCESS_FLOW: &str = "$process_flow";

/// A key with the value that it has in every record.
pub(super) struct Constant {
    pub(super) name: &'static str,
    of: Of,
    pub(super) value: fn() -> Value,
}

/// The modules whose records have a key.
#[derive(Clone, Copy)]
enum Of {
    Every,
    These(&'static [&'static str]),
    AllBut(&'static [&'static str]),
}

const ACTIVITIES: &[&str] = &["Tasks", "Events", "Calls"];
const WITH_PARTICIPANTS: &[&str] = &["Events"];

const CONSTANTS: &[Constant] = &[
    constant("$field_states", Of::Every, null),
    constant("$state", Of::Every, || "save".into()),
    // True of a record in the process of a blueprint.
    constant(PROCESS_FLOW, Of::Every, no),
    constant("$orchestration", Of::Every, no),
    constant("$approved", Of::Every, || true.into()),
    constant("$approval_state", Of::Every, || APPROVED.into()),
    constant(
        "$approval",
        Of::Every,
        || json!({ "delegate": false, "takeover": false, "approve": false, "reject": false, "resubmit": false }),
    ),
    constant("$review", Of::Every, null),
    constant(
        "$review_process",
        Of::AllBut(ACTIVITIES),
        || json!({ "approve": false, "reject": false, "resubmit": false }),
    ),
    constant("$review_process", Of::These(ACTIVITIES), null),
    constant("$in_merge", Of::Every, no),
    constant("$is_duplicate", Of::These(&["Accounts", "Contacts"]), no),
    constant(
        "$zia_owner_assignment",
        Of::These(&["Leads", "Contacts", "Accounts", "Deals", "Tasks"]),
        || "owner_recommendation_unavailable".into(),
    ),
    constant("Tax", Of::These(&["Products"]), list),
    constant("$line_tax", Of::These(DOCUMENTS), list),
    constant("Remind_At", Of::These(&["Tasks", "Events"]), null),
    constant("Recurring_Activity", Of::These(&["Tasks", "Events"]), null),
    constant("$u_id", Of::These(&["Tasks"]), null),
    constant("BEST_TIME", Of::These(&["Tasks"]), list),
    constant("Reminder", Of::These(&["Calls"]), null),
    constant("$calendar_booking_call", Of::These(&["Calls"]), no),
    constant("$calendar_booking_event", Of::These(WITH_PARTICIPANTS), no),
    constant("$send_notification", Of::These(WITH_PARTICIPANTS), no),
    constant("$meeting_details", Of::These(WITH_PARTICIPANTS), null),
    constant("$recurrence_id", Of::These(WITH_PARTICIPANTS), null),
    constant("Participants", Of::These(WITH_PARTICIPANTS), list),
    constant("Check_In_Status", Of::These(WITH_PARTICIPANTS), || {
        "PLANNED".into()
    }),
    constant("Check_In_Time", Of::These(WITH_PARTICIPANTS), null),
    constant("Check_In_By", Of::These(WITH_PARTICIPANTS), null),
    constant("Check_In_Comment", Of::These(WITH_PARTICIPANTS), null),
    constant("Check_In_Address", Of::These(WITH_PARTICIPANTS), null),
    constant("Check_In_Sub_Locality", Of::These(WITH_PARTICIPANTS), null),
    constant("Check_In_City", Of::These(WITH_PARTICIPANTS), null),
    constant("Check_In_State", Of::These(WITH_PARTICIPANTS), null),
    constant("Check_In_Country", Of::These(WITH_PARTICIPANTS), null),
    constant("ZIP_Code", Of::These(WITH_PARTICIPANTS), null),
    constant("Latitude", Of::These(WITH_PARTICIPANTS), null),
    constant("Longitude", Of::These(WITH_PARTICIPANTS), null),
];

/// The constant keys of a module's records. A field of the organisation's own may have the name of one.
pub(super) fn constants(module: &Module) -> impl Iterator<Item = &'static Constant> {
    let of_module = |of: Of| {
        let name = module.api_name.as_ref();
        match of {
            Of::Every => true,
            Of::These(modules) => !module.custom && modules.contains(&name),
            Of::AllBut(modules) => module.custom || !modules.contains(&name),
        }
    };
    let constants = CONSTANTS.iter();
    constants.filter(move |key| of_module(key.of) && module.field(key.name).is_none())
}

const fn constant(name: &'static str, of: Of, value: fn() -> Value) -> Constant {
    Constant { name, of, value }
}

fn null() -> Value {
    Value::Null
}

fn no() -> Value {
    false.into()
}

fn list() -> Value {
    Value::Array(Vec::new())
}
