//! `/crm/v8/{module}/actions/mass_delete`.

mod get;
mod post;

const PATH: &str = "/crm/v8/Leads/actions/mass_delete";
