//! `/crm/v8/Contacts`: what only contacts have.

mod roles;
