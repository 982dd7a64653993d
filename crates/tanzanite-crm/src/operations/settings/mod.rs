//! Settings: modules with their fields, layouts, related lists and views, profiles, and the collections that are
//! declared. `/crm/{version}/settings/…`.

pub mod business_hours;
pub mod faults;
mod get_custom_view;
mod get_custom_views;
mod get_fields;
mod get_layout;
mod get_layouts;
mod get_module;
mod get_modules;
mod get_pipeline;
mod get_pipelines;
mod get_profile;
mod get_profiles;
mod get_related_list;
mod get_related_lists;
pub mod holidays;
mod profile_json;
pub mod roles;
mod variable_groups;
pub mod variables;

pub use business_hours::BUSINESS_HOURS;
pub use get_custom_view::GET_CUSTOM_VIEW;
pub use get_custom_views::LIST_CUSTOM_VIEWS;
pub use get_fields::LIST_FIELDS;
pub use get_layout::GET_LAYOUT;
pub use get_layouts::LIST_LAYOUTS;
pub use get_module::GET_MODULE;
pub use get_modules::LIST_MODULES;
pub use get_pipeline::GET_PIPELINE;
pub use get_pipelines::LIST_PIPELINES;
pub use get_profile::GET_PROFILE;
pub use get_profiles::LIST_PROFILES;
pub use get_related_list::GET_RELATED_LIST;
pub use get_related_lists::LIST_RELATED_LISTS;
pub use holidays::HOLIDAYS;
pub use roles::ROLES;
pub use variable_groups::VARIABLE_GROUPS;
pub use variables::VARIABLES;

use crate::call::Call;
use crate::faults::{MODULE_PARAMETER_INVALID, PARAMETER_MISSING};
use crate::parameters::given;
use crate::schema::Module;
use tanzanite_protocol::Fault;

const MODULE: &str = "module";

/// The module that `module=` names, if it is one that has fields.
fn described_module<'a>(call: &Call<'a>) -> Result<&'a Module, Fault> {
    let name = given(call, MODULE)
        .ok_or_else(|| Fault::new(&PARAMETER_MISSING).with("param_name", MODULE))?;
    let module = call.metadata().module_called(name);
    module
        .filter(|module| module.is_described())
        .ok_or_else(|| Fault::new(&MODULE_PARAMETER_INVALID).with("param_name", MODULE))
}
