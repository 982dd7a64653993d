//! Work that outlives its request. A job is a document with a state, and runs in steps of one transaction each. That
//! transaction stores the job's state too, so a crash repeats no step, and any node may run the next one.
//!
//! A job follows its organisation's clock. It is due at the time in its key ([`KeySlot::DUE`]), and has no such key
//! once it has ended. One in a queue ([`KeySlot::QUEUE`]) waits for those before it.

use crate::call::Call;
use crate::metadata::Metadata;
use crate::notifications::{self, watched};
use crate::operations::tags::mass_delete;
use crate::policy::{self, Errand};
use crate::stored::{
    Document, DocumentKey, DocumentKind, DocumentQuery, DueJob, KeySlot, NewDocument, document,
};
use crate::transaction::{Stored, Transaction};
use serde_json::{Map, Value, json};
use tanzanite_protocol::{Fault, OrgId, RecordId, Timestamp, limits};

/// A kind of work.
#[derive(Debug)]
pub struct Work {
    /// The name in the job's document.
    pub name: &'static str,
    /// Runs one step, which changes the job's body; returns whether there are more steps.
    pub step: fn(&Task<'_>, &mut Map<String, Value>, &mut dyn Transaction) -> Stored<Progress>,
}

/// All kinds of work.
static WORKS: &[&Work] = &[&mass_delete::WORK, &notifications::WORK];

/// The value of [`KeySlot::QUEUE`] of all jobs that have left their queue, in the order in which they were made.
pub(crate) const ENDED: &str = "ended";

/// One step of a job.
#[derive(Debug)]
pub struct Task<'a> {
    /// The organisation.
    pub org: OrgId,
    /// Its metadata.
    pub metadata: &'a Metadata,
    /// The present time by its clock.
    pub now: Timestamp,
    /// The proof that a caller with the right to it has asked for this work.
    pub errand: &'a Errand,
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
    /// The work cannot be done.
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
    /// The user who asked for it.
    pub by: RecordId,
    /// The state.
    pub state: State,
    /// The time of the next step, if there is one.
    pub due: Option<Timestamp>,
    /// The queue that it stands in, if any.
    pub queue: Option<String>,
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
        Some(Self {
            id: document.id,
            work: text("work")?.to_owned(),
            by: RecordId::new(members.get("by")?.as_i64()?)?,
            state: State::ALL
                .into_iter()
                .find(|known| known.as_str() == state)?,
            due: members
                .get("due")
                .and_then(Value::as_i64)
                .map(Timestamp::from_millis),
            queue: text("queue").map(str::to_owned),
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
        let queue = self.queue.as_ref().map(|queue| DocumentKey {
            slot: KeySlot::QUEUE,
            value: if self.state.is_end() { ENDED } else { queue }.to_owned(),
        });
        NewDocument {
            within: 0,
            body: json!({
                "work": self.work,
                "by": self.by.get(),
                "state": self.state.as_str(),
                "due": self.due.map(Timestamp::millis),
                "queue": self.queue,
                "body": self.body,
            }),
            keys: due.into_iter().chain(queue).collect(),
        }
    }
}

/// Schedules work that the caller may ask for, due at once. Returns the job's id.
pub fn schedule(
    work: &Work,
    body: Map<String, Value>,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Result<i64, Fault> {
    let stamp = call.stamp()?;
    let job = Job {
        id: call.metadata().id_of(tx.next_number(call.caller.org())?),
        work: work.name.to_owned(),
        by: stamp.by,
        state: State::Scheduled,
        due: Some(stamp.at),
        queue: None,
        body,
    };
    let grant = policy::grant_job(call.caller, job.id);
    tx.put_document(grant, &job.document())?;
    Ok(job.id)
}

/// A job by its id.
pub fn job(org: OrgId, id: i64, tx: &mut dyn Transaction) -> Stored<Option<Job>> {
    Ok(document(org, DocumentKind::JOB, id, tx)?.and_then(Job::read))
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

/// Runs one step of a job if it is due by its organisation's clock, when the machine's shows `machine`. Returns the job
/// after the step; `None` if it is not due or has ended. A job behind another in its queue is put off. `origin` is the
/// server's own.
pub fn step(
    due: DueJob,
    machine: Timestamp,
    origin: &str,
    tx: &mut dyn Transaction,
) -> Stored<Option<Job>> {
    let Some(metadata) = tx.metadata(due.org)? else {
        return Ok(None);
    };
    let now = metadata.clock().at(machine);
    // Another server, or another search on this one, may have done the step since the job was found.
    let is_due = |job: &Job| job.due.unwrap_or(due.at) <= now && !job.state.is_end();
    let Some(mut job) = job(due.org, due.id, tx)?.filter(is_due) else {
        return Ok(None);
    };
    let first = match &job.queue {
        Some(queue) => queued(due.org, queue, tx)?.first().copied(),
        None => None,
    };
    if let Some(first) = first.filter(|first| *first != job.id) {
        // Whoever ends the first one takes the next at once. This is for a server that dies before it does.
        let first = self::job(due.org, first, tx)?.and_then(|first| first.due);
        job.due = first.max(Some(now.after(limits::QUEUE_WAIT)));
        rewrite(due.org, &job, tx)?;
        return Ok(Some(job));
    }
    watched(due.org, &metadata, now, origin, tx, |tx| {
        run(due.org, job, &metadata, now, tx).map(Some)
    })
}

/// Runs one step of the first job in a queue, due or not.
pub(crate) fn step_of_queue(
    org: OrgId,
    queue: &str,
    machine: Timestamp,
    tx: &mut dyn Transaction,
) -> Stored<Option<Job>> {
    let (Some(metadata), Some(first)) =
        (tx.metadata(org)?, queued(org, queue, tx)?.first().copied())
    else {
        return Ok(None);
    };
    let now = metadata.clock().at(machine);
    let job = job(org, first, tx)?;
    job.map(|job| run(org, job, &metadata, now, tx)).transpose()
}

fn run(
    org: OrgId,
    mut job: Job,
    metadata: &Metadata,
    now: Timestamp,
    tx: &mut dyn Transaction,
) -> Stored<Job> {
    let errand = policy::errand(org, &job);
    let task = Task {
        org,
        metadata,
        now,
        errand: &errand,
    };
    (job.state, job.due) = match WORKS.iter().find(|work| work.name == job.work) {
        None => (State::Failed, None),
        // A failed step is rolled back, and runs again.
        Some(work) => match (work.step)(&task, &mut job.body, tx)? {
            Progress::More => (State::Running, Some(now)),
            Progress::Outside(until) => (State::Running, Some(until)),
            Progress::Done => (State::Completed, None),
            Progress::Failed => (State::Failed, None),
        },
    };
    rewrite(org, &job, tx)?;
    Ok(job)
}

/// Stores a job after a change.
pub(crate) fn rewrite(org: OrgId, job: &Job, tx: &mut dyn Transaction) -> Stored<()> {
    tx.put_document(policy::errand(org, job).of_itself(), &job.document())
}

/// The ids of the jobs in a queue, the first first.
fn queued(org: OrgId, queue: &str, tx: &mut dyn Transaction) -> Stored<Vec<i64>> {
    let values = [queue.to_owned()];
    let found = tx.documents_with_keys(org, DocumentKind::JOB, KeySlot::QUEUE, &values)?;
    Ok(found.into_iter().map(|(_, id)| id).collect())
}

/// Drops the first jobs of a queue until it has room for one more of `most`; returns how many there were.
pub(crate) fn make_room(
    org: OrgId,
    queue: &str,
    most: usize,
    tx: &mut dyn Transaction,
) -> Stored<usize> {
    let queued = queued(org, queue, tx)?;
    let surplus = (queued.len() + 1).saturating_sub(most);
    for id in queued.into_iter().take(surplus) {
        tx.remove_document(policy::grant_removal_of_job(org, id))?;
    }
    Ok(surplus)
}
