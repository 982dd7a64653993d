//! `/crm/v8/settings/tags/{id}`.

mod actions;
