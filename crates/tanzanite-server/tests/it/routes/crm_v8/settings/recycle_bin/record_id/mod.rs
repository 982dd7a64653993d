//! `/crm/v8/settings/recycle_bin/{record_id}`.

mod actions;
mod delete;
mod get;
