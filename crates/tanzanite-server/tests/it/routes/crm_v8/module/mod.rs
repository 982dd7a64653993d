//! `/crm/v8/{module}/…`.

mod record_id;
