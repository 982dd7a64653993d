//! The outbox. A delivery is a job that the transaction of a change schedules; one for a channel waits for those before
//! it. Its step only takes it: whoever runs the step sends it and tells the outcome ([`settle`]).

use super::{Deliveries, Watch};
use crate::context::Context;
use crate::jobs::{self, Job, Progress, State, Task, Work};
use crate::metadata::Metadata;
use crate::operations::notifications::ENABLE;
use crate::policy;
use crate::transaction::{Stamp, Stored, Transaction};
use serde_json::{Map, Value};
use std::time::Duration;
use tanzanite_protocol::{ApiVersion, Fault, OrgId, Timestamp, limits};

/// The sending of one notification.
pub(crate) static WORK: Work = Work {
    name: "notification",
    endpoint: &ENABLE,
    step: take,
    kept: None,
};

/// A notification on its way, or at its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// The id of its job.
    pub id: i64,
    /// The state of its job.
    pub state: State,
    /// The address.
    pub notify_url: String,
    /// The body that is sent.
    pub payload: Value,
    /// How often it was taken to be sent.
    pub attempts: i64,
    /// The outcome of the last attempt; empty before.
    pub outcome: String,
}

/// The outcome of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// The receiver has taken it; the text tells its answer.
    Delivered(String),
    /// It was not taken, and may be later.
    Failed(String),
    /// It will not be sent, now or later.
    Refused(String),
}

impl Delivery {
    /// The delivery of a job; `None` if the job is another.
    pub fn of(job: &Job) -> Option<Self> {
        let text = |name: &str| {
            job.body
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        (job.work == WORK.name).then(|| Self {
            id: job.id,
            state: job.state,
            notify_url: text("notify_url").to_owned(),
            payload: job.body.get("payload").cloned().unwrap_or_default(),
            attempts: attempts(&job.body),
            outcome: text("outcome").to_owned(),
        })
    }

    /// Whether it was taken, and has to be sent.
    pub fn is_taken(&self) -> bool {
        self.state == State::Running
    }
}

/// Puts a notification into the outbox.
pub(super) fn put(
    org: OrgId,
    metadata: &Metadata,
    watch: &Watch,
    payload: Value,
    now: Timestamp,
    tx: &mut dyn Transaction,
) -> Stored<()> {
    let Some(by) = watch.user_id() else {
        return Ok(());
    };
    let mut job = Job {
        id: metadata.id_of(tx.next_number(org)?),
        work: WORK.name.to_owned(),
        asked: Stamp { at: now, by },
        version: ApiVersion::NEWEST,
        state: State::Scheduled,
        due: Some(now),
        queue: Some(watch.queue()),
        alone: None,
        body: Map::from_iter([
            ("watch".to_owned(), watch.id.into()),
            ("notify_url".to_owned(), watch.notify_url.as_str().into()),
            ("attempts".to_owned(), 0.into()),
            ("payload".to_owned(), payload),
        ]),
    };
    match metadata.deliveries() {
        Deliveries::Deliver => {
            let most = limits::NOTIFICATIONS_WAITING_MAX;
            for mut job in jobs::surplus(org, &watch.queue(), most, tx)? {
                let outcome = format!("dropped: {most} others wait for the channel");
                pass(&mut job, State::Failed, None, &outcome);
                end(org, &job, tx)?;
            }
        }
        Deliveries::Collect => {
            pass(&mut job, State::Completed, None, "collected");
            jobs::make_room(org, jobs::ENDED, limits::NOTIFICATIONS_ENDED_MAX, tx)?;
        }
    }
    tx.put_document(policy::grant_delivery(org, watch, job.id), &job.document())
}

/// Takes a delivery to be sent, to the address that its channel has now.
#[expect(clippy::unnecessary_wraps, reason = "it is the step of a job")]
fn take(
    task: &Task<'_>,
    body: &mut Map<String, Value>,
    _: &mut dyn Transaction,
) -> Result<Progress, Fault> {
    let watch = body.get("watch").and_then(Value::as_i64);
    let mut watches = task.call.metadata().watches().iter();
    let Some(watch) = watches.find(|known| Some(known.id) == watch) else {
        body.insert("outcome".to_owned(), "the channel is no more".into());
        return Ok(Progress::Failed);
    };
    let attempts = attempts(body) + 1;
    if attempts > limits::NOTIFICATION_ATTEMPTS_MAX {
        return Ok(Progress::Failed);
    }
    body.insert("attempts".to_owned(), attempts.into());
    body.insert("notify_url".to_owned(), watch.notify_url.as_str().into());
    Ok(Progress::Outside(
        task.call.context.now.after(limits::NOTIFICATION_LEASE),
    ))
}

/// Notes the outcome of an attempt. The context has the machine's clock. Returns the next delivery of the channel,
/// taken to be sent, if there is one. An attempt whose delivery somebody else has taken since changes nothing.
pub fn settle(
    org: OrgId,
    sent: &Delivery,
    attempt: &Attempt,
    context: &Context,
    tx: &mut dyn Transaction,
) -> Result<Option<Delivery>, Fault> {
    let now = context.now_of(org, tx)?;
    let job = jobs::job(org, sent.id, tx)?;
    // After a reset another delivery may have the id.
    let is_ours = |job: &Job| Delivery::of(job).is_some_and(|stored| stored == *sent);
    let Some(mut job) = job.filter(is_ours) else {
        return Ok(None);
    };
    match attempt {
        Attempt::Delivered(outcome) => pass(&mut job, State::Completed, None, outcome),
        Attempt::Failed(outcome) if sent.attempts < limits::NOTIFICATION_ATTEMPTS_MAX => {
            let again = now.after(wait(sent.attempts));
            pass(&mut job, State::Scheduled, Some(again), outcome);
        }
        Attempt::Failed(outcome) | Attempt::Refused(outcome) => {
            pass(&mut job, State::Failed, None, outcome);
        }
    }
    if job.due.is_some() {
        jobs::rewrite(&policy::errand(org, &job), &job, tx)?;
        return Ok(None);
    }
    end(org, &job, tx)?;
    let next = match &job.queue {
        Some(queue) => jobs::step_of_queue(org, queue, context, tx)?,
        None => None,
    };
    Ok(next
        .as_ref()
        .and_then(Delivery::of)
        .filter(Delivery::is_taken))
}

/// The organisation's deliveries, the latest first.
pub fn deliveries(org: OrgId, tx: &mut dyn Transaction) -> Stored<Vec<Delivery>> {
    Ok(jobs::jobs(org, tx)?
        .iter()
        .filter_map(Delivery::of)
        .collect())
}

/// Forgets the deliveries that have ended; returns their number.
pub fn forget_ended(org: OrgId, tx: &mut dyn Transaction) -> Stored<usize> {
    jobs::make_room(org, jobs::ENDED, 1, tx)
}

/// Stores a delivery that has ended, in the place of the first of many that have.
fn end(org: OrgId, job: &Job, tx: &mut dyn Transaction) -> Stored<()> {
    jobs::make_room(org, jobs::ENDED, limits::NOTIFICATIONS_ENDED_MAX, tx)?;
    jobs::rewrite(&policy::errand(org, job), job, tx)
}

/// Notes an outcome, and when there will be another.
fn pass(job: &mut Job, state: State, due: Option<Timestamp>, outcome: &str) {
    (job.state, job.due) = (state, due);
    job.body.insert("outcome".to_owned(), outcome.into());
}

fn attempts(body: &Map<String, Value>) -> i64 {
    body.get("attempts").and_then(Value::as_i64).unwrap_or(0)
}

/// The time from a failed attempt, counted from 1, to the next one.
fn wait(attempt: i64) -> Duration {
    let earlier = u32::try_from(attempt.clamp(1, limits::NOTIFICATION_ATTEMPTS_MAX) - 1);
    limits::NOTIFICATION_RETRY * 4_u32.pow(earlier.unwrap_or(0))
}
