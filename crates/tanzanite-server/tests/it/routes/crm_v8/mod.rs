//! `/crm/v8`.

mod coql;
mod module;
mod org;
mod settings;
mod users;
