//! `/crm/v8/users`.

mod get;
mod user;
