//! `/crm/v8/{module}`.

mod delete;
mod get;
mod paging;
mod post;
mod put;
mod record_id;
mod unserved;
mod values;
