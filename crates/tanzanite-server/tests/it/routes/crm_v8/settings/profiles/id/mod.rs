//! `/crm/v8/settings/profiles/{id}`.

mod get;
