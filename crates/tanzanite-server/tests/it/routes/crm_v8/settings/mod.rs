//! `/crm/v8/settings`.

mod business_hours;
mod custom_views;
mod fields;
mod holidays;
mod layouts;
mod modules;
mod pipeline;
mod profiles;
mod recycle_bin;
mod related_lists;
pub(crate) mod tags;
