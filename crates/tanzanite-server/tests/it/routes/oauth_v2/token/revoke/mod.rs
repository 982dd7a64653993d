//! `/oauth/v2/token/revoke`.

mod post;
