//! What is said between a job and the server in one transaction: the questions, their answers, and the changes.
//!
//! A job does not wait for an answer. The run that asks ends there, the question is sent, and the job runs again from its
//! beginning with all answers so far: it is pure, so it asks the same again and comes further. Thus no thread is held while
//! the server works. A change has no answer that a job could want, so it is sent with the next question, or with the COMMIT.
//! And a reader's COMMIT is sent with the question that seems to be its last.

use super::Shared;
use super::failure::Failure;
use super::numbers::Series;
use super::outcome::Mark;
use super::pool::Pooled;
use super::session::{Broken, Prepared, Step};
use super::transaction::read;
use super::uploads::Uploads;
use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::OrgId;
use tokio_postgres::Row;

/// What a job may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// How far a transaction has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Progress {
    /// It begins with the first thing that is sent: a job that is refused before costs nothing.
    Nothing,
    Begun,
    /// A reader's COMMIT has been answered already.
    Over,
    Wrote,
}

/// What a node must know of an organisation before it goes by what it remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version {
    /// Of the core of its metadata.
    pub(super) settings: i64,
    /// Of their schema.
    pub(super) schema: i64,
    /// At which its numbers began anew.
    pub(super) generation: i64,
}

impl Version {
    /// Whether the metadata is the same.
    pub(super) fn is_same(self, other: Self) -> bool {
        (self.settings, self.schema) == (other.settings, other.schema)
    }

    /// From three columns; `None` if there is no such organisation.
    pub(super) fn read(row: &Row, column: usize) -> Stored<Option<Self>> {
        let Some(settings) = read(row, column)? else {
            return Ok(None);
        };
        Ok(Some(Self {
            settings,
            schema: read(row, column + 1)?,
            generation: read(row, column + 2)?,
        }))
    }
}

/// What outlives a run of the job.
pub(super) struct Dialogue {
    pub(super) access: Access,
    pub(super) progress: Progress,
    pub(super) mark: Option<Mark>,
    /// The outbox will hold something once this is committed.
    pub(super) frees_objects: bool,
    /// Versions of organisations that this transaction has seen; `None` if there were none.
    pub(super) versions: HashMap<OrgId, Option<Version>>,
    /// It has changed settings: what it reads of them now is not committed.
    pub(super) settings_changed: bool,
    pub(super) uploads: Uploads,
    /// What the job's calls have given, in their order.
    pub(super) values: Vec<Box<dyn Any + Send>>,
    /// The answer to what was asked last, until the call that wants it has made a value of it.
    pub(super) answer: Option<Arc<Vec<Row>>>,
    /// How many changes have been sent.
    pub(super) sent: usize,
    /// What a reader has asked last.
    asked: Option<Arc<Prepared>>,
    /// Whether to guess which question is a reader's last.
    guesses: bool,
}

/// What a run of the job cannot go on without.
pub(super) enum Need {
    /// A statement that is not prepared yet.
    Statement(String),
    /// What a question gives after some changes.
    Answer {
        changes: Vec<Change>,
        question: Step,
        /// The question is a change too.
        writes: bool,
    },
    /// Room for more changes.
    Changes(Vec<Change>),
    /// A block of numbers.
    Numbers(Series),
    /// A thread that may wait.
    Thread,
}

/// A statement that changes something. It gives one row: the transaction's number and how many things changed.
pub(super) struct Change {
    pub(super) step: Step,
    /// It changes a record of this organisation. Then it fails in the server unless it changes exactly one, so that a COMMIT may
    /// be sent along with it; and its row's third column is the timeline's new entry.
    pub(super) record_of: Option<OrgId>,
}

impl Dialogue {
    pub(super) fn new(access: Access, uploads: Uploads, guesses: bool) -> Self {
        Self {
            access,
            progress: Progress::Nothing,
            mark: None,
            frees_objects: false,
            versions: HashMap::new(),
            settings_changed: false,
            uploads,
            values: Vec::new(),
            answer: None,
            sent: 0,
            asked: None,
            guesses,
        }
    }

    /// Gets the job what it needs.
    pub(super) async fn satisfy(
        &mut self,
        shared: &Shared,
        session: &mut Pooled,
        need: Need,
    ) -> Result<(), Broken> {
        match need {
            Need::Statement(sql) => session.prepare(&sql).await,
            Need::Numbers(series) => shared.numbers.take_block(series).await.map_err(given_up),
            Need::Changes(changes) => self.send(session, changes, None).await.map(drop),
            Need::Answer {
                changes,
                question,
                writes,
            } => {
                let rows = if self.access == Access::Read {
                    self.read(session, question).await?
                } else {
                    self.send(session, changes, Some(question)).await?
                };
                if writes {
                    self.progress = Progress::Wrote;
                    self.saw(transaction(&rows)?);
                }
                self.answer = Some(Arc::new(rows));
                Ok(())
            }
            Need::Thread => Err(given_up(StoreError::new("no thread was given"))),
        }
    }

    /// Asks a reader's question, and ends the transaction with it if it seems to be the last.
    async fn read(&mut self, session: &mut Pooled, question: Step) -> Result<Vec<Row>, Broken> {
        if self.progress == Progress::Over {
            self.has_asked(false);
            return Err(Broken {
                failure: Failure::Misled,
                error: StoreError::new("the job asked more than it seemed to"),
            });
        }
        let mut over = false;
        if let Step::Prepared(prepared, _) = &question {
            over = self.guesses && prepared.seems_to_end();
            self.has_asked(false);
            self.asked = Some(Arc::clone(prepared));
        }
        let commit = over.then_some(Step::Plain("COMMIT"));
        let rows = self
            .send_all(session, Vec::new(), [Some(question), commit])
            .await?;
        if over {
            self.progress = Progress::Over;
            session.in_transaction = false;
        }
        Ok(rows)
    }

    /// What a reader has asked last was the last, or was not.
    pub(super) fn has_asked(&self, all: bool) {
        if let Some(asked) = &self.asked {
            asked.ended(all);
        }
    }

    /// Sends changes and one more statement in one go, and BEGIN before them if need be; the rows of the last.
    pub(super) async fn send(
        &mut self,
        session: &mut Pooled,
        changes: Vec<Change>,
        last: Option<Step>,
    ) -> Result<Vec<Row>, Broken> {
        self.send_all(session, changes, [last, None]).await
    }

    async fn send_all(
        &mut self,
        session: &mut Pooled,
        changes: Vec<Change>,
        rest: [Option<Step>; 2],
    ) -> Result<Vec<Row>, Broken> {
        let mut steps = Vec::with_capacity(changes.len() + 2);
        let begins = self.progress == Progress::Nothing;
        if begins {
            steps.push(Step::Plain(match self.access {
                Access::Read => "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY",
                Access::Write => "BEGIN ISOLATION LEVEL SERIALIZABLE",
            }));
            self.progress = Progress::Begun;
        }
        let mut records = Vec::with_capacity(changes.len());
        for change in changes {
            self.progress = Progress::Wrote;
            self.sent += 1;
            records.push(change.record_of);
            steps.push(change.step);
        }
        steps.extend(rest.into_iter().flatten());
        session.in_transaction = true;
        let mut answers = session.run(&steps).await.into_iter();
        if begins {
            answers.next().transpose()?;
        }
        for record_of in records {
            let rows = answers.next().transpose()?.unwrap_or_default();
            self.check(&rows, record_of)?;
        }
        let rows = answers.next().transpose()?;
        answers.next().transpose()?;
        Ok(rows.unwrap_or_default())
    }

    /// Whether a change has changed one thing, and nothing else.
    fn check(&mut self, rows: &[Row], record_of: Option<OrgId>) -> Result<(), Broken> {
        self.saw(transaction(rows)?);
        let counted = rows.first().map_or(Ok(0), |row| read::<i64>(row, 1));
        let counted = counted.map_err(given_up)?;
        if counted != 1 {
            let reason = format!("{counted} rows changed where one was permitted");
            return Err(given_up(StoreError::new(reason)));
        }
        if let (Some(org), Some(row), Some(mark)) = (record_of, rows.first(), &mut self.mark) {
            mark.entry = Some((org, read(row, 2).map_err(given_up)?));
        }
        Ok(())
    }

    /// The transaction's number, by which the server knows what became of it.
    pub(super) fn saw(&mut self, transaction: i64) {
        self.mark.get_or_insert(Mark {
            transaction,
            entry: None,
        });
    }
}

fn transaction(rows: &[Row]) -> Result<i64, Broken> {
    let row = rows
        .first()
        .ok_or_else(|| StoreError::new("a change gave no row"));
    row.and_then(|row| read(row, 0)).map_err(given_up)
}

/// Nothing of the transaction will be kept, and another attempt would fail as well.
fn given_up(error: StoreError) -> Broken {
    Broken {
        failure: Failure::Final,
        error,
    }
}
