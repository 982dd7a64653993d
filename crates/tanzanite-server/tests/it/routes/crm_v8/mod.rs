//! `/crm/v8/…`.

mod module;
