//! `/crm/v8/settings/tags/id/actions/merge`.

mod post;
