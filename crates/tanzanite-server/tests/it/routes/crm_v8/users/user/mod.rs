//! `/crm/v8/users/{user}`.

mod get;
