//! `/crm/v8/Leads/{record_id}/actions`.

mod convert;
