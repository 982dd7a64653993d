//! `/crm/v8/{module}/{record_id}/Attachments/{attachment_id}`.

mod delete;
mod get;
