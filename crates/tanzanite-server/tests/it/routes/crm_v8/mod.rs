//! `/crm/v8`.

mod coql;
mod leads;
mod module;
mod notes;
mod org;
mod settings;
mod users;
