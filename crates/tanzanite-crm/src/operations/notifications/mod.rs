//! Notification channels: `/crm/{version}/actions/watch`. A channel's id is its user's choice, and each user sees and
//! changes channels of their own.

mod change;
mod condition;
mod disable;
mod enable;
pub mod faults;
mod get;
mod given;
mod mine;
mod replace;

pub use change::CHANGE;
pub use disable::DISABLE;
pub use enable::ENABLE;
pub use get::GET;
pub use replace::REPLACE;

use crate::faults::{
    BODY_INVALID, BODY_NO_ITEMS, FIELD_MANDATORY_MISSING, FIELD_TOO_LONG, FIELD_TYPE_WRONG,
    FIELD_VALUE_INVALID, KEY_NOT_SERVED, TOO_MANY, TRIGGER_INVALID, VALUE_IMPOSSIBLE,
};
use tanzanite_protocol::{ModuleNeed, Row, ScopeNeed, ScopeOperation};

const PATH: &str = "/crm/{version}/actions/watch";
const ROOT: &str = "watch";
/// The message of new and replaced channels.
const SUBSCRIBED: &str = "Successfully subscribed for actions-watch of the given module";
/// The modules that can be watched. Vendor: "Enable Notifications" v7 page.
const MODULES: ModuleNeed = ModuleNeed::CustomAnd(&[
    "Leads",
    "Accounts",
    "Contacts",
    "Deals",
    "Campaigns",
    "Tasks",
    "Cases",
    "Events",
    "Calls",
    "Solutions",
    "Products",
    "Vendors",
    "Price_Books",
    "Quotes",
    "Sales_Orders",
    "Purchase_Orders",
    "Invoices",
    "Appointments__s",
    "Appointments_Rescheduled_History__s",
    "Services__s",
]);
/// The vendor watches these too, on the same page: not yet here.
const USERS: &str = "users";
/// The faults of a body with channels.
const FAULTS: &[&Row] = &[
    &BODY_INVALID,
    &BODY_NO_ITEMS,
    &KEY_NOT_SERVED,
    &FIELD_MANDATORY_MISSING,
    &FIELD_TYPE_WRONG,
    &FIELD_TOO_LONG,
    &FIELD_VALUE_INVALID,
    &TRIGGER_INVALID,
    &faults::CONDITION_UNNAMED,
    &faults::CONDITION_AMBIGUOUS,
    &faults::SELECTION_MISSING,
    &faults::NOT_PERMITTED,
    &VALUE_IMPOSSIBLE,
    &TOO_MANY,
];

const fn scope(operations: &'static [ScopeOperation]) -> ScopeNeed {
    ScopeNeed::group("notifications", operations)
}
