//! `/crm/v8/settings/layouts`.

mod get;
mod id;
