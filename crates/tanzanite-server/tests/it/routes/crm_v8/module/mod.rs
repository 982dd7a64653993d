//! `/crm/v8/{module}`.

mod actions;
mod append_values;
mod delete;
mod deleted;
mod dependent;
mod field_rights;
mod get;
mod line_items;
mod paging;
mod post;
mod put;
pub(crate) mod record_id;
mod search;
mod tags;
mod unserved;
mod upsert;
mod values;
mod versions;
