//! `/crm/v8/Leads/{record_id}`.

mod actions;
