//! `/oauth/v2/token`.

mod post;
mod revoke;
