//! `/crm/v8/{module}/{record_id}/photo`.

mod delete;
mod get;
mod post;
