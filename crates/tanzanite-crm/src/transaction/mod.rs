//! The narrow waist between the CRM and its stores: a few dozen methods over a few kinds of things.
//!
//! Whatever one request does happens in one transaction, and so a check and its use see the same rows. A mutation of a
//! record takes the record's key from a [`Permit`], never from the URL. Every key begins with the organisation, but
//! for the directory of clients and tokens, which is where the organisation is found.

mod deleted;
mod query;

pub use deleted::{DeletedQuery, DeletedRecord, DeletedSort, DeletedState};
pub use query::{RecordQuery, SortKey, Start};

use crate::criteria::FieldKey;
use crate::faults;
use crate::metadata::Metadata;
use crate::policy::{
    CreateRecord, DeletePhoto, DeleteRecord, Grant, LinkGrant, LockRecord, Permit, PurgeRecord,
    PutDocument, RemoveDocument, RestoreRecord, UnlockRecord, UpdateRecord, UploadPhoto,
};
use crate::schema::Number;
use crate::secret::Digest;
use crate::stored::{
    Document, DocumentKind, DocumentQuery, DueJob, KeySlot, Link, LinkQuery, NewDocument, Relation,
};
use bytes::Bytes;
use serde_json::{Map, Value};
use std::fmt;
use std::sync::Arc;
use tanzanite_protocol::media::FileKind;
use tanzanite_protocol::{Fault, OrgId, RecordId, Scope, Timestamp};

/// The store failed. Nothing of the transaction will be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError(String);

impl StoreError {
    /// With the reason for the log.
    pub fn new(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store failed: {}", self.0)
    }
}

impl std::error::Error for StoreError {}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::new(&faults::STORE_FAILED).because(error)
    }
}

/// The result of a call of the store.
pub type Stored<T> = Result<T, StoreError>;

/// A user who did something, and the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When.
    pub at: Timestamp,
    /// The user's id.
    pub by: RecordId,
}

/// A record without its fields: all that policy needs.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordHead {
    /// The organisation.
    pub org: OrgId,
    /// The module's number.
    pub module: Number,
    /// The id.
    pub id: RecordId,
    /// The name by which others refer to it.
    pub name: String,
    /// The owner's id.
    pub owner: RecordId,
    /// When it was made and by whom.
    pub created: Stamp,
    /// When it was last changed and by whom.
    pub modified: Stamp,
    /// The opaque id of its photo, the value of `Record_Image`; of an attachment, that of its content.
    pub image: Option<String>,
    /// Its lock.
    pub lock: Option<Lock>,
}

/// A record, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The part that all records have.
    pub head: RecordHead,
    /// The values of its fields by API name, without those that the head holds. Lookups are `{"id"}`.
    pub fields: Map<String, Value>,
}

/// A lock on a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Lock {
    /// The lock's own id.
    pub id: RecordId,
    /// Why.
    pub reason: String,
    /// Whether a rule made it, and so no user can undo it.
    pub automatic: bool,
    /// The user who locked, and the time.
    pub created: Stamp,
    /// The user who last changed the reason, and the time.
    pub modified: Stamp,
}

/// A file that hangs on a record: its photo, or the content of an attachment.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredFile {
    /// Its opaque id: the value of `Record_Image` or `$file_id`, and its entity tag. A new upload has a new one.
    pub id: String,
    /// The kind.
    pub kind: FileKind,
    /// The bytes as they came.
    pub bytes: Bytes,
}

/// The values of a record that is to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRecord {
    /// Its name.
    pub name: String,
    /// The owner's id.
    pub owner: RecordId,
    /// The values of its fields.
    pub fields: Map<String, Value>,
    /// The values of its unique fields, as [`unique_key`](crate::schema::validate::unique_key) writes them.
    pub unique: Vec<(Number, String)>,
    /// The keys of its values that it has not yet, as [`record_keys`](crate::criteria::record_keys) writes them.
    pub keys: Vec<FieldKey>,
    /// The keys that it has and that are not those of its values any more. A new record has none.
    pub keys_gone: Vec<FieldKey>,
    /// The user who makes it, and the time.
    pub stamp: Stamp,
}

/// The values of a record that is to be changed: all of them, the unchanged ones too.
pub type RecordChange = NewRecord;

/// A registered client.
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    /// `1000.…`.
    pub id: String,
    /// Its organisation.
    pub org: OrgId,
    /// The secret's digest.
    pub secret: Digest,
    /// Where codes may be sent; empty for a self client.
    pub redirect_uri: Option<String>,
}

/// A right that a user gave to a client: what a code, a refresh token and an access token carry.
#[derive(Clone, Debug, PartialEq)]
pub struct Authorization {
    /// The organisation.
    pub org: OrgId,
    /// The client's id.
    pub client: String,
    /// The user's id.
    pub user: RecordId,
    /// The scopes that it covers.
    pub scopes: Arc<[Scope]>,
}

/// An authorization code: works once, for a short time.
#[derive(Clone, Debug, PartialEq)]
pub struct GrantCode {
    /// The right that it carries.
    pub authorization: Authorization,
    /// Until when.
    pub expires: Timestamp,
}

/// A refresh token: works until it is revoked.
#[derive(Clone, Debug, PartialEq)]
pub struct RefreshToken {
    /// The right that it carries.
    pub authorization: Authorization,
    /// Since when.
    pub created: Timestamp,
}

/// An access token.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessToken {
    /// The right that it carries.
    pub authorization: Authorization,
    /// The refresh token that it came from, and dies with.
    pub refresh: Option<Digest>,
    /// Since when.
    pub created: Timestamp,
    /// Until when.
    pub expires: Timestamp,
}

/// An organisation as it was, kept under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Unique within the organisation.
    pub name: String,
    /// When it was taken, by the machine's clock.
    pub taken: Timestamp,
}

/// A record that is not as it was when a snapshot was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The module's number.
    pub module: Number,
    /// The id.
    pub id: RecordId,
    /// How it was; `None` if it was not there.
    pub before: Option<RecordState>,
    /// How it is; `None` if it is not there.
    pub now: Option<RecordState>,
}

/// A record on one side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordState {
    /// The name by which others refer to it.
    pub name: String,
    /// The owner's id.
    pub owner: RecordId,
    /// The opaque id of its photo.
    pub image: Option<String>,
    /// It is in the recycle bin.
    pub deleted: bool,
    /// Why it is locked, if it is.
    pub lock: Option<String>,
    /// The values of its fields, as in [`Record`].
    pub fields: Map<String, Value>,
}

/// One transaction of a store. The caller decides about its end: a reply commits, a fault rolls back. A change that
/// cannot be made fails at once or at the commit; either way nothing of the transaction stays.
pub trait Transaction {
    // ---- the directory: who is asking, of which organisation ----

    /// A client by its id.
    fn client(&mut self, id: &str) -> Stored<Option<Client>>;
    /// Registers a client, or replaces it.
    fn put_client(&mut self, client: &Client) -> Stored<()>;
    /// A live or dead access token.
    fn access_token(&mut self, digest: &Digest) -> Stored<Option<Arc<AccessToken>>>;
    /// A refresh token.
    fn refresh_token(&mut self, digest: &Digest) -> Stored<Option<RefreshToken>>;
    /// Takes a code out: the second who asks gets none.
    fn take_grant_code(&mut self, digest: &Digest) -> Stored<Option<GrantCode>>;
    /// Keeps a code, and throws those of the organisation away that are dead `now`: nobody may ever come for them.
    fn put_grant_code(&mut self, digest: &Digest, code: &GrantCode, now: Timestamp) -> Stored<()>;
    /// Keeps a refresh token; of those of this user and client only the `live_max` that were put last stay, beside
    /// those that are spared, which do not count.
    fn put_refresh_token(
        &mut self,
        digest: &Digest,
        token: &RefreshToken,
        live_max: u32,
        spared: &[Digest],
    ) -> Stored<()>;
    /// Keeps an access token; of those of its refresh token only the `live_max` that were put last stay.
    fn put_access_token(
        &mut self,
        digest: &Digest,
        token: &AccessToken,
        live_max: u32,
    ) -> Stored<()>;
    /// Removes a refresh token and all its access tokens; whether there was one.
    fn remove_refresh_token(&mut self, digest: &Digest) -> Stored<bool>;
    /// Removes an access token; whether there was one.
    fn remove_access_token(&mut self, digest: &Digest) -> Stored<bool>;

    // ---- settings ----

    /// The organisation's settings as this transaction sees them. `None` if there is no such organisation.
    fn metadata(&mut self, org: OrgId) -> Stored<Option<Arc<Metadata>>>;
    /// The organisations, in the order of their ids.
    fn organisations(&mut self) -> Stored<Vec<OrgId>>;

    /// Removes an organisation with all that is its own: clients, tokens and snapshots too. Whether there was one.
    fn remove_organisation(&mut self, org: OrgId) -> Stored<bool>;

    // ---- documents: settings, and all that is neither record, link nor file ----

    /// Documents of one kind.
    fn documents(&mut self, query: &DocumentQuery) -> Stored<Vec<Document>>;
    /// The documents of a kind that have one of these values in a series of keys: value and id, in that order.
    fn documents_with_keys(
        &mut self,
        org: OrgId,
        kind: DocumentKind,
        slot: KeySlot,
        values: &[String],
    ) -> Stored<Vec<(String, i64)>>;
    /// Makes a document, or changes the one that there is.
    fn put_document(&mut self, grant: Grant<PutDocument>, document: &NewDocument) -> Stored<()>;
    /// Removes a document; whether there was one.
    fn remove_document(&mut self, grant: Grant<RemoveDocument>) -> Stored<bool>;
    /// The job of each organisation that is due first, by [`KeySlot::DUE`], in the order of organisations.
    fn due_jobs(&mut self) -> Stored<Vec<DueJob>>;

    // ---- links ----

    /// Links from one of their ends.
    fn links(&mut self, query: &LinkQuery) -> Stored<Vec<Link>>;
    /// How many records of a module are linked to a target. Those in the recycle bin do not count.
    fn count_linked_records(
        &mut self,
        org: OrgId,
        relation: Relation,
        target: i64,
        module: Number,
    ) -> Stored<i64>;
    /// Adds links between the thing of the grant and these others. One that is there stays.
    fn link(&mut self, grant: LinkGrant, others: &[i64]) -> Stored<()>;
    /// Removes links between the thing of the grant and these others; `None` removes all of its links.
    fn unlink(&mut self, grant: LinkGrant, others: Option<&[i64]>) -> Stored<()>;
    /// Adds the links of one target to those of another one.
    fn copy_links(&mut self, from: i64, to: LinkGrant) -> Stored<()>;

    // ---- snapshots: everything but clients and tokens is as it was; those come back, and none goes ----

    /// Keeps the organisation as it is under a name, in place of what had the name.
    fn take_snapshot(&mut self, org: OrgId, name: &str, at: Timestamp) -> Stored<()>;
    /// Its snapshots, in the order of their names.
    fn snapshots(&mut self, org: OrgId) -> Stored<Vec<Snapshot>>;
    /// Makes the organisation what it was, its numbers too. Whether there is such a snapshot.
    fn restore_snapshot(&mut self, org: OrgId, name: &str) -> Stored<bool>;
    /// Forgets a snapshot; whether there was one.
    fn remove_snapshot(&mut self, org: OrgId, name: &str) -> Stored<bool>;
    /// Records that are not as they were, in the order of module and id: at most `limit` after a place. `None` if there
    /// is no such snapshot.
    fn differences(
        &mut self,
        org: OrgId,
        name: &str,
        after: (Number, i64),
        limit: u32,
    ) -> Stored<Option<Vec<Difference>>>;

    // ---- counters ----

    /// The numbers of a new organisation go on after this one. Not to be asked for in the same transaction.
    fn start_numbers(&mut self, org: OrgId, last: i64) -> Stored<()>;

    /// A number that was never given before, from a series of the organisation's. The first is 1.
    fn next_number(&mut self, org: OrgId) -> Stored<i64>;

    // ---- records ----

    /// A record of a module without its fields. One in the recycle bin is none.
    fn record_head(
        &mut self,
        org: OrgId,
        module: Number,
        id: RecordId,
    ) -> Stored<Option<RecordHead>>;
    /// Records of any modules without their fields, in the order in which they are asked for. One in the recycle bin is
    /// none.
    fn record_heads(
        &mut self,
        org: OrgId,
        wanted: &[(Number, RecordId)],
    ) -> Stored<Vec<Option<RecordHead>>>;
    /// A record of a module.
    fn record(&mut self, org: OrgId, module: Number, id: RecordId) -> Stored<Option<Record>>;
    /// Records of a module, in the order in which they are asked for. One in the recycle bin is none.
    fn records_by_id(
        &mut self,
        org: OrgId,
        module: Number,
        ids: &[RecordId],
    ) -> Stored<Vec<Option<Record>>>;
    /// Records of a module.
    fn records(&mut self, query: &RecordQuery) -> Stored<Vec<Record>>;
    /// How many records a query means; its order, beginning and limit do not matter.
    fn count_records(&mut self, query: &RecordQuery) -> Stored<u64>;
    /// The records that have unique values of fields already, in the order in which those are asked for.
    fn holders(
        &mut self,
        org: OrgId,
        module: Number,
        values: &[(Number, String)],
    ) -> Stored<Vec<Option<RecordId>>>;
    /// Makes a record.
    fn insert_record(&mut self, permit: Permit<CreateRecord>, record: &NewRecord) -> Stored<()>;
    /// Changes a record.
    fn update_record(&mut self, permit: Permit<UpdateRecord>, change: &RecordChange) -> Stored<()>;
    /// Moves a record to the recycle bin, with its photo; its lock and its unique values go.
    fn delete_record(&mut self, permit: Permit<DeleteRecord>, stamp: Stamp) -> Stored<()>;
    /// Deleted records.
    fn deleted_records(&mut self, query: &DeletedQuery) -> Stored<Vec<DeletedRecord>>;
    /// How many deleted records a query means; its order, offset and limit do not matter.
    fn count_deleted_records(&mut self, query: &DeletedQuery) -> Stored<u64>;
    /// The values of the fields of a record in the recycle bin.
    fn deleted_fields(
        &mut self,
        org: OrgId,
        module: Number,
        id: RecordId,
    ) -> Stored<Option<Map<String, Value>>>;
    /// Takes a record out of the recycle bin, with these unique values.
    fn restore_record(
        &mut self,
        permit: Permit<RestoreRecord>,
        unique: &[(Number, String)],
        stamp: Stamp,
    ) -> Stored<()>;
    /// Leaves nothing of a record in the recycle bin but its id and when it was deleted: its name, values, photo and
    /// links go. `keys` are those of its values.
    fn purge_record(&mut self, permit: Permit<PurgeRecord>, keys: &[FieldKey]) -> Stored<()>;
    /// The timeline of a record, the newest entry first.
    fn timeline(
        &mut self,
        org: OrgId,
        module: Number,
        id: RecordId,
    ) -> Stored<Vec<(String, Stamp)>>;

    // ---- files: photos, and the contents of attachments ----

    /// The file that a record names.
    fn file(&mut self, head: &RecordHead) -> Stored<Option<StoredFile>>;
    /// How many bytes that file has, if the store can tell without reading them.
    fn file_bytes(&mut self, _head: &RecordHead) -> Stored<Option<usize>> {
        Ok(None)
    }
    /// [`record_head`](Self::record_head) and [`file`](Self::file). A store may find both in one go, and leave a
    /// file of more than [`PHOTO_AT_ONCE_BYTES_MAX`](tanzanite_protocol::limits::PHOTO_AT_ONCE_BYTES_MAX) out.
    fn head_and_file(
        &mut self,
        org: OrgId,
        module: Number,
        id: RecordId,
    ) -> Stored<Option<(RecordHead, Option<StoredFile>)>> {
        let Some(head) = self.record_head(org, module, id)? else {
            return Ok(None);
        };
        let file = self.file(&head)?;
        Ok(Some((head, file)))
    }
    /// Gives a record a file in place of the one that it may have, stamps the record and its timeline.
    fn put_file(
        &mut self,
        permit: Permit<UploadPhoto>,
        file: &StoredFile,
        stamp: Stamp,
    ) -> Stored<()>;
    /// Takes a record's file away, stamps the record and its timeline.
    fn remove_file(&mut self, permit: Permit<DeletePhoto>, stamp: Stamp) -> Stored<()>;

    // ---- locks ----

    /// Locks a record, or changes the lock that it has.
    fn put_lock(&mut self, permit: Permit<LockRecord>, lock: &Lock) -> Stored<()>;
    /// Unlocks a record.
    fn remove_lock(&mut self, permit: Permit<UnlockRecord>, stamp: Stamp) -> Stored<()>;
}
