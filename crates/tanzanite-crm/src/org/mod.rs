//! The organisation: `/crm/{version}/org`.

mod get_organization;

pub use get_organization::GetOrganization;
