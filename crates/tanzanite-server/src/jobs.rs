//! Runs the due jobs of all organisations, periodically and on an operator's request.
//!
//! Several nodes may do so at once. A step and its job's state are written in one transaction, so no step is done
//! twice.

use crate::delivery::send_queue;
use crate::{Shared, entropy, exchange};
use std::sync::Arc;
use std::time::Duration;
use tanzanite_crm::notifications::Delivery;
use tanzanite_crm::{Context, StoreError, Stored, Transaction, jobs};
use tanzanite_protocol::{Fault, OrgId};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

/// The time between two searches for due jobs.
const PERIOD: Duration = Duration::from_millis(250);

/// Runs due jobs until it is dropped.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut can_be_done = true;
    // Dropped with this loop, and what is being sent then with it.
    let mut sending = JoinSet::new();
    loop {
        ticks.tick().await;
        while sending.try_join_next().is_some() {}
        let done = run_due(&shared, None, &mut sending).await;
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

/// Performs all due steps of one organisation, and returns their number once all that they send is sent.
pub(crate) async fn run_due_of(shared: &Arc<Shared>, org: OrgId) -> Stored<usize> {
    let mut steps = 0;
    loop {
        let mut sending = JoinSet::new();
        let due = run_due(shared, Some(org), &mut sending).await?;
        sending.join_all().await;
        // Deliveries that the periodic search has taken are under way too.
        shared.senders.idle(org).await;
        steps += due;
        if due == 0 {
            return Ok(steps);
        }
    }
}

/// Performs all due steps, of one organisation or of all, and returns their number. The sending joins `sending`.
async fn run_due(
    shared: &Arc<Shared>,
    org: Option<OrgId>,
    sending: &mut JoinSet<()>,
) -> Stored<usize> {
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
            let sender = shared.senders.sending(due.org);
            let context = context(shared)?;
            let step = move |tx: &mut dyn Transaction| jobs::step(due, &context, tx);
            match shared.store.write::<_, Fault, _>(step).await {
                Ok(job) => {
                    steps += usize::from(job.is_some());
                    let delivery = job.as_ref().and_then(Delivery::of);
                    if let Some(delivery) = delivery.filter(Delivery::is_taken) {
                        let shared = Arc::clone(shared);
                        sending.spawn(send_queue(shared, sender, due.org, delivery));
                    }
                }
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

/// The context of work that no request asks for.
pub(crate) fn context(shared: &Shared) -> Stored<Context> {
    let (random, _) = shared.entropy.take().map_err(StoreError::new)?;
    Ok(Context {
        now: entropy::now(),
        entropy: random,
        service: Arc::clone(&shared.service),
    })
}
