//! `/crm/v8/coql`.

mod post;
