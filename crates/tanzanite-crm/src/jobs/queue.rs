//! Queues of jobs: one after the other, in the order in which they were made.

use super::{Job, State, job, run};
use crate::context::Context;
use crate::policy;
use crate::stored::{DocumentKey, DocumentKind, KeySlot};
use crate::transaction::{Stored, Transaction};
use tanzanite_protocol::{Fault, OrgId, Timestamp, limits};

/// The queue of all jobs that have left theirs because they have ended.
pub(crate) const ENDED: &str = "ended";

/// The key by which a job is found in its queue.
pub(super) fn key(job: &Job) -> Option<DocumentKey> {
    job.queue.as_ref().map(|queue| DocumentKey {
        slot: KeySlot::QUEUE,
        value: if job.state.is_end() { ENDED } else { queue }.to_owned(),
    })
}

/// The time when a job has to look again, if others stand before it. Whoever ends the first one takes the next at once
/// ([`step_of_queue`]); the look is for a server that dies before it does.
pub(super) fn wait(
    org: OrgId,
    behind: &Job,
    now: Timestamp,
    tx: &mut dyn Transaction,
) -> Stored<Option<Timestamp>> {
    let Some(queue) = behind.queue.as_ref().filter(|_| !behind.state.is_end()) else {
        return Ok(None);
    };
    let first = waiting(org, queue, tx)?.first().copied();
    let Some(first) = first.filter(|first| *first != behind.id) else {
        return Ok(None);
    };
    let due = job(org, first, tx)?.and_then(|first| first.due);
    Ok(due.max(Some(now.after(limits::QUEUE_WAIT))))
}

/// Runs one step of the first job in a queue, due or not, unless it is somebody's. The context has the machine's clock.
pub(crate) fn step_of_queue(
    org: OrgId,
    queue: &str,
    context: &Context,
    tx: &mut dyn Transaction,
) -> Result<Option<Job>, Fault> {
    let Some(metadata) = tx.metadata(org)? else {
        return Ok(None);
    };
    let context = context.by(metadata.clock());
    let Some(first) = waiting(org, queue, tx)?.first().copied() else {
        return Ok(None);
    };
    // Another node, whose numbers are smaller, may have put its job before one that is under way.
    let is_free = |job: &Job| job.state != State::Running || job.due <= Some(context.now);
    match job(org, first, tx)?.filter(is_free) {
        Some(job) => run(org, job, &context, tx),
        None => Ok(None),
    }
}

/// Removes the first jobs of a queue until it has room for one more of `most`; returns how many there were.
pub(crate) fn make_room(
    org: OrgId,
    queue: &str,
    most: usize,
    tx: &mut dyn Transaction,
) -> Stored<usize> {
    let surplus = first(org, queue, most, tx)?;
    for id in &surplus {
        tx.remove_document(policy::grant_removal_of_job(org, *id))?;
    }
    Ok(surplus.len())
}

/// The first jobs of a queue that leave no room for one more of `most`.
pub(crate) fn surplus(
    org: OrgId,
    queue: &str,
    most: usize,
    tx: &mut dyn Transaction,
) -> Stored<Vec<Job>> {
    let mut surplus = Vec::new();
    for id in first(org, queue, most, tx)? {
        surplus.extend(job(org, id, tx)?);
    }
    Ok(surplus)
}

/// The ids of the first jobs of a queue that leave no room for one more of `most`.
fn first(org: OrgId, queue: &str, most: usize, tx: &mut dyn Transaction) -> Stored<Vec<i64>> {
    let mut waiting = waiting(org, queue, tx)?;
    waiting.truncate((waiting.len() + 1).saturating_sub(most));
    Ok(waiting)
}

/// The ids of the jobs in a queue, the first first.
fn waiting(org: OrgId, queue: &str, tx: &mut dyn Transaction) -> Stored<Vec<i64>> {
    let values = [queue.to_owned()];
    let found = tx.documents_with_keys(org, DocumentKind::JOB, KeySlot::QUEUE, &values)?;
    Ok(found.into_iter().map(|(_, id)| id).collect())
}
