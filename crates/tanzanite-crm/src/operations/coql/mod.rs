//! COQL: the vendor's queries, a language like SQL over modules and fields.
//!
//! `parse` reads a query, `columns` finds its columns in the modules as the caller may see them, `conditions` makes
//! criteria of its conditions, `query` answers with records and `groups` with aggregates. `having` and joins by
//! `JOIN` are refused by name. Bulk reads have the same columns and conditions.

mod columns;
mod conditions;
pub mod faults;
mod groups;
mod parse;
mod query;

pub(crate) use columns::{Column, find, values};
pub(crate) use conditions::criteria;
pub(crate) use parse::{Comparator, Comparison, Condition};
pub use query::QUERY;
