//! `/crm/v8/{module}/{record_id}/actions`.

pub(crate) mod add_tags;
mod clone;
mod remove_tags;
