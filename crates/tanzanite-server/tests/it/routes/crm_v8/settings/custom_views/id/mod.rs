//! `/crm/v8/settings/custom_views/{id}`.

mod get;
