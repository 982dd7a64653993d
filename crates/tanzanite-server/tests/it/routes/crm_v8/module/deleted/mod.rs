//! `/crm/v8/{module}/deleted`.

mod get;
