//! `/crm/v8/{module}/actions/mass_change_owner`.

mod get;
mod post;

const PATH: &str = "/crm/v8/Leads/actions/mass_change_owner";
