//! `/crm/v8/Leads`: what only leads have.

mod record_id;
