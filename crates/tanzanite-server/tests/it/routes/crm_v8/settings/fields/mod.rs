//! `/crm/v8/settings/fields`.

mod get;
