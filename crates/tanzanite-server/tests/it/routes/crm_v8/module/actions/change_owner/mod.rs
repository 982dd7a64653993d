//! `/crm/v8/{module}/actions/change_owner`.

mod post;
