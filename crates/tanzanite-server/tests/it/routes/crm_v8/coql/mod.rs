//! `/crm/v8/coql`.

mod groups;
mod post;
