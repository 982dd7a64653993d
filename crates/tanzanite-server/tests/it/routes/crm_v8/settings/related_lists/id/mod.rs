//! `/crm/v8/settings/related_lists/{id}`.

mod get;
