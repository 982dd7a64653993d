//! `/crm/v8/{module}/{record_id}/…`.

mod photo;
