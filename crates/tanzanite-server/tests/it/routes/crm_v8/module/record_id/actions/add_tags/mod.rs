//! `/crm/v8/module/record_id/actions/add_tags`.

mod post;
