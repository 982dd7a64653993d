//! [`Transaction`] over a connection. Each kind of data has its own file; this one has the common parts and the table
//! of methods.

use super::cache::{Cache, Epoch, Outdated};
use super::{
    deleted, directory, documents, list, locks, numbers, organisations, photos, records, timeline,
};
use rusqlite::{CachedStatement, Connection, Row};
use serde_json::{Map, Value};
use std::cell::Cell;
use std::collections::HashSet;
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

/// One transaction: of one reader, or of one job among those that the writer commits together.
pub(super) struct SqliteTransaction<'a> {
    connection: &'a Connection,
    pub(super) cache: &'a Cache,
    mode: Mode,
}

enum Mode {
    Reading {
        /// The state of the cache when it began.
        since: Epoch,
        /// The snapshot begins with the first statement; calls that the cache answers need none.
        begun: Cell<bool>,
        /// Whether the job has tried to make a change.
        wants_to_write: bool,
    },
    Writing {
        undo: Undo,
        /// Whether this job may only read.
        read_only: bool,
        /// Whether this job has written.
        wrote: bool,
        /// Whether some job of the transaction has written.
        changed: bool,
        /// The cached data that jobs of the transaction have changed.
        outdated: HashSet<Outdated>,
    },
}

/// The way to undo a writer's job that fails after it has written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undo {
    /// Rolls back all jobs of the transaction and runs the others again. Jobs rarely fail so late, and a savepoint
    /// costs a copy of every page that several jobs change.
    Transaction,
    /// Rolls back to the job's own savepoint.
    Savepoint,
}

/// The state of the transaction after a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// It can continue.
    Well,
    /// It must be rolled back.
    Spoiled,
}

impl<'a> SqliteTransaction<'a> {
    /// A reader's transaction on a connection that has `begun` a snapshot, or begins one with its first statement.
    pub(super) fn reading(
        connection: &'a Connection,
        cache: &'a Cache,
        since: Epoch,
        begun: bool,
    ) -> Self {
        Self {
            connection,
            cache,
            mode: Mode::Reading {
                since,
                begun: Cell::new(begun),
                wants_to_write: false,
            },
        }
    }

    pub(super) fn writing(connection: &'a Connection, cache: &'a Cache, undo: Undo) -> Self {
        let mode = Mode::Writing {
            undo,
            read_only: false,
            wrote: false,
            changed: false,
            outdated: HashSet::new(),
        };
        Self {
            connection,
            cache,
            mode,
        }
    }

    /// Whether a reader's connection has a snapshot now.
    pub(super) fn has_snapshot(&self) -> bool {
        matches!(&self.mode, Mode::Reading { begun, .. } if begun.get())
    }

    /// Whether a reader's job has tried to make a change.
    pub(super) fn wants_to_write(&self) -> bool {
        matches!(self.mode, Mode::Reading { wants_to_write, .. } if wants_to_write)
    }

    /// Begins one of the writer's jobs.
    pub(super) fn begin_job(&mut self, reads: bool) {
        if let Mode::Writing {
            read_only, wrote, ..
        } = &mut self.mode
        {
            (*read_only, *wrote) = (reads, false);
        }
    }

    /// Ends one job: its changes stay in the transaction, or are undone.
    pub(super) fn end_job(&self, keep: bool) -> Stored<Ended> {
        match self.mode {
            Mode::Writing {
                undo: Undo::Savepoint,
                wrote: true,
                ..
            } => {
                if !keep {
                    self.execute("ROLLBACK TO job", [])?;
                }
                self.execute("RELEASE job", [])?;
            }
            Mode::Writing {
                undo: Undo::Transaction,
                wrote: true,
                ..
            } if !keep => return Ok(Ended::Spoiled),
            _ => {}
        }
        Ok(Ended::Well)
    }

    /// Whether there is anything to commit.
    pub(super) fn has_changed(&self) -> bool {
        matches!(self.mode, Mode::Writing { changed: true, .. })
    }

    /// The cached data that must be dropped once this is committed.
    pub(super) fn take_outdated(&mut self) -> HashSet<Outdated> {
        match &mut self.mode {
            Mode::Writing { outdated, .. } => std::mem::take(outdated),
            Mode::Reading { .. } => HashSet::new(),
        }
    }

    /// Whether the transaction has changed this cached data.
    pub(super) fn is_outdated(&self, entry: Outdated) -> bool {
        matches!(&self.mode, Mode::Writing { outdated, .. } if outdated.contains(&entry))
    }

    /// The epoch in which a reader began, if the data that it loads may be cached. Data that the writer loads is not
    /// committed yet.
    pub(super) fn cacheable_since(&self) -> Option<Epoch> {
        match self.mode {
            Mode::Reading { since, .. } => Some(since),
            Mode::Writing { .. } => None,
        }
    }

    /// Must be called before a change of data that may be cached.
    pub(super) fn outdate(&mut self, entry: Outdated) {
        if let Mode::Writing { outdated, .. } = &mut self.mode {
            outdated.insert(entry);
        }
    }

    fn prepare(&self, sql: &str) -> Stored<CachedStatement<'a>> {
        self.connection.prepare_cached(sql).map_err(StoreError::new)
    }

    /// Prepares a query on a snapshot.
    fn query(&self, sql: &str) -> Stored<CachedStatement<'a>> {
        if let Mode::Reading { begun, .. } = &self.mode
            && !begun.get()
        {
            self.execute("BEGIN DEFERRED", [])?;
            begun.set(true);
        }
        self.prepare(sql)
    }

    /// Reads the row that a query returns, if any.
    pub(super) fn row<T>(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Stored<Option<T>> {
        let mut statement = self.query(sql)?;
        let mut rows = statement.query(params).map_err(StoreError::new)?;
        rows.next()
            .map_err(StoreError::new)?
            .map(read)
            .transpose()
            .map_err(StoreError::new)
    }

    /// Reads all rows that a query returns.
    pub(super) fn rows<T>(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Stored<Vec<T>> {
        let mut statement = self.query(sql)?;
        let rows = statement.query_map(params, read).map_err(StoreError::new)?;
        rows.collect::<rusqlite::Result<_>>()
            .map_err(StoreError::new)
    }

    /// Changes rows and returns their number. The first change of a job creates its savepoint, if it uses one.
    pub(super) fn change(&mut self, sql: &str, params: impl rusqlite::Params) -> Stored<usize> {
        match &mut self.mode {
            Mode::Reading { wants_to_write, .. } => {
                *wants_to_write = true;
                return Err(StoreError::new("a reader cannot write"));
            }
            Mode::Writing {
                read_only: true, ..
            } => return Err(StoreError::new("a reader cannot write")),
            // Some failures, such as a full disk, end SQLite's transaction. Later writes would be committed one by one.
            Mode::Writing { .. } if self.connection.is_autocommit() => {
                return Err(StoreError::new("the transaction has been rolled back"));
            }
            Mode::Writing {
                undo,
                wrote,
                changed,
                ..
            } => {
                let undo = *undo;
                *changed = true;
                if !std::mem::replace(wrote, true) && undo == Undo::Savepoint {
                    self.execute("SAVEPOINT job", [])?;
                }
            }
        }
        self.execute(sql, params)
    }

    /// Changes exactly one row, the permit's.
    pub(super) fn change_one(&mut self, sql: &str, params: impl rusqlite::Params) -> Stored<()> {
        match self.change(sql, params)? {
            1 => Ok(()),
            rows => Err(StoreError::new(format!(
                "{rows} rows changed where one was permitted"
            ))),
        }
    }

    fn execute(&self, sql: &str, params: impl rusqlite::Params) -> Stored<usize> {
        self.prepare(sql)?.execute(params).map_err(StoreError::new)
    }
}

/// An id in a row.
pub(super) fn id(row: &Row<'_>, column: usize) -> rusqlite::Result<RecordId> {
    let value: i64 = row.get(column)?;
    RecordId::new(value).ok_or(rusqlite::Error::IntegralValueOutOfRange(column, value))
}

/// A time and a user, in this order, in two columns.
pub(super) fn stamp(row: &Row<'_>, column: usize) -> rusqlite::Result<Stamp> {
    Ok(Stamp {
        at: Timestamp::from_millis(row.get(column)?),
        by: id(row, column + 1)?,
    })
}

/// The error for a column's value that cannot be parsed.
pub(super) fn unreadable(
    column: usize,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
}

impl Transaction for SqliteTransaction<'_> {
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
        documents::metadata(self, org)
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
        documents::organisations(self)
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
        numbers::start(self, org, last)
    }

    fn next_number(&mut self, org: OrgId) -> Stored<i64> {
        numbers::next(self, org)
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
        list::list(self, query)
    }

    fn count_records(&mut self, query: &RecordQuery) -> Stored<u64> {
        list::count(self, query)
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

    fn file_bytes(&mut self, head: &RecordHead) -> Stored<Option<usize>> {
        photos::file_bytes(self, head)
    }

    fn head_and_file(
        &mut self,
        org: OrgId,
        module: Number,
        id: RecordId,
    ) -> Stored<Option<(RecordHead, Option<StoredFile>)>> {
        let Some(head) = self.record_head(org, module, id)? else {
            return Ok(None);
        };
        let photo = photos::photo_at_once(self, &head)?;
        Ok(Some((head, photo)))
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
