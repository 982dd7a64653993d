//! `/crm/v8/settings/custom_views`.

mod get;
mod id;
