//! `/crm/v8/settings/tags/{id}/actions`.

mod merge;
mod records_count;
