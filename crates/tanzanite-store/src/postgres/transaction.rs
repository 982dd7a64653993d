//! [`Transaction`] over a connection. Each kind of thing has its file; this one holds what they share.
//!
//! A statement that changes something is one that selects one row: the transaction's number, how many things changed, and
//! the timeline's entry that was made, if any.

use super::Shared;
use super::connection::{Broken, Connection, Params};
use super::failure::Failure;
use super::outcome::Mark;
use super::uploads::Uploads;
use super::{directory, locks, photos, records, settings, timeline};
use postgres::Row;
use postgres::types::FromSqlOwned;
use std::collections::HashMap;
use std::sync::Arc;
use tanzanite_crm::metadata::SettingsItem;
use tanzanite_crm::policy::{
    CreateRecord, DeletePhoto, DeleteRecord, LockRecord, Permit, UnlockRecord, UpdateRecord,
    UploadPhoto,
};
use tanzanite_crm::schema::Number;
use tanzanite_crm::secret::Digest;
use tanzanite_crm::transaction::{
    AccessToken, Client, GrantCode, Lock, NewRecord, Photo, Record, RecordChange, RecordHead,
    RecordQuery, RefreshToken, Stamp,
};
use tanzanite_crm::{Metadata, StoreError, Stored, Transaction};
use tanzanite_protocol::{OrgId, RecordId, Timestamp};

/// What a job may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// How far a transaction has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Progress {
    /// It begins with its first statement: a job that is refused before costs nothing.
    Nothing,
    Begun,
    Wrote,
}

/// One attempt at a job.
pub(super) struct PostgresTransaction<'a> {
    connection: &'a mut Connection,
    pub(super) shared: &'a Shared,
    access: Access,
    pub(super) uploads: &'a mut Uploads,
    progress: Progress,
    frees_objects: bool,
    /// The first statement that failed. Nothing of the transaction can be kept then, whatever the job makes of it.
    failure: Option<(Failure, StoreError)>,
    mark: Option<Mark>,
    /// Versions of settings that this transaction has seen; `None` if there were none.
    pub(super) versions: HashMap<OrgId, Option<i64>>,
    /// It has changed settings: what it reads of them now is not committed.
    pub(super) settings_changed: bool,
}

/// What is known of an attempt when its job has returned.
pub(super) struct End {
    pub(super) progress: Progress,
    pub(super) frees_objects: bool,
    pub(super) failure: Option<(Failure, StoreError)>,
    pub(super) mark: Option<Mark>,
}

impl<'a> PostgresTransaction<'a> {
    pub(super) fn new(
        connection: &'a mut Connection,
        shared: &'a Shared,
        access: Access,
        uploads: &'a mut Uploads,
    ) -> Self {
        Self {
            connection,
            shared,
            access,
            uploads,
            progress: Progress::Nothing,
            frees_objects: false,
            failure: None,
            mark: None,
            versions: HashMap::new(),
            settings_changed: false,
        }
    }

    pub(super) fn end(self) -> End {
        End {
            progress: self.progress,
            frees_objects: self.frees_objects,
            failure: self.failure,
            mark: self.mark,
        }
    }

    /// The row that a query gives, if any.
    pub(super) fn row(&mut self, sql: &str, params: Params<'_>) -> Stored<Option<Row>> {
        Ok(self.rows(sql, params)?.into_iter().next())
    }

    /// All rows that a query gives.
    pub(super) fn rows(&mut self, sql: &str, params: Params<'_>) -> Stored<Vec<Row>> {
        if let Some((_, error)) = &self.failure {
            let reason = format!("the transaction has failed already: {error}");
            return Err(StoreError::new(reason));
        }
        let begin = match self.access {
            Access::Read => "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY",
            Access::Write => "BEGIN ISOLATION LEVEL SERIALIZABLE",
        };
        let begun = match self.progress {
            Progress::Nothing => self.connection.execute(begin),
            Progress::Begun | Progress::Wrote => Ok(()),
        };
        let rows = begun.and_then(|()| {
            self.progress = self.progress.max(Progress::Begun);
            self.connection.query(sql, params)
        });
        rows.map_err(|Broken { failure, error }| {
            self.failure = Some((failure, error.clone()));
            error
        })
    }

    /// Changes things; the row that the statement gives. An error afterwards cannot be overlooked: see [`Self::spoil`].
    pub(super) fn change(&mut self, sql: &str, params: Params<'_>) -> Stored<Row> {
        self.must_write()?;
        let row = self.row(sql, params)?;
        self.progress = Progress::Wrote;
        let Some(row) = row else {
            return Err(self.spoil("a change gave no row"));
        };
        let transaction = read(&row, 0)?;
        let mark = self.mark.get_or_insert(Mark {
            transaction,
            entry: None,
        });
        mark.transaction = transaction;
        Ok(row)
    }

    /// Changes things; how many.
    pub(super) fn change_many(&mut self, sql: &str, params: Params<'_>) -> Stored<i64> {
        let row = self.change(sql, params)?;
        read(&row, 1)
    }

    /// Changes exactly one thing.
    pub(super) fn change_one(&mut self, sql: &str, params: Params<'_>) -> Stored<()> {
        match self.change_many(sql, params)? {
            1 => Ok(()),
            rows => Err(self.spoil(&format!("{rows} rows changed where one was permitted"))),
        }
    }

    /// Changes exactly one record, the one that a permit was given for, and appends to its timeline.
    pub(super) fn change_record(
        &mut self,
        org: OrgId,
        sql: &str,
        params: Params<'_>,
    ) -> Stored<()> {
        let row = self.change(sql, params)?;
        let changed: i64 = read(&row, 1)?;
        let entry: Option<i64> = read(&row, 2)?;
        match (changed, entry, &mut self.mark) {
            (1, Some(entry), Some(mark)) => {
                mark.entry = Some((org, entry));
                Ok(())
            }
            _ => Err(self.spoil(&format!(
                "{changed} records changed where one was permitted"
            ))),
        }
    }

    /// Refuses what only a writer may do.
    pub(super) fn must_write(&self) -> Stored<()> {
        match self.access {
            Access::Read => Err(StoreError::new("a reader cannot write")),
            Access::Write => Ok(()),
        }
    }

    /// Whether what is read is committed, and so may be remembered.
    pub(super) fn reads_what_is_committed(&self) -> bool {
        self.progress < Progress::Wrote
    }

    /// The outbox will hold something once this is committed.
    pub(super) fn frees_objects(&mut self) {
        self.frees_objects = true;
    }

    /// What the transaction sees is no longer so: the job runs again, and sees what has been done meanwhile.
    pub(super) fn outrun(&mut self, error: StoreError) -> StoreError {
        self.failure = Some((Failure::Conflict, error.clone()));
        error
    }

    /// Nothing of the transaction will be kept: a change did not do what it must.
    pub(super) fn spoil(&mut self, reason: &str) -> StoreError {
        let error = StoreError::new(reason);
        self.failure = Some((Failure::Final, error.clone()));
        error
    }
}

/// A column's value.
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

/// A user and a time in two columns, the time first.
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
    ) -> Stored<()> {
        directory::put_refresh_token(self, digest, token, live_max)
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

    fn add_settings(&mut self, org: OrgId, item: &SettingsItem) -> Stored<()> {
        settings::add(self, org, item)
    }

    fn organisations(&mut self) -> Stored<Vec<OrgId>> {
        settings::organisations(self)
    }

    fn next_number(&mut self, org: OrgId) -> Stored<i64> {
        self.must_write()?;
        self.shared.numbers.of_record(org)
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

    fn record_with_unique(
        &mut self,
        org: OrgId,
        module: Number,
        field: Number,
        value: &str,
    ) -> Stored<Option<RecordId>> {
        records::with_unique(self, org, module, field, value)
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

    fn timeline(
        &mut self,
        org: OrgId,
        module: Number,
        id: RecordId,
    ) -> Stored<Vec<(String, Stamp)>> {
        timeline::timeline(self, org, module, id)
    }

    fn photo(&mut self, head: &RecordHead) -> Stored<Option<Photo>> {
        photos::photo(self, head)
    }

    fn put_photo(
        &mut self,
        permit: Permit<UploadPhoto>,
        photo: &Photo,
        stamp: Stamp,
    ) -> Stored<()> {
        photos::put(self, &permit, photo, stamp)
    }

    fn remove_photo(&mut self, permit: Permit<DeletePhoto>, stamp: Stamp) -> Stored<()> {
        photos::remove(self, &permit, stamp)
    }

    fn put_lock(&mut self, permit: Permit<LockRecord>, lock: &Lock) -> Stored<()> {
        locks::put(self, &permit, lock)
    }

    fn remove_lock(&mut self, permit: Permit<UnlockRecord>, stamp: Stamp) -> Stored<()> {
        locks::remove(self, &permit, stamp)
    }
}
