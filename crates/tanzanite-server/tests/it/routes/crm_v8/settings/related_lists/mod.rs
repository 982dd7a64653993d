//! `/crm/v8/settings/related_lists`.

mod get;
mod id;
