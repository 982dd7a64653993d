//! `/crm/v8`.

mod coql;
mod module;
mod notes;
mod org;
mod settings;
mod users;
