//! `/crm/v8/settings/pipeline`.

mod get;
mod id;
