//! `/crm/v8/{module}/{record_id}/actions/clone`.

mod post;
