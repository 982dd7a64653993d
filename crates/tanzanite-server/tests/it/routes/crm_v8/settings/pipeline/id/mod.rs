//! `/crm/v8/settings/pipeline/{id}`.

mod get;
