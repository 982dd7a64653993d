//! `/crm/v8/Deals/{record_id}/Contact_Roles`.

mod delete;
mod get;
mod related_id;
