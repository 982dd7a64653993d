//! `/crm/v8/settings`.

mod fields;
mod modules;
pub(crate) mod tags;
