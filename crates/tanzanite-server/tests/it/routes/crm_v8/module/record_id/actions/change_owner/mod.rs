//! `/crm/v8/{module}/{record_id}/actions/change_owner`.

pub(crate) mod post;
