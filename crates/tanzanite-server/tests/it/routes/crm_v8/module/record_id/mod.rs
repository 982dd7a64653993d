//! `/crm/v8/{module}/{record_id}`.

mod actions;
mod delete;
mod get;
#[expect(non_snake_case, reason = "the vendor's own name")]
mod locking_information__s;
mod photo;
mod put;
