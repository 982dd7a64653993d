//! The organisation: `/crm/{version}/org`.

mod currency;
mod get_organization;

pub(crate) use currency::currency;
pub use get_organization::GET;
