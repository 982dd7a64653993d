//! `/crm/v8/settings/recycle_bin/actions`.

mod count;
mod restore;
