//! A transaction that fails at its n-th call: how the tests prove that a failing store changes nothing.

use std::sync::Arc;
use tanzanite_crm::metadata::SettingsItem;
use tanzanite_crm::policy::{
    CreateRecord, DeletePhoto, DeleteRecord, LockRecord, Permit, UnlockRecord, UpdateRecord,
    UploadPhoto,
};
use tanzanite_crm::schema::Number;
use tanzanite_crm::secret::Digest;
use tanzanite_crm::transaction::{
    AccessToken, Client, Difference, GrantCode, Lock, NewRecord, Photo, Record, RecordChange,
    RecordHead, RecordQuery, RefreshToken, Snapshot, Stamp,
};
use tanzanite_crm::{Metadata, StoreError, Stored, Transaction};
use tanzanite_protocol::{OrgId, RecordId, Timestamp};

/// Hands every call on to the transaction below, but for one.
pub struct FailNth<'a> {
    below: &'a mut dyn Transaction,
    remaining: u32,
    failed: bool,
}

impl<'a> FailNth<'a> {
    /// Fails at the `nth` call, counted from 1; with 0 never.
    pub fn new(below: &'a mut dyn Transaction, nth: u32) -> Self {
        Self {
            below,
            remaining: nth,
            failed: false,
        }
    }

    /// Whether it has failed: if not, there were fewer calls.
    pub fn failed(&self) -> bool {
        self.failed
    }

    fn count(&mut self) -> Stored<()> {
        if self.remaining > 0 {
            self.remaining -= 1;
            if self.remaining == 0 {
                self.failed = true;
                return Err(StoreError::new("made to fail by a test"));
            }
        }
        Ok(())
    }
}

macro_rules! counted {
    ($(fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty;)+) => {
        impl Transaction for FailNth<'_> {
            $(
                fn $name(&mut self, $($argument: $type),*) -> Stored<$result> {
                    self.count()?;
                    self.below.$name($($argument),*)
                }
            )+
        }
    };
}

counted! {
    fn client(id: &str) -> Option<Client>;
    fn put_client(client: &Client) -> ();
    fn access_token(digest: &Digest) -> Option<Arc<AccessToken>>;
    fn refresh_token(digest: &Digest) -> Option<RefreshToken>;
    fn take_grant_code(digest: &Digest) -> Option<GrantCode>;
    fn put_grant_code(digest: &Digest, code: &GrantCode, now: Timestamp) -> ();
    fn put_refresh_token(digest: &Digest, token: &RefreshToken, live_max: u32, spared: &[Digest]) -> ();
    fn put_access_token(digest: &Digest, token: &AccessToken, live_max: u32) -> ();
    fn remove_refresh_token(digest: &Digest) -> bool;
    fn remove_access_token(digest: &Digest) -> bool;
    fn metadata(org: OrgId) -> Option<Arc<Metadata>>;
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
    fn next_number(org: OrgId) -> i64;
    fn record_head(org: OrgId, module: Number, id: RecordId) -> Option<RecordHead>;
    fn record(org: OrgId, module: Number, id: RecordId) -> Option<Record>;
    fn records(query: &RecordQuery) -> Vec<Record>;
    fn record_with_unique(org: OrgId, module: Number, field: Number, value: &str) -> Option<RecordId>;
    fn insert_record(permit: Permit<CreateRecord>, record: &NewRecord) -> ();
    fn update_record(permit: Permit<UpdateRecord>, change: &RecordChange) -> ();
    fn delete_record(permit: Permit<DeleteRecord>, stamp: Stamp) -> ();
    fn timeline(org: OrgId, module: Number, id: RecordId) -> Vec<(String, Stamp)>;
    fn photo(head: &RecordHead) -> Option<Photo>;
    fn photo_bytes(head: &RecordHead) -> Option<usize>;
    fn head_and_photo(org: OrgId, module: Number, id: RecordId) -> Option<(RecordHead, Option<Photo>)>;
    fn put_photo(permit: Permit<UploadPhoto>, photo: &Photo, stamp: Stamp) -> ();
    fn remove_photo(permit: Permit<DeletePhoto>, stamp: Stamp) -> ();
    fn put_lock(permit: Permit<LockRecord>, lock: &Lock) -> ();
    fn remove_lock(permit: Permit<UnlockRecord>, stamp: Stamp) -> ();
}
