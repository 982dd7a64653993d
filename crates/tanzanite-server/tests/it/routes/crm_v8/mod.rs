//! `/crm/v8`.

mod coql;
mod leads;
pub(crate) mod module;
mod notes;
mod org;
mod settings;
mod users;
