//! The organisation: `/crm/{version}/org`.

mod currency;
mod get_organization;

pub use get_organization::GET;
