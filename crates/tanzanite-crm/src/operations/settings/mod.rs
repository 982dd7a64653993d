//! Settings: modules and fields, and the collections that are declared. `/crm/{version}/settings/…`.

pub mod faults;
mod get_fields;
mod get_module;
mod get_modules;
pub mod roles;
mod variable_groups;
pub mod variables;

pub use get_fields::LIST_FIELDS;
pub use get_module::GET_MODULE;
pub use get_modules::LIST_MODULES;
pub use roles::ROLES;
pub use variable_groups::VARIABLE_GROUPS;
pub use variables::VARIABLES;
