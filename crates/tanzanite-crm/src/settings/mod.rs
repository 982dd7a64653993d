//! Settings: what modules there are and what fields they have. `/crm/{version}/settings/…`.

mod get_fields;
mod get_module;
mod get_modules;

pub use get_fields::GetFields;
pub use get_module::GetModule;
pub use get_modules::GetModules;
