//! `/crm/v8/{module}/search`.

mod get;
