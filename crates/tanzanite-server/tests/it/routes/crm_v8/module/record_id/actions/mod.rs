//! `/crm/v8/{module}/{record_id}/actions`.

pub(crate) mod add_tags;
pub(crate) mod blueprint;
pub(crate) mod change_owner;
mod clone;
mod remove_tags;
