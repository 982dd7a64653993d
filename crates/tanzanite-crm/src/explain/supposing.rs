//! The transaction of a rehearsal: what is below it, but for what is supposed to be otherwise.

use super::change::Change;
use super::rehearsal::{Bearer, Seen};
use crate::metadata::{Metadata, SettingsItem};
use crate::policy::{
    CreateRecord, DeletePhoto, DeleteRecord, LockRecord, Permit, UnlockRecord, UpdateRecord,
    UploadPhoto,
};
use crate::schema::Number;
use crate::secret::Digest;
use crate::transaction::{
    AccessToken, Client, Difference, GrantCode, Lock, NewRecord, Photo, Record, RecordChange,
    RecordHead, RecordQuery, RefreshToken, Snapshot, Stamp, Stored, Transaction,
};
use std::sync::Arc;
use tanzanite_protocol::{OrgId, RecordId, Timestamp};

/// Numbers that no record has: above those of the schema, of the trillion that seeds keep free.
const NUMBERS: i64 = 600_000_000_000;

/// A transaction in which some things are as they are supposed to be. What a later check of the same request may read is really
/// written; the rest is not.
pub(super) struct Supposing<'a> {
    below: &'a mut dyn Transaction,
    changes: &'a [Change],
    bearer: Option<&'a Bearer>,
    /// Whose token was asked for.
    user: Option<RecordId>,
    /// The last number that was given.
    numbers: i64,
    /// What the request has asked for.
    pub(super) seen: Seen,
}

impl<'a> Supposing<'a> {
    pub(super) fn new(
        below: &'a mut dyn Transaction,
        changes: &'a [Change],
        bearer: Option<&'a Bearer>,
    ) -> Self {
        Self {
            below,
            changes,
            bearer,
            user: None,
            numbers: NUMBERS,
            seen: Seen::default(),
        }
    }

    fn see(&mut self, head: &RecordHead) {
        if !self.seen.heads.iter().any(|seen| seen.id == head.id) {
            self.seen.heads.push(head.clone());
        }
    }

    fn supposed(&self, head: RecordHead) -> RecordHead {
        let changes = self.changes.iter();
        changes.fold(head, |head, change| change.suppose(head, self.user))
    }
}

/// What is done by the transaction below.
macro_rules! handed_on {
    ($(fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty;)+) => {
        $(
            fn $name(&mut self, $($argument: $type),*) -> Stored<$result> {
                self.below.$name($($argument),*)
            }
        )+
    };
}

impl Transaction for Supposing<'_> {
    fn access_token(&mut self, digest: &Digest) -> Stored<Option<Arc<AccessToken>>> {
        let token = match self.bearer {
            None => self.below.access_token(digest)?,
            Some(Bearer::Kept(digest)) => self.below.access_token(digest)?,
            Some(Bearer::Made(token)) => Some(Arc::clone(token)),
        };
        self.user = token.as_ref().map(|token| token.authorization.user);
        self.seen.token.clone_from(&token);
        Ok(token)
    }

    fn metadata(&mut self, org: OrgId) -> Stored<Option<Arc<Metadata>>> {
        let metadata = self.below.metadata(org)?;
        let changes = self.changes.iter();
        Ok(metadata.map(|metadata| {
            changes.fold(metadata, |metadata, change| {
                change.suppose_settings(metadata)
            })
        }))
    }

    fn next_number(&mut self, _: OrgId) -> Stored<i64> {
        self.numbers += 1;
        Ok(self.numbers)
    }

    fn record_head(
        &mut self,
        org: OrgId,
        module: Number,
        id: RecordId,
    ) -> Stored<Option<RecordHead>> {
        let Some(head) = self.below.record_head(org, module, id)? else {
            return Ok(None);
        };
        self.see(&head);
        Ok(Some(self.supposed(head)))
    }

    fn record(&mut self, org: OrgId, module: Number, id: RecordId) -> Stored<Option<Record>> {
        let Some(record) = self.below.record(org, module, id)? else {
            return Ok(None);
        };
        self.see(&record.head);
        Ok(Some(Record {
            head: self.supposed(record.head),
            fields: record.fields,
        }))
    }

    fn put_photo(&mut self, _: Permit<UploadPhoto>, _: &Photo, _: Stamp) -> Stored<()> {
        Ok(())
    }

    fn remove_photo(&mut self, _: Permit<DeletePhoto>, _: Stamp) -> Stored<()> {
        Ok(())
    }

    fn put_lock(&mut self, _: Permit<LockRecord>, _: &Lock) -> Stored<()> {
        Ok(())
    }

    fn remove_lock(&mut self, _: Permit<UnlockRecord>, _: Stamp) -> Stored<()> {
        Ok(())
    }

    handed_on! {
        fn client(id: &str) -> Option<Client>;
        fn put_client(client: &Client) -> ();
        fn refresh_token(digest: &Digest) -> Option<RefreshToken>;
        fn take_grant_code(digest: &Digest) -> Option<GrantCode>;
        fn put_grant_code(digest: &Digest, code: &GrantCode, now: Timestamp) -> ();
        fn put_refresh_token(digest: &Digest, token: &RefreshToken, live_max: u32, spared: &[Digest]) -> ();
        fn put_access_token(digest: &Digest, token: &AccessToken, live_max: u32) -> ();
        fn remove_refresh_token(digest: &Digest) -> bool;
        fn remove_access_token(digest: &Digest) -> bool;
        fn add_settings(org: OrgId, item: &SettingsItem) -> ();
        fn replace_settings(org: OrgId, item: &SettingsItem) -> ();
        fn organisations() -> Vec<OrgId>;
        fn remove_organisation(org: OrgId) -> bool;
        fn take_snapshot(org: OrgId, name: &str, at: Timestamp) -> ();
        fn snapshots(org: OrgId) -> Vec<Snapshot>;
        fn restore_snapshot(org: OrgId, name: &str) -> bool;
        fn remove_snapshot(org: OrgId, name: &str) -> bool;
        fn differences(org: OrgId, name: &str, after: (Number, i64), limit: u32) -> Option<Vec<Difference>>;
        fn start_numbers(org: OrgId, last: i64) -> ();
        fn records(query: &RecordQuery) -> Vec<Record>;
        fn record_with_unique(org: OrgId, module: Number, field: Number, value: &str) -> Option<RecordId>;
        fn insert_record(permit: Permit<CreateRecord>, record: &NewRecord) -> ();
        fn update_record(permit: Permit<UpdateRecord>, change: &RecordChange) -> ();
        fn delete_record(permit: Permit<DeleteRecord>, stamp: Stamp) -> ();
        fn timeline(org: OrgId, module: Number, id: RecordId) -> Vec<(String, Stamp)>;
        fn photo(head: &RecordHead) -> Option<Photo>;
        fn photo_bytes(head: &RecordHead) -> Option<usize>;
    }
}
