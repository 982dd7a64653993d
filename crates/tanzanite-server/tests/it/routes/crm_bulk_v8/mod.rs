//! `/crm/bulk/v8`.

mod read;
