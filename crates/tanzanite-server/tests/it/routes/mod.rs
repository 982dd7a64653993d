//! One file an endpoint, in folders that mirror the paths. `mirrors.rs` fails if an endpoint has none.

mod crm_bulk_v8;
mod crm_v8;
mod mirrors;
mod oauth_v2;
mod tanzanite;
