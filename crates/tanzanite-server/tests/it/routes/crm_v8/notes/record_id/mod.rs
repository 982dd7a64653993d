//! `/crm/v8/Notes/{record_id}`.

mod delete;
mod get;
mod put;
