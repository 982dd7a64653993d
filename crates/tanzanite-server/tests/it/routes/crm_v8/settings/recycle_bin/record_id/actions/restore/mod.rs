//! `/crm/v8/settings/recycle_bin/{record_id}/actions/restore`.

mod post;
