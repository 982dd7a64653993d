//! `/crm/bulk/v8/read/{job_id}/result`.

mod get;
