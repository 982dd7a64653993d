//! The exchange between a job and the server within one transaction: queries, their results, and changes.
//!
//! A job does not wait for a result. The run ends at the query, the query is sent, and the job runs again from its
//! beginning with all results so far: it is pure, so it makes the same calls and gets further. Thus no thread is held
//! while the server works. A change has no result that a job needs, so it is sent with the next query or with the
//! COMMIT. A reader's COMMIT is sent with the query that is probably its last.

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

/// Whether a job may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// The state of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Progress {
    /// It begins with the first statement; a job that is refused before costs nothing.
    Nothing,
    Begun,
    /// A reader's COMMIT has been answered.
    Over,
    Wrote,
}

/// The versions that decide whether a node's cached data of an organisation are valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version {
    /// The version of the metadata's core.
    pub(super) settings: i64,
    /// The version of the metadata's schema.
    pub(super) schema: i64,
    /// The version at which the organisation's numbering last started again.
    pub(super) generation: i64,
}

impl Version {
    /// Whether the metadata is the same.
    pub(super) fn is_same(self, other: Self) -> bool {
        (self.settings, self.schema) == (other.settings, other.schema)
    }

    /// Reads three columns; `None` if there is no such organisation.
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

/// The state that is kept between runs of a job.
pub(super) struct Dialogue {
    pub(super) access: Access,
    pub(super) progress: Progress,
    pub(super) mark: Option<Mark>,
    /// Whether the transaction puts objects into the outbox, for the sweeper.
    pub(super) frees_objects: bool,
    /// The versions of organisations that this transaction has read; `None` for those that do not exist.
    pub(super) versions: HashMap<OrgId, Option<Version>>,
    /// Whether the transaction has changed settings, so that those it reads are not committed.
    pub(super) settings_changed: bool,
    pub(super) uploads: Uploads,
    /// The results of the job's calls, in order.
    pub(super) values: Vec<Box<dyn Any + Send>>,
    /// The rows of the last query, until the call that needs them has converted them.
    pub(super) answer: Option<Arc<Vec<Row>>>,
    /// The number of changes that have been sent.
    pub(super) sent: usize,
    /// A reader's last query.
    asked: Option<Arc<Prepared>>,
    /// Whether to guess which query is a reader's last.
    guesses: bool,
}

/// The reason why a run cannot continue.
pub(super) enum Need {
    /// A statement must be prepared.
    Statement(String),
    /// A query must be answered, after these changes.
    Answer {
        changes: Vec<Change>,
        question: Step,
        /// Whether the query also writes.
        writes: bool,
    },
    /// The buffer of changes is full.
    Changes(Vec<Change>),
    /// A block of numbers must be drawn.
    Numbers(Series),
    /// The job must run on a thread that may block.
    Thread,
}

/// A statement that changes something. It returns one row: the transaction's number and the number of changes.
pub(super) struct Change {
    pub(super) step: Step,
    /// Set for a change of a record of this organisation. Such a statement fails in the server unless it changes
    /// exactly one row, so that a COMMIT may be sent along with it; the third column of its row is the new timeline
    /// entry.
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

    /// Obtains what the job needs.
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

    /// Sends a reader's query, along with the COMMIT if it is probably the last one.
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

    /// Notes whether a reader's last query was the final one.
    pub(super) fn has_asked(&self, all: bool) {
        if let Some(asked) = &self.asked {
            asked.ended(all);
        }
    }

    /// Sends changes and one more statement together, with BEGIN before them if necessary; returns the rows of the last
    /// one.
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

    /// Checks that a change has changed exactly one row.
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

    /// Notes the transaction's number, by which the server can tell its outcome.
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

/// The transaction cannot be committed, and another attempt would fail as well.
fn given_up(error: StoreError) -> Broken {
    Broken {
        failure: Failure::Final,
        error,
    }
}
