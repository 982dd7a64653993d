//! `/crm/v8/Deals`: what only deals have.

mod record_id;
