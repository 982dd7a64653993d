//! `/crm/v8/{module}/{record_id}/Locking_Information__s/{lock_id}`.

mod delete;
mod get;
mod put;
