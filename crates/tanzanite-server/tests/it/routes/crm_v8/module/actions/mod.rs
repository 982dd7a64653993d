//! `/crm/v8/{module}/actions`.

mod add_tags;
mod change_owner;
mod count;
mod remove_tags;
