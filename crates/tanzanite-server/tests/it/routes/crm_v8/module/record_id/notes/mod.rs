//! `/crm/v8/{module}/{record_id}/Notes`.

mod delete;
mod get;
mod note_id;
mod post;
mod put;
