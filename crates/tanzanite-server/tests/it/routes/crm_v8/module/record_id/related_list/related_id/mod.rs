//! `/crm/v8/{module}/{record_id}/{related_list}/{related_id}`.

mod delete;
mod get;
mod put;
