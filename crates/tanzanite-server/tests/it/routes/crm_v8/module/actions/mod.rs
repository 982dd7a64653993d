//! `/crm/v8/{module}/actions`.

mod add_tags;
mod count;
mod remove_tags;
