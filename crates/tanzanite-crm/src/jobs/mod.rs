//! Work that outlives its request. A job is a document with a state, and runs in steps of one transaction each. That
//! transaction stores the job's state too, so a crash repeats no step, and any node may run the next one.
//!
//! A job follows its organisation's clock. It is due at the time in its key ([`KeySlot::DUE`]). Once it has ended, it
//! has no such key, or that of the time when its result goes. One in a queue ([`KeySlot::QUEUE`]) waits for those
//! before it.

mod queue;
mod result;
mod task;

pub(crate) use queue::{ENDED, make_room, step_of_queue, surplus};
pub(crate) use result::{add_part, for_each_part};
pub use task::Task;

use crate::call::Call;
use crate::context::Context;
use crate::endpoint::Endpoint;
use crate::notifications::{self, watched};
use crate::operations::tags::mass_delete;
use crate::operations::{bulk_read, mass_actions};
use crate::policy::{self, Errand};
use crate::stored::{
    Document, DocumentKey, DocumentKind, DocumentQuery, DueJob, KeySlot, NewDocument, document,
};
use crate::transaction::{Stamp, Stored, Transaction};
use serde_json::{Map, Value, json};
use std::time::Duration;
use tanzanite_protocol::{ApiVersion, Fault, OrgId, RecordId, Timestamp};

/// One step of a kind of work, which changes the job's body; returns whether there are more steps. A refusal ends the
/// work, and comes before the step has changed anything.
pub type Step =
    fn(&Task<'_>, &mut Map<String, Value>, &mut dyn Transaction) -> Result<Progress, Fault>;

/// A kind of work.
#[derive(Debug)]
pub struct Work {
    /// The name in the job's document.
    pub name: &'static str,
    /// The endpoint that schedules it, or for which it is scheduled.
    pub endpoint: &'static Endpoint,
    /// Runs one step.
    pub step: Step,
    /// How long its result is kept after it was asked for, if it has one.
    pub kept: Option<Duration>,
}

/// All kinds of work.
static WORKS: &[&Work] = &[
    &mass_delete::WORK,
    &bulk_read::WORK,
    &mass_actions::UPDATE,
    &mass_actions::DELETE,
    &mass_actions::CHANGE_OWNER,
    &notifications::WORK,
];

/// The names of all kinds of work.
pub fn works() -> impl Iterator<Item = &'static str> {
    WORKS.iter().map(|work| work.name)
}

/// The result of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Another step follows.
    More,
    /// The rest is done outside of transactions, by whoever runs the step. The job is theirs until this time.
    Outside(Timestamp),
    /// The work is done.
    Done,
    /// The work cannot be done. The step has changed nothing but the job's own data.
    Failed,
}

/// The state of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words are the vendor's own")]
pub enum State {
    Scheduled,
    Running,
    Completed,
    Failed,
}

impl State {
    const ALL: [Self; 4] = [
        Self::Scheduled,
        Self::Running,
        Self::Completed,
        Self::Failed,
    ];

    /// Whether no step follows.
    const fn is_end(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }

    /// The vendor's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "SCHEDULED",
            Self::Running => "RUNNING",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
        }
    }
}

/// A stored job.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The id.
    pub id: i64,
    /// The name of its work.
    pub work: String,
    /// The user who asked for it, and when.
    pub asked: Stamp,
    /// The version of the API in which it was asked for.
    pub version: ApiVersion,
    /// The state.
    pub state: State,
    /// The time of the next step, or of the end of the result; `None` if neither will be.
    pub due: Option<Timestamp>,
    /// The queue that it stands in, if any.
    pub queue: Option<String>,
    /// No other job under this key is scheduled before this one has ended.
    pub alone: Option<String>,
    /// The data of the work itself.
    pub body: Map<String, Value>,
}

impl Job {
    fn read(document: Document) -> Option<Self> {
        let Value::Object(mut members) = document.body else {
            return None;
        };
        let Some(Value::Object(body)) = members.remove("body") else {
            return None;
        };
        let text = |name: &str| members.get(name)?.as_str();
        let state = text("state")?;
        // Jobs of before 2026-12 know neither when they were asked for nor in which version.
        let at = members.get("at").and_then(Value::as_i64).unwrap_or(0);
        Some(Self {
            id: document.id,
            work: text("work")?.to_owned(),
            asked: Stamp {
                at: Timestamp::from_millis(at),
                by: RecordId::new(members.get("by")?.as_i64()?)?,
            },
            version: text("version")
                .and_then(ApiVersion::parse)
                .unwrap_or(ApiVersion::NEWEST),
            state: State::ALL
                .into_iter()
                .find(|known| known.as_str() == state)?,
            due: members
                .get("due")
                .and_then(Value::as_i64)
                .map(Timestamp::from_millis),
            queue: text("queue").map(str::to_owned),
            alone: text("alone").map(str::to_owned),
            body,
        })
    }

    /// The job's document.
    pub(crate) fn document(&self) -> NewDocument {
        let due = self.due.map(|at| DocumentKey {
            slot: KeySlot::DUE,
            // Zero-padded, so that texts sort like numbers; the clock ends in the year 9999.
            value: format!("{:015}", at.millis().max(0)),
        });
        let alone = self.alone.as_ref().filter(|_| !self.state.is_end());
        let alone = alone.map(|value| DocumentKey {
            slot: KeySlot::ALONE,
            value: value.clone(),
        });
        NewDocument {
            within: 0,
            body: json!({
                "work": self.work,
                "by": self.asked.by.get(),
                "at": self.asked.at.millis(),
                "version": self.version.as_str(),
                "state": self.state.as_str(),
                "due": self.due.map(Timestamp::millis),
                "queue": self.queue,
                "alone": self.alone,
                "body": self.body,
            }),
            keys: [due, queue::key(self), alone]
                .into_iter()
                .flatten()
                .collect(),
        }
    }
}

/// Schedules work that the caller may ask for, due at once. Returns the job.
pub fn schedule(
    work: &Work,
    body: Map<String, Value>,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Result<Job, Fault> {
    put(work, (body, None), call, tx)
}

/// As [`schedule`], unless a job of the same work and key has not ended: then `None`.
pub fn schedule_alone(
    work: &Work,
    body: Map<String, Value>,
    key: &str,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Result<Option<Job>, Fault> {
    let keys = [format!("{} {key}", work.name)];
    let (org, kind) = (call.caller.org(), DocumentKind::JOB);
    if !tx
        .documents_with_keys(org, kind, KeySlot::ALONE, &keys)?
        .is_empty()
    {
        return Ok(None);
    }
    let [alone] = keys;
    put(work, (body, Some(alone)), call, tx).map(Some)
}

fn put(
    work: &Work,
    (body, alone): (Map<String, Value>, Option<String>),
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Result<Job, Fault> {
    let asked = call.stamp()?;
    let job = Job {
        id: call.metadata().id_of(tx.next_number(call.caller.org())?),
        work: work.name.to_owned(),
        asked,
        version: call.version(),
        state: State::Scheduled,
        due: Some(asked.at),
        queue: None,
        alone,
        body,
    };
    let grant = policy::grant_job(call.caller, job.id);
    tx.put_document(grant, &job.document())?;
    Ok(job)
}

/// A job by its id.
pub fn job(org: OrgId, id: i64, tx: &mut dyn Transaction) -> Stored<Option<Job>> {
    Ok(document(org, DocumentKind::JOB, id, tx)?.and_then(Job::read))
}

/// A job of a kind of work by the text of its id.
pub fn job_called(
    work: &Work,
    id: &str,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Stored<Option<Job>> {
    let Some(id) = RecordId::parse(id) else {
        return Ok(None);
    };
    let job = job(call.caller.org(), id.get(), tx)?;
    Ok(job.filter(|job| job.work == work.name))
}

/// The jobs of an organisation, the latest first.
pub fn jobs(org: OrgId, tx: &mut dyn Transaction) -> Stored<Vec<Job>> {
    let mut jobs: Vec<Job> = tx
        .documents(&DocumentQuery::all(org, DocumentKind::JOB))?
        .into_iter()
        .filter_map(Job::read)
        .collect();
    jobs.reverse();
    Ok(jobs)
}

/// Runs one step of a job if it is due by its organisation's clock, or removes the result whose time is over. The
/// context has the machine's clock. Returns the job after the step; `None` if it is not due. A job behind another in
/// its queue is put off.
pub fn step(
    due: DueJob,
    context: &Context,
    tx: &mut dyn Transaction,
) -> Result<Option<Job>, Fault> {
    let Some(metadata) = tx.metadata(due.org)? else {
        return Ok(None);
    };
    let context = context.by(metadata.clock());
    // Somebody else may have done the step for which the job was found to be due.
    let is_due = |job: &Job| job.due.unwrap_or(due.at) <= context.now;
    let Some(mut job) = job(due.org, due.id, tx)?.filter(is_due) else {
        return Ok(None);
    };
    if let Some(until) = queue::wait(due.org, &job, context.now, tx)? {
        job.due = Some(until);
        rewrite(&policy::errand(due.org, &job), &job, tx)?;
        return Ok(Some(job));
    }
    let origin = &context.service.public_url;
    watched(due.org, &metadata, context.now, origin, tx, |tx| {
        run(due.org, job, &context, tx)
    })
}

/// Runs one step of a job. The context has the organisation's clock.
fn run(
    org: OrgId,
    mut job: Job,
    context: &Context,
    tx: &mut dyn Transaction,
) -> Result<Option<Job>, Fault> {
    let errand = policy::errand(org, &job);
    let work = WORKS.iter().find(|work| work.name == job.work);
    let kept_until = work.and_then(|work| Some(job.asked.at.after(work.kept?)));
    if job.state.is_end() {
        if kept_until.is_none_or(|until| context.now < until) {
            return Ok(None);
        }
        result::remove(&errand, &job, tx)?;
        job.due = None;
    } else {
        // A step that the store fails is rolled back, and runs again.
        let progress = match work {
            Some(work) => task::run(work, &mut job, (context, &errand), tx)?,
            None => Progress::Failed,
        };
        (job.state, job.due) = match progress {
            Progress::More => (State::Running, Some(context.now)),
            Progress::Outside(until) => (State::Running, Some(until)),
            Progress::Done => (State::Completed, kept_until),
            Progress::Failed => (State::Failed, kept_until),
        };
    }
    rewrite(&errand, &job, tx)?;
    Ok(Some(job))
}

/// Stores a job after a change.
pub(crate) fn rewrite(errand: &Errand, job: &Job, tx: &mut dyn Transaction) -> Stored<()> {
    tx.put_document(errand.of_itself(), &job.document())
}
