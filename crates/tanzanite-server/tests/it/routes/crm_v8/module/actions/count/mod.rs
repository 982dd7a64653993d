//! `/crm/v8/{module}/actions/count`.

mod get;
