//! `/crm/v8/settings/recycle_bin/actions/count`.

mod get;
