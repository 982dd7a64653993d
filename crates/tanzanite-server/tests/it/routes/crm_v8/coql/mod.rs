//! `/crm/v8/coql`.

mod groups;
mod polymorphic;
mod post;
mod subqueries;
