//! `/crm/v8/module/record_id/actions/remove_tags`.

mod post;
