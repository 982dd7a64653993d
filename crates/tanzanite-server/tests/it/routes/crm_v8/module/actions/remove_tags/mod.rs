//! `/crm/v8/module/actions/remove_tags`.

mod post;
