//! `/crm/v8/Deals/{record_id}`.

mod contact_roles;
