//! Shared by the tests of stores on disk.

use bytes::Bytes;
use rusqlite::Connection;
use std::path::Path;
use tanzanite_crm::metadata::{Organisation, SettingsItem, plant};
use tanzanite_crm::policy::Permit;
use tanzanite_crm::schema::standard_modules;
use tanzanite_crm::secret::Digest;
use tanzanite_crm::transaction::{
    Authorization, Client, NewRecord, RefreshToken, Stamp, StoredFile,
};
use tanzanite_crm::{StoreError, Stored, Transaction};
use tanzanite_protocol::media::{FileKind, ImageKind};
use tanzanite_protocol::{OrgId, RecordId, Scope, Timestamp};
use tanzanite_store::{Place, SqliteStore, Store, dump};

pub(crate) fn org() -> OrgId {
    OrgId::new(600_100_200).expect("an id")
}

pub(crate) fn id(value: i64) -> RecordId {
    RecordId::new(value).expect("an id")
}

pub(crate) fn leads() -> i64 {
    standard_modules()
        .iter()
        .find(|module| module.api_name == "Leads")
        .expect("Leads")
        .number
}

pub(crate) fn permit<O>(record: i64) -> Permit<O> {
    Permit::bypassing_policy_as_operator(org(), leads(), id(record), "a test of the store")
}

pub(crate) fn stamp(millis: i64) -> Stamp {
    Stamp {
        at: Timestamp::from_millis(millis),
        by: id(11),
    }
}

pub(crate) fn new_record(name: &str) -> NewRecord {
    NewRecord {
        name: name.to_owned(),
        owner: id(11),
        fields: serde_json::Map::from_iter([("Last_Name".to_owned(), name.into())]),
        unique: Vec::new(),
        stamp: stamp(1),
        keys: Vec::new(),
        keys_gone: Vec::new(),
    }
}

pub(crate) fn photo(image: &str, bytes: Vec<u8>) -> StoredFile {
    StoredFile {
        id: image.to_owned(),
        kind: FileKind::Image(ImageKind::Png),
        bytes: Bytes::from(bytes),
    }
}

pub(crate) fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(&Place::Folder(folder.to_owned())).unwrap_or_else(|error| panic!("{error}"))
}

/// The database's file, for tests that bypass the store.
pub(crate) fn database(folder: &Path) -> std::path::PathBuf {
    folder.join("tanzanite.sqlite3")
}

pub(crate) fn raw(folder: &Path) -> Connection {
    Connection::open(database(folder)).expect("a connection")
}

pub(crate) fn write<S: Store, T: Send + 'static>(
    store: &S,
    job: impl Fn(&mut dyn Transaction) -> Stored<T> + Send + 'static,
) -> T {
    store
        .write_blocking(job)
        .unwrap_or_else(|error: StoreError| panic!("{error}"))
}

pub(crate) fn read<S: Store, T: Send + 'static>(
    store: &S,
    job: impl Fn(&mut dyn Transaction) -> Stored<T> + Send + 'static,
) -> T {
    store
        .read_blocking(job)
        .unwrap_or_else(|error: StoreError| panic!("{error}"))
}

/// Makes the organisation, a client with a token, and a record with a photo.
pub(crate) fn found<S: Store>(store: &S) {
    write(store, |tx| {
        let organisation = Organisation {
            zgid: org().get(),
            ..Organisation::default()
        };
        plant(org(), &[SettingsItem::Organisation(organisation)], tx)?;
        let client = Client {
            id: "client".to_owned(),
            org: org(),
            secret: Digest::of(b"secret"),
            redirect_uri: None,
        };
        tx.put_client(&client)?;
        let token = RefreshToken {
            authorization: Authorization {
                org: org(),
                client: client.id,
                user: id(11),
                scopes: [Scope::parse("ZohoCRM.modules.ALL").expect("a scope")].into(),
            },
            created: stamp(1).at,
        };
        tx.put_refresh_token(&Digest::of(b"token"), &token, 20, &[])?;
        tx.insert_record(permit(1), &new_record("first"))?;
        tx.put_file(permit(1), &photo("image", vec![1; 1000]), stamp(2))
    });
}

pub(crate) fn state<S: Store>(store: &S) -> String {
    read(store, |tx| dump(org(), tx))
}

/// Damages of the rows that [`found`] makes, and the findings of `verify` in either store.
pub(crate) const DAMAGES: [(&str, &[&str]); 13] = [
    (
        "UPDATE records SET image = 'gone' WHERE id = 1",
        &["record 1 names a missing photo", "photo of 1 has no record"],
    ),
    ("DELETE FROM photos", &["record 1 names a missing photo"]),
    (
        "UPDATE records SET image = NULL",
        &["photo of 1 has no record"],
    ),
    (
        "DELETE FROM records",
        &["photo of 1 has no record", "fields of 1 have no record"],
    ),
    ("DELETE FROM record_fields", &["record 1 has no fields"]),
    // For each table, a text that the database accepts and requests cannot parse.
    (
        "UPDATE documents SET body = '{\"zgid\":'",
        &[
            "document 1 of kind 1 of organisation 600100200 cannot be read: EOF while parsing a value at line 1 column 8",
        ],
    ),
    (
        "INSERT INTO documents (org, kind, id, within, body) VALUES (600100200, 27, 2, 0, '{}')",
        &[
            "document 2 of kind 27 of organisation 600100200 cannot be read: there is no such kind of document",
        ],
    ),
    (
        "UPDATE documents SET kind = 6, body = '{\"at\":1}'",
        &["organisation 600100200 has no document that says who it is"],
    ),
    (
        "UPDATE record_fields SET fields = '[]' WHERE id = 1",
        &["record 1 cannot be read: invalid type: sequence, expected a map at line 1 column 0"],
    ),
    ("UPDATE records SET owner = 0", &["record 1 names nobody"]),
    (
        "UPDATE photos SET kind = 'tiff'",
        &["photo of 1 cannot be read: no kind of file"],
    ),
    (
        "UPDATE refresh_tokens SET scopes = 'Everything'",
        &["a refresh token of client client cannot be read: \"Everything\" is no scope"],
    ),
    (
        "UPDATE clients SET secret = substr(secret, 1, 31)",
        &["client client has no digest of a secret"],
    ),
];

pub(crate) fn texts(of: &[&str]) -> Vec<String> {
    of.iter().map(|text| (*text).to_owned()).collect()
}
