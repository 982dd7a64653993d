//! `/crm/v8/settings/recycle_bin/actions/restore`.

mod post;
