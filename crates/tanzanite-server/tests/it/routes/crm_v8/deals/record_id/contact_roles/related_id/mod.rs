//! `/crm/v8/Deals/{record_id}/Contact_Roles/{related_id}`.

mod delete;
mod get;
mod put;
