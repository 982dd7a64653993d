//! `/crm/v8/Contacts/roles/{id}`.

mod get;
