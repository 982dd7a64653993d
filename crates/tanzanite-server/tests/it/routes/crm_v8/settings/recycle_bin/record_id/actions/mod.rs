//! `/crm/v8/settings/recycle_bin/{record_id}/actions`.

mod restore;
