//! The list of [`Transaction`](crate::Transaction)'s methods, for implementations that delegate to another transaction.
//! Each method is declared once in the trait and once here.

/// The types that the signatures use.
pub mod prelude {
    pub use crate::criteria::FieldKey;
    pub use crate::metadata::Metadata;
    pub use crate::policy::{
        CreateRecord, DeletePhoto, DeleteRecord, Grant, LinkGrant, LockRecord, Permit, PurgeRecord,
        PutDocument, RemoveDocument, RestoreRecord, UnlockRecord, UpdateRecord, UploadPhoto,
    };
    pub use crate::schema::Number;
    pub use crate::secret::Digest;
    pub use crate::stored::{
        Document, DocumentKind, DocumentQuery, DueJob, KeySlot, Link, LinkQuery, NewDocument,
        Relation,
    };
    pub use crate::transaction::{
        AccessToken, Client, DeletedQuery, DeletedRecord, Difference, GrantCode, Lock, NewRecord,
        Record, RecordChange, RecordHead, RecordQuery, RefreshToken, Snapshot, Stamp, Stored,
        StoredFile, Transaction,
    };
    pub use serde_json::{Map, Value};
    pub use std::sync::Arc;
    pub use tanzanite_protocol::{OrgId, RecordId, Timestamp};
}

/// Calls a macro once for each method of [`Transaction`](crate::Transaction), within its implementation, with `fn
/// name(argument: Type, …) -> Result;`, where `Result` is the type within [`Stored`](crate::Stored). For a method that
/// is implemented by hand, the macro has an arm that expands to nothing. The types are those of [`prelude`].
#[macro_export]
macro_rules! transaction_methods {
    ($each:ident) => {
        $each! { fn client(id: &str) -> Option<Client>; }
        $each! { fn put_client(client: &Client) -> (); }
        $each! { fn access_token(digest: &Digest) -> Option<Arc<AccessToken>>; }
        $each! { fn refresh_token(digest: &Digest) -> Option<RefreshToken>; }
        $each! { fn take_grant_code(digest: &Digest) -> Option<GrantCode>; }
        $each! { fn put_grant_code(digest: &Digest, code: &GrantCode, now: Timestamp) -> (); }
        $each! {
            fn put_refresh_token(digest: &Digest, token: &RefreshToken, live_max: u32, spared: &[Digest]) -> ();
        }
        $each! { fn put_access_token(digest: &Digest, token: &AccessToken, live_max: u32) -> (); }
        $each! { fn remove_refresh_token(digest: &Digest) -> bool; }
        $each! { fn remove_access_token(digest: &Digest) -> bool; }
        $each! { fn metadata(org: OrgId) -> Option<Arc<Metadata>>; }
        $each! { fn documents(query: &DocumentQuery) -> Vec<Document>; }
        $each! {
            fn documents_with_keys(org: OrgId, kind: DocumentKind, slot: KeySlot, values: &[String]) -> Vec<(String, i64)>;
        }
        $each! { fn put_document(grant: Grant<PutDocument>, document: &NewDocument) -> (); }
        $each! { fn remove_document(grant: Grant<RemoveDocument>) -> bool; }
        $each! { fn due_jobs() -> Vec<DueJob>; }
        $each! { fn links(query: &LinkQuery) -> Vec<Link>; }
        $each! { fn count_linked_records(org: OrgId, relation: Relation, target: i64, module: Number) -> i64; }
        $each! { fn link(grant: LinkGrant, others: &[i64]) -> (); }
        $each! { fn unlink(grant: LinkGrant, others: Option<&[i64]>) -> (); }
        $each! { fn copy_links(from: i64, to: LinkGrant) -> (); }
        $each! { fn organisations() -> Vec<OrgId>; }
        $each! { fn remove_organisation(org: OrgId) -> bool; }
        $each! { fn take_snapshot(org: OrgId, name: &str, at: Timestamp) -> (); }
        $each! { fn snapshots(org: OrgId) -> Vec<Snapshot>; }
        $each! { fn restore_snapshot(org: OrgId, name: &str) -> bool; }
        $each! { fn remove_snapshot(org: OrgId, name: &str) -> bool; }
        $each! {
            fn differences(org: OrgId, name: &str, after: (Number, i64), limit: u32) -> Option<Vec<Difference>>;
        }
        $each! { fn start_numbers(org: OrgId, last: i64) -> (); }
        $each! { fn next_number(org: OrgId) -> i64; }
        $each! { fn record_head(org: OrgId, module: Number, id: RecordId) -> Option<RecordHead>; }
        $each! { fn record_heads(org: OrgId, wanted: &[(Number, RecordId)]) -> Vec<Option<RecordHead>>; }
        $each! { fn record(org: OrgId, module: Number, id: RecordId) -> Option<Record>; }
        $each! { fn records_by_id(org: OrgId, module: Number, ids: &[RecordId]) -> Vec<Option<Record>>; }
        $each! { fn records(query: &RecordQuery) -> Vec<Record>; }
        $each! { fn count_records(query: &RecordQuery) -> u64; }
        $each! {
            fn holders(org: OrgId, module: Number, values: &[(Number, String)]) -> Vec<Option<RecordId>>;
        }
        $each! { fn insert_record(permit: Permit<CreateRecord>, record: &NewRecord) -> (); }
        $each! { fn update_record(permit: Permit<UpdateRecord>, change: &RecordChange) -> (); }
        $each! { fn delete_record(permit: Permit<DeleteRecord>, stamp: Stamp) -> (); }
        $each! { fn deleted_records(query: &DeletedQuery) -> Vec<DeletedRecord>; }
        $each! { fn count_deleted_records(query: &DeletedQuery) -> u64; }
        $each! { fn deleted_fields(org: OrgId, module: Number, id: RecordId) -> Option<Map<String, Value>>; }
        $each! {
            fn restore_record(permit: Permit<RestoreRecord>, unique: &[(Number, String)], stamp: Stamp) -> ();
        }
        $each! { fn purge_record(permit: Permit<PurgeRecord>, keys: &[FieldKey]) -> (); }
        $each! { fn timeline(org: OrgId, module: Number, id: RecordId) -> Vec<(String, Stamp)>; }
        $each! { fn file(head: &RecordHead) -> Option<StoredFile>; }
        $each! { fn file_bytes(head: &RecordHead) -> Option<usize>; }
        $each! {
            fn head_and_file(org: OrgId, module: Number, id: RecordId) -> Option<(RecordHead, Option<StoredFile>)>;
        }
        $each! { fn put_file(permit: Permit<UploadPhoto>, photo: &StoredFile, stamp: Stamp) -> (); }
        $each! { fn remove_file(permit: Permit<DeletePhoto>, stamp: Stamp) -> (); }
        $each! { fn put_lock(permit: Permit<LockRecord>, lock: &Lock) -> (); }
        $each! { fn remove_lock(permit: Permit<UnlockRecord>, stamp: Stamp) -> (); }
    };
}
