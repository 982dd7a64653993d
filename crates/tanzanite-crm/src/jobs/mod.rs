//! Work that outlives its request. A job is a document with a state, and runs in steps of one transaction each. That
//! transaction stores the job's state too, so a crash repeats no step, and any node may run the next one.
//!
//! A job follows its organisation's clock. It is due at the time in its key ([`KeySlot::DUE`]), and has no such key
//! once it has ended.

use crate::call::Call;
use crate::metadata::Metadata;
use crate::operations::tags::mass_delete;
use crate::policy::{self, Errand};
use crate::stored::{
    Document, DocumentKey, DocumentKind, DocumentQuery, DueJob, KeySlot, NewDocument, document,
};
use crate::transaction::{Stored, Transaction};
use serde_json::{Map, Value, json};
use tanzanite_protocol::{Fault, OrgId, RecordId, Timestamp};

/// A kind of work.
#[derive(Debug)]
pub struct Work {
    /// The name in the job's document.
    pub name: &'static str,
    /// Runs one step, which changes the job's body; returns whether there are more steps.
    pub step: fn(&Task<'_>, &mut Map<String, Value>, &mut dyn Transaction) -> Stored<Progress>,
}

/// All kinds of work.
static WORKS: &[&Work] = &[&mass_delete::WORK];

/// One step of a job.
#[derive(Debug)]
pub struct Task<'a> {
    /// The organisation.
    pub org: OrgId,
    /// Its metadata.
    pub metadata: &'a Metadata,
    /// The proof that a caller with the right to it has asked for this work.
    pub errand: &'a Errand,
}

/// The result of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Another step follows.
    More,
    /// The work is done.
    Done,
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
            body,
        })
    }

    /// The job's document. `due` is the time of the next step, if there is one.
    fn document(&self, due: Option<Timestamp>) -> NewDocument {
        let key = |at: Timestamp| DocumentKey {
            slot: KeySlot::DUE,
            // Zero-padded, so that texts sort like numbers; the clock ends in the year 9999.
            value: format!("{:015}", at.millis().max(0)),
        };
        NewDocument {
            within: 0,
            body: json!({ "work": self.work, "by": self.by.get(), "state": self.state.as_str(), "body": self.body }),
            keys: due.map(key).into_iter().collect(),
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
        body,
    };
    let grant = policy::grant_job(call.caller, job.id);
    tx.put_document(grant, &job.document(Some(stamp.at)))?;
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
/// after the step; `None` if it is not due or has ended.
pub fn step(due: DueJob, machine: Timestamp, tx: &mut dyn Transaction) -> Stored<Option<Job>> {
    let Some(metadata) = tx.metadata(due.org)? else {
        return Ok(None);
    };
    let now = metadata.clock().at(machine);
    let job = job(due.org, due.id, tx)?.filter(|job| due.at <= now && !job.state.is_end());
    let Some(mut job) = job else {
        return Ok(None);
    };
    let errand = policy::errand(due.org, &job);
    let task = Task {
        org: due.org,
        metadata: &metadata,
        errand: &errand,
    };
    let next = match WORKS.iter().find(|work| work.name == job.work) {
        None => State::Failed,
        // A failed step is rolled back, and runs again.
        Some(work) => match (work.step)(&task, &mut job.body, tx)? {
            Progress::More => State::Running,
            Progress::Done => State::Completed,
        },
    };
    job.state = next;
    tx.put_document(
        errand.of_itself(),
        &job.document((!next.is_end()).then_some(now)),
    )?;
    Ok(Some(job))
}
