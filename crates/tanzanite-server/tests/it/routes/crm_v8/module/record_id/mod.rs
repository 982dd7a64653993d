//! `/crm/v8/{module}/{record_id}`.

pub(crate) mod actions;
mod attachments;
mod delete;
mod get;
#[expect(non_snake_case, reason = "the vendor's own name")]
mod locking_information__s;
mod notes;
mod photo;
mod put;
mod related_list;
