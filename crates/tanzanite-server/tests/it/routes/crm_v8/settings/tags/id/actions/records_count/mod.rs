//! `/crm/v8/settings/tags/{id}/actions/records_count`.

mod get;
