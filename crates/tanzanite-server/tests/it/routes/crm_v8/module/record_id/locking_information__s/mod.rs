//! `/crm/v8/{module}/{record_id}/Locking_Information__s`.

mod get;
mod lock_id;
mod post;
