//! `/crm/v8`.

mod module;
mod org;
mod settings;
mod users;
