//! `/crm/bulk/v8/read/{job_id}`.

mod get;
mod result;
