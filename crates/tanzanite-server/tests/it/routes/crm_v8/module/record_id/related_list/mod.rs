//! `/crm/v8/{module}/{record_id}/{related_list}`.

mod delete;
mod get;
mod put;
mod related_id;
