//! `/crm/v8/Contacts/roles`.

mod get;
mod id;
