//! [`Transaction`] over a session. Each kind of data has its own file; this one has the common parts and the table of
//! methods.
//!
//! A statement that changes something selects one row: the transaction's number, the number of changes, and the new
//! timeline entry, if any.

use super::Shared;
use super::dialogue::{Access, Change, Dialogue, Need, Progress};
use super::failure::Failure;
use super::numbers::Series;
use super::pool::Pooled;
use super::session::{Broken, Params, Step};
use super::{
    deleted, directory, documents, locks, organisations, photos, records, settings, timeline,
};
use serde_json::{Map, Value};
use std::sync::Arc;
use tanzanite_crm::criteria::FieldKey;
use tanzanite_crm::policy::{
    CreateRecord, DeletePhoto, DeleteRecord, Grant, LinkGrant, LockRecord, Permit, PurgeRecord,
    PutDocument, RemoveDocument, RestoreRecord, UnlockRecord, UpdateRecord, UploadPhoto,
};
use tanzanite_crm::schema::Number;
use tanzanite_crm::secret::Digest;
use tanzanite_crm::stored::{
    Document, DocumentKind, DocumentQuery, DueJob, KeySlot, Link, LinkQuery, NewDocument, Relation,
};
use tanzanite_crm::transaction::{
    AccessToken, Client, DeletedQuery, DeletedRecord, Difference, GrantCode, Lock, NewRecord,
    Record, RecordChange, RecordHead, RecordQuery, RefreshToken, Snapshot, Stamp, StoredFile,
};
use tanzanite_crm::{Metadata, StoreError, Stored, Transaction};
use tanzanite_protocol::{OrgId, RecordId, Timestamp};
use tokio::runtime::Handle;
use tokio_postgres::Row;
use tokio_postgres::types::FromSqlOwned;

/// Changes that are buffered; more than a request makes.
const CHANGES_MAX: usize = 200;

/// One run of a job.
pub(super) struct PostgresTransaction<'a> {
    pub(super) shared: &'a Shared,
    session: &'a mut Pooled,
    pub(super) dialogue: &'a mut Dialogue,
    /// The runtime on which this thread waits for results, if it may block.
    waiting: Option<&'a Handle>,
    /// The number of results that the job has requested.
    asked: usize,
    /// The number of changes that the job has made.
    changed: usize,
    /// The changes that have not been sent.
    changes: Vec<Change>,
    /// The reason why the run ends early.
    stop: Option<Stop>,
}

/// The reason why a run ends early.
pub(super) enum Stop {
    /// It will run again, once it has this.
    Need(Need),
    /// The transaction cannot be committed, whatever the job returns.
    Broken(Broken),
}

impl<'a> PostgresTransaction<'a> {
    pub(super) fn new(
        shared: &'a Shared,
        session: &'a mut Pooled,
        dialogue: &'a mut Dialogue,
        waiting: Option<&'a Handle>,
    ) -> Self {
        Self {
            shared,
            session,
            dialogue,
            waiting,
            asked: 0,
            changed: 0,
            changes: Vec::new(),
            stop: None,
        }
    }

    /// The changes that were not sent, or the reason why the run ended early.
    pub(super) fn end(self) -> Result<Vec<Change>, Stop> {
        self.stop.map_or(Ok(self.changes), Err)
    }

    /// The result of a call, which is the same in every run.
    pub(super) fn once<T: Clone + Send + 'static>(
        &mut self,
        call: impl FnOnce(&mut Self) -> Stored<T>,
    ) -> Stored<T> {
        self.go_on()?;
        if let Some(value) = self.dialogue.values.get(self.asked) {
            let Some(value) = value.downcast_ref::<T>().cloned() else {
                return Err(self.spoil("a job that ran again asked for something else"));
            };
            self.asked += 1;
            return Ok(value);
        }
        let value = call(self)?;
        self.dialogue.answer = None;
        self.dialogue.values.push(Box::new(value.clone()));
        self.asked += 1;
        Ok(value)
    }

    /// Reads the row that a query returns, if any.
    pub(super) fn row<T: Clone + Send + 'static>(
        &mut self,
        sql: &str,
        params: Params<'_>,
        make: impl FnOnce(&Row) -> Stored<T>,
    ) -> Stored<Option<T>> {
        self.once(|tx| tx.ask(sql, params)?.first().map(make).transpose())
    }

    /// All rows that a query returns.
    pub(super) fn rows(&mut self, sql: &str, params: Params<'_>) -> Stored<Arc<Vec<Row>>> {
        self.once(|tx| tx.ask(sql, params))
    }

    /// The rows of a query, which must be the only one in a call of [`once`](Self::once).
    pub(super) fn ask(&mut self, sql: &str, params: Params<'_>) -> Stored<Arc<Vec<Row>>> {
        self.answer(sql, params, false)
    }

    /// Makes a change, and reads the row that the statement returns.
    pub(super) fn change_and_tell<T: Clone + Send + 'static>(
        &mut self,
        sql: &str,
        params: Params<'_>,
        make: impl FnOnce(&Row) -> Stored<T>,
    ) -> Stored<T> {
        self.must_write()?;
        self.once(|tx| {
            let rows = tx.answer(sql, params, true)?;
            let row = rows.first();
            make(row.ok_or_else(|| StoreError::new("a change gave no row"))?)
        })
    }

    /// Changes exactly one row; otherwise the transaction cannot be committed.
    pub(super) fn change_one(&mut self, sql: &str, params: Params<'_>) -> Stored<()> {
        self.change(sql, params, None)
    }

    /// Changes exactly one record, the permit's, and appends to its timeline.
    pub(super) fn change_record(
        &mut self,
        org: OrgId,
        sql: &str,
        params: Params<'_>,
    ) -> Stored<()> {
        self.change(sql, params, Some(org))
    }

    /// A unique number.
    pub(super) fn number(&mut self, series: Series) -> Stored<i64> {
        self.must_write()?;
        self.once(|tx| {
            loop {
                if let Some(number) = tx.shared.numbers.next(series) {
                    return Ok(number);
                }
                tx.wait(Need::Numbers(series))?;
            }
        })
    }

    /// Refuses a change in a reader's job.
    pub(super) fn must_write(&self) -> Stored<()> {
        match self.dialogue.access {
            Access::Read => Err(StoreError::new("a reader cannot write")),
            Access::Write => Ok(()),
        }
    }

    /// Makes the rest of the job run on a thread that may block on something other than this server.
    pub(super) fn must_wait(&mut self) -> Stored<()> {
        match self.waiting {
            Some(_) => Ok(()),
            None => self.wait(Need::Thread),
        }
    }

    /// Whether the data read is committed, so that it may be cached.
    pub(super) fn reads_what_is_committed(&self) -> bool {
        self.dialogue.progress < Progress::Wrote && self.changes.is_empty()
    }

    /// The transaction's snapshot is outdated: the job runs again and sees the changes made since.
    pub(super) fn outrun(&mut self, error: StoreError) -> StoreError {
        let failure = Failure::Conflict;
        self.fail(Broken { failure, error })
    }

    fn answer(&mut self, sql: &str, params: Params<'_>, writes: bool) -> Stored<Arc<Vec<Row>>> {
        loop {
            if let Some(rows) = &self.dialogue.answer {
                return Ok(Arc::clone(rows));
            }
            let question = self.step(sql, params)?;
            let changes = std::mem::take(&mut self.changes);
            self.wait(Need::Answer {
                changes,
                question,
                writes,
            })?;
        }
    }

    fn change(&mut self, sql: &str, params: Params<'_>, record_of: Option<OrgId>) -> Stored<()> {
        self.must_write()?;
        self.go_on()?;
        self.changed += 1;
        if self.changed <= self.dialogue.sent {
            return Ok(());
        }
        if self.changes.len() == CHANGES_MAX {
            let changes = std::mem::take(&mut self.changes);
            self.wait(Need::Changes(changes))?;
        }
        let step = self.step(sql, params)?;
        self.changes.push(Change { step, record_of });
        Ok(())
    }

    fn step(&mut self, sql: &str, params: Params<'_>) -> Stored<Step> {
        loop {
            match self.session.step(sql, params) {
                Some(step) => return step.map_err(|broken| self.fail(broken)),
                None => self.wait(Need::Statement(sql.to_owned()))?,
            }
        }
    }

    /// Waits for what the job needs, or ends the run.
    fn wait(&mut self, need: Need) -> Stored<()> {
        let Some(handle) = self.waiting else {
            self.stop = Some(Stop::Need(need));
            return Err(StoreError::new("the job runs again with what it needs"));
        };
        let satisfied = self.dialogue.satisfy(self.shared, self.session, need);
        handle
            .block_on(satisfied)
            .map_err(|broken| self.fail(broken))
    }

    fn go_on(&self) -> Stored<()> {
        match &self.stop {
            None => Ok(()),
            Some(_) => Err(StoreError::new("the run has ended already")),
        }
    }

    /// Makes the transaction impossible to commit.
    fn spoil(&mut self, reason: &str) -> StoreError {
        self.fail(Broken {
            failure: Failure::Final,
            error: StoreError::new(reason),
        })
    }

    fn fail(&mut self, broken: Broken) -> StoreError {
        let error = broken.error.clone();
        self.stop = Some(Stop::Broken(broken));
        error
    }
}

/// The value of a column.
pub(super) fn read<T: FromSqlOwned>(row: &Row, column: usize) -> Stored<T> {
    row.try_get(column).map_err(StoreError::new)
}

/// An id in a row.
pub(super) fn id(row: &Row, column: usize) -> Stored<RecordId> {
    let value: i64 = read(row, column)?;
    RecordId::new(value).ok_or_else(|| StoreError::new(format!("{value} is no id")))
}

/// An organisation's id in a row.
pub(super) fn org(row: &Row, column: usize) -> Stored<OrgId> {
    let value: i64 = read(row, column)?;
    OrgId::new(value).ok_or_else(|| StoreError::new(format!("{value} is no organisation")))
}

/// A time and a user, in this order, in two columns.
pub(super) fn stamp(row: &Row, column: usize) -> Stored<Stamp> {
    Ok(Stamp {
        at: Timestamp::from_millis(read(row, column)?),
        by: id(row, column + 1)?,
    })
}

impl Transaction for PostgresTransaction<'_> {
    fn client(&mut self, id: &str) -> Stored<Option<Client>> {
        directory::client(self, id)
    }

    fn put_client(&mut self, client: &Client) -> Stored<()> {
        directory::put_client(self, client)
    }

    fn access_token(&mut self, digest: &Digest) -> Stored<Option<Arc<AccessToken>>> {
        directory::access_token(self, digest)
    }

    fn refresh_token(&mut self, digest: &Digest) -> Stored<Option<RefreshToken>> {
        directory::refresh_token(self, digest)
    }

    fn take_grant_code(&mut self, digest: &Digest) -> Stored<Option<GrantCode>> {
        directory::take_grant_code(self, digest)
    }

    fn put_grant_code(&mut self, digest: &Digest, code: &GrantCode, now: Timestamp) -> Stored<()> {
        directory::put_grant_code(self, digest, code, now)
    }

    fn put_refresh_token(
        &mut self,
        digest: &Digest,
        token: &RefreshToken,
        live_max: u32,
        spared: &[Digest],
    ) -> Stored<()> {
        directory::put_refresh_token(self, digest, token, live_max, spared)
    }

    fn put_access_token(
        &mut self,
        digest: &Digest,
        token: &AccessToken,
        live_max: u32,
    ) -> Stored<()> {
        directory::put_access_token(self, digest, token, live_max)
    }

    fn remove_refresh_token(&mut self, digest: &Digest) -> Stored<bool> {
        directory::remove_refresh_token(self, digest)
    }

    fn remove_access_token(&mut self, digest: &Digest) -> Stored<bool> {
        directory::remove_access_token(self, digest)
    }

    fn metadata(&mut self, org: OrgId) -> Stored<Option<Arc<Metadata>>> {
        settings::metadata(self, org)
    }

    fn documents(&mut self, query: &DocumentQuery) -> Stored<Vec<Document>> {
        documents::list(self, query)
    }

    fn documents_with_keys(
        &mut self,
        org: OrgId,
        kind: DocumentKind,
        slot: KeySlot,
        values: &[String],
    ) -> Stored<Vec<(String, i64)>> {
        documents::with_keys(self, org, kind, slot, values)
    }

    fn put_document(&mut self, grant: Grant<PutDocument>, document: &NewDocument) -> Stored<()> {
        documents::put(self, &grant, document)
    }

    fn remove_document(&mut self, grant: Grant<RemoveDocument>) -> Stored<bool> {
        documents::remove(self, &grant)
    }

    fn due_jobs(&mut self) -> Stored<Vec<DueJob>> {
        documents::due_jobs(self)
    }

    fn links(&mut self, query: &LinkQuery) -> Stored<Vec<Link>> {
        documents::links(self, query)
    }

    fn count_linked_records(
        &mut self,
        org: OrgId,
        relation: Relation,
        target: i64,
        module: Number,
    ) -> Stored<i64> {
        documents::count_linked_records(self, org, relation, target, module)
    }

    fn link(&mut self, grant: LinkGrant, others: &[i64]) -> Stored<()> {
        documents::link(self, &grant, others)
    }

    fn unlink(&mut self, grant: LinkGrant, others: Option<&[i64]>) -> Stored<()> {
        documents::unlink(self, &grant, others)
    }

    fn copy_links(&mut self, from: i64, to: LinkGrant) -> Stored<()> {
        documents::copy_links(self, from, &to)
    }

    fn organisations(&mut self) -> Stored<Vec<OrgId>> {
        settings::organisations(self)
    }

    fn remove_organisation(&mut self, org: OrgId) -> Stored<bool> {
        organisations::remove(self, org)
    }

    fn take_snapshot(&mut self, org: OrgId, name: &str, at: Timestamp) -> Stored<()> {
        organisations::take_snapshot(self, org, name, at)
    }

    fn snapshots(&mut self, org: OrgId) -> Stored<Vec<Snapshot>> {
        organisations::snapshots(self, org)
    }

    fn restore_snapshot(&mut self, org: OrgId, name: &str) -> Stored<bool> {
        organisations::restore(self, org, name)
    }

    fn remove_snapshot(&mut self, org: OrgId, name: &str) -> Stored<bool> {
        organisations::remove_snapshot(self, org, name)
    }

    fn differences(
        &mut self,
        org: OrgId,
        name: &str,
        after: (Number, i64),
        limit: u32,
    ) -> Stored<Option<Vec<Difference>>> {
        organisations::differences(self, org, name, after, limit)
    }

    fn start_numbers(&mut self, org: OrgId, last: i64) -> Stored<()> {
        settings::start_numbers(self, org, last)
    }

    fn next_number(&mut self, org: OrgId) -> Stored<i64> {
        self.must_write()?;
        let generation = settings::generation(self, org)?;
        self.number(Series::Records(org, generation))
    }

    fn record_head(
        &mut self,
        org: OrgId,
        module: Number,
        id: RecordId,
    ) -> Stored<Option<RecordHead>> {
        records::head(self, org, module, id)
    }

    fn record(&mut self, org: OrgId, module: Number, id: RecordId) -> Stored<Option<Record>> {
        records::one(self, org, module, id)
    }

    fn records(&mut self, query: &RecordQuery) -> Stored<Vec<Record>> {
        records::list(self, query)
    }

    fn count_records(&mut self, query: &RecordQuery) -> Stored<u64> {
        records::count(self, query)
    }

    fn holders(
        &mut self,
        org: OrgId,
        module: Number,
        values: &[(Number, String)],
    ) -> Stored<Vec<Option<RecordId>>> {
        records::holders(self, org, module, values)
    }

    fn record_heads(
        &mut self,
        org: OrgId,
        wanted: &[(Number, RecordId)],
    ) -> Stored<Vec<Option<RecordHead>>> {
        records::heads(self, org, wanted)
    }

    fn records_by_id(
        &mut self,
        org: OrgId,
        module: Number,
        ids: &[RecordId],
    ) -> Stored<Vec<Option<Record>>> {
        records::by_id(self, org, module, ids)
    }

    fn insert_record(&mut self, permit: Permit<CreateRecord>, record: &NewRecord) -> Stored<()> {
        records::insert(self, &permit, record)
    }

    fn update_record(&mut self, permit: Permit<UpdateRecord>, change: &RecordChange) -> Stored<()> {
        records::update(self, &permit, change)
    }

    fn delete_record(&mut self, permit: Permit<DeleteRecord>, stamp: Stamp) -> Stored<()> {
        records::delete(self, &permit, stamp)
    }

    fn deleted_records(&mut self, query: &DeletedQuery) -> Stored<Vec<DeletedRecord>> {
        deleted::list(self, query)
    }

    fn count_deleted_records(&mut self, query: &DeletedQuery) -> Stored<u64> {
        deleted::count(self, query)
    }

    fn deleted_fields(
        &mut self,
        org: OrgId,
        module: Number,
        id: RecordId,
    ) -> Stored<Option<Map<String, Value>>> {
        deleted::fields(self, org, module, id)
    }

    fn restore_record(
        &mut self,
        permit: Permit<RestoreRecord>,
        unique: &[(Number, String)],
        stamp: Stamp,
    ) -> Stored<()> {
        deleted::restore(self, &permit, unique, stamp)
    }

    fn purge_record(&mut self, permit: Permit<PurgeRecord>, keys: &[FieldKey]) -> Stored<()> {
        deleted::purge(self, &permit, keys)
    }

    fn timeline(
        &mut self,
        org: OrgId,
        module: Number,
        id: RecordId,
    ) -> Stored<Vec<(String, Stamp)>> {
        timeline::timeline(self, org, module, id)
    }

    fn file(&mut self, head: &RecordHead) -> Stored<Option<StoredFile>> {
        photos::photo(self, head)
    }

    fn head_and_file(
        &mut self,
        org: OrgId,
        module: Number,
        id: RecordId,
    ) -> Stored<Option<(RecordHead, Option<StoredFile>)>> {
        photos::head_and_file(self, org, module, id)
    }

    fn put_file(
        &mut self,
        permit: Permit<UploadPhoto>,
        photo: &StoredFile,
        stamp: Stamp,
    ) -> Stored<()> {
        photos::put(self, &permit, photo, stamp)
    }

    fn remove_file(&mut self, permit: Permit<DeletePhoto>, stamp: Stamp) -> Stored<()> {
        photos::remove(self, &permit, stamp)
    }

    fn put_lock(&mut self, permit: Permit<LockRecord>, lock: &Lock) -> Stored<()> {
        locks::put(self, &permit, lock)
    }

    fn remove_lock(&mut self, permit: Permit<UnlockRecord>, stamp: Stamp) -> Stored<()> {
        locks::remove(self, &permit, stamp)
    }
}
