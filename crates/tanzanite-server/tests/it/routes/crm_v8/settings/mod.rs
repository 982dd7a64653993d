//! `/crm/v8/settings`.

mod fields;
mod modules;
