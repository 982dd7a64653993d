//! `/crm/v8/settings`.

mod business_hours;
mod fields;
mod holidays;
mod modules;
mod recycle_bin;
pub(crate) mod tags;
