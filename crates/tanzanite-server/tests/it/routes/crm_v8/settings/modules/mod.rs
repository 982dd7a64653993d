//! `/crm/v8/settings/modules`.

mod api_name;
mod get;
