//! `/crm/v8/{module}/upsert`.

mod post;
