//! Runs the due jobs of all organisations, periodically and on an operator's request.
//!
//! Several nodes may do so at once. A step and its job's state are written in one transaction, so no step is done
//! twice.

use crate::{Shared, entropy, exchange};
use std::sync::Arc;
use std::time::Duration;
use tanzanite_crm::{Context, StoreError, Stored, Transaction, jobs};
use tanzanite_protocol::{Fault, OrgId};
use tokio::time::{MissedTickBehavior, interval};

/// The time between two searches for due jobs.
const PERIOD: Duration = Duration::from_millis(250);

/// Runs due jobs until it is dropped.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut can_be_done = true;
    loop {
        ticks.tick().await;
        let done = run_due(&shared, None).await;
        if let Err(error) = &done
            && can_be_done
        {
            tracing::warn!(%error, "jobs cannot be done, until further notice");
        }
        if done.is_ok() && !can_be_done {
            tracing::info!("jobs are done again");
        }
        can_be_done = done.is_ok();
    }
}

/// Performs all due steps, of one organisation or of all, and returns their number.
pub(crate) async fn run_due(shared: &Shared, org: Option<OrgId>) -> Stored<usize> {
    let mut steps = 0;
    loop {
        let due = shared
            .store
            .read(|tx: &mut dyn Transaction| tx.due_jobs())
            .await?;
        let before = steps;
        for due in due
            .into_iter()
            .filter(|due| org.is_none_or(|org| org == due.org))
        {
            let (random, _) = shared.entropy.take().map_err(StoreError::new)?;
            let context = Context {
                now: entropy::now(),
                entropy: random,
                service: Arc::clone(&shared.service),
            };
            let step = move |tx: &mut dyn Transaction| jobs::step(due, &context, tx);
            match shared.store.write::<_, Fault, _>(step).await {
                Ok(job) => steps += usize::from(job.is_some()),
                Err(fault) => {
                    let cause = exchange::cause(&fault);
                    tracing::error!(
                        cause,
                        org = due.org.get(),
                        job = due.id,
                        "a step of a job failed"
                    );
                }
            }
        }
        if steps == before {
            return Ok(steps);
        }
    }
}
