//! `/crm/v8/module/actions/add_tags`.

mod post;
