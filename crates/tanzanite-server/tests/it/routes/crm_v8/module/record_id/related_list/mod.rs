//! `/crm/v8/{module}/{record_id}/{related_list}`.

mod get;
mod related_id;
