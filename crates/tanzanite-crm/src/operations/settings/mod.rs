//! Settings: modules and fields, and the collections that are declared. `/crm/{version}/settings/…`.

pub mod business_hours;
pub mod faults;
mod get_fields;
mod get_module;
mod get_modules;
pub mod holidays;
pub mod roles;
mod variable_groups;
pub mod variables;

pub use business_hours::BUSINESS_HOURS;
pub use get_fields::LIST_FIELDS;
pub use get_module::GET_MODULE;
pub use get_modules::LIST_MODULES;
pub use holidays::HOLIDAYS;
pub use roles::ROLES;
pub use variable_groups::VARIABLE_GROUPS;
pub use variables::VARIABLES;
