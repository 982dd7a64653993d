//! `/crm/v8/settings/profiles`.

mod get;
mod id;
