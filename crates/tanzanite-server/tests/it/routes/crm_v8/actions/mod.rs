//! `/crm/v8/actions`.

mod watch;
