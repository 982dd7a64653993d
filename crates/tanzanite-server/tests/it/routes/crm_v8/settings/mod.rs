//! `/crm/v8/settings`.

mod business_hours;
mod fields;
mod holidays;
mod modules;
pub(crate) mod tags;
