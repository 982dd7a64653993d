//! `/crm/v8`.

mod actions;
mod contacts;
mod coql;
mod deals;
mod leads;
pub(crate) mod module;
mod notes;
mod org;
mod settings;
mod users;
