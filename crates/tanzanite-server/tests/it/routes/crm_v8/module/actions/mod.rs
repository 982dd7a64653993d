//! `/crm/v8/{module}/actions`.

mod add_tags;
mod remove_tags;
