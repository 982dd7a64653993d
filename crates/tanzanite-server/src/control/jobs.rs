//! `GET /_tanzanite/jobs` and `POST /_tanzanite/jobs/run`: the organisation's jobs, listed and run.

use super::{Call, Refusal};
use crate::jobs::run_due_of;
use serde_json::{Value, json};
use tanzanite_crm::{Transaction, jobs};

/// The jobs, the latest first.
pub(super) async fn list(call: Call<'_>) -> Result<Value, Refusal> {
    let org = call.org;
    let jobs = call
        .shared
        .store
        .read(move |tx: &mut dyn Transaction| Ok::<_, Refusal>(jobs::jobs(org, tx)?))
        .await?;
    let shown = |job: &jobs::Job| {
        json!({
            "id": job.id.to_string(),
            "work": job.work,
            "by": job.asked.by.to_string(),
            "state": job.state.as_str(),
            "body": job.body,
        })
    };
    Ok(json!({ "jobs": jobs.iter().map(shown).collect::<Vec<_>>() }))
}

/// Runs all jobs that are due by the organisation's clock, and sends all notifications that are, so that a test need
/// not wait.
pub(super) async fn run(call: Call<'_>) -> Result<Value, Refusal> {
    let steps = run_due_of(call.shared, call.org).await?;
    Ok(json!({ "steps": steps }))
}
