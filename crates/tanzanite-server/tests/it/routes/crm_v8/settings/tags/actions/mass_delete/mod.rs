//! `/crm/v8/settings/tags/actions/mass_delete`.

mod get;
mod post;
