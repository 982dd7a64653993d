//! `/crm/v8/settings/layouts/{id}`.

mod get;
