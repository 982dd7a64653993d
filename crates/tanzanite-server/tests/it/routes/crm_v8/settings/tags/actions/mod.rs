//! `/crm/v8/settings/tags/actions`.

mod mass_delete;
