//! `/crm/v8/{module}`.

mod actions;
mod delete;
mod deleted;
mod dependent;
mod field_rights;
mod get;
mod line_items;
mod paging;
mod post;
mod put;
mod record_id;
mod search;
mod unserved;
mod upsert;
mod values;
mod versions;
