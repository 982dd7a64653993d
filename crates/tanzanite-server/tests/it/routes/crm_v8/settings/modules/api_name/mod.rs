//! `/crm/v8/settings/modules/{api_name}`.

mod get;
