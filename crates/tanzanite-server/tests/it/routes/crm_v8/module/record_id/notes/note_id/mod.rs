//! `/crm/v8/{module}/{record_id}/Notes/{note_id}`.

mod delete;
mod get;
mod put;
