//! `/crm/v8/org`.

mod get;
