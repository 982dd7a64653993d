//! The store under the worlds. `TANZANITE_TEST_STORE` selects it for the whole run: `sqlite` (the default), `postgres`,
//! or `postgres+s3`. The answers are the same for all.

use std::sync::LazyLock;
use tanzanite_store::{AnyStore, Blobs, Place, PostgresOptions, PostgresStore, SqliteStore};
use tanzanite_testbed::{Postgres, S3};

/// Connections of one world. Many worlds share one database server that accepts 300.
const CONNECTIONS_MAX: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sqlite,
    Postgres,
    PostgresAndS3,
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test has nobody else who could tell it"
)]
static KIND: LazyLock<Kind> =
    LazyLock::new(|| match std::env::var("TANZANITE_TEST_STORE").as_deref() {
        Err(_) | Ok("" | "sqlite") => Kind::Sqlite,
        Ok("postgres") => Kind::Postgres,
        Ok("postgres+s3") => Kind::PostgresAndS3,
        Ok(other) => {
            panic!("TANZANITE_TEST_STORE={other} is none of sqlite, postgres, postgres+s3")
        }
    });

/// An empty store for one test. On drop it is removed, or emptied for another test.
pub(crate) struct Home {
    pub(crate) store: AnyStore,
    kept: Kept,
}

enum Kept {
    InMemory,
    Folder(tempfile::TempDir),
    Schema(String),
}

impl Home {
    /// The run's store; SQLite is kept in memory.
    pub(crate) fn fresh() -> Self {
        match *KIND {
            Kind::Sqlite => Self {
                store: open_sqlite(&Place::Memory),
                kept: Kept::InMemory,
            },
            kind => Self::in_postgres(kind),
        }
    }

    /// The run's store; SQLite is kept in a folder.
    pub(crate) fn on_disk() -> Self {
        if is_shared() {
            return Self::fresh();
        }
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            store: open_sqlite(&Place::Folder(folder.path().into())),
            kept: Kept::Folder(folder),
        }
    }

    fn in_postgres(kind: Kind) -> Self {
        let schema = Postgres::shared().empty_schema();
        let options = PostgresOptions::new(Postgres::shared().url()).expect("a URL");
        let mut options = options
            .connections_max(CONNECTIONS_MAX)
            .schema(&schema)
            .expect("a name");
        if kind == Kind::PostgresAndS3 {
            let url = format!("s3://{}", S3::shared().fresh_bucket());
            let blobs = Blobs::open(&url, S3::shared().environment());
            options = options.blobs(blobs.expect("a bucket"));
        }
        let store = PostgresStore::open(&options).unwrap_or_else(|error| panic!("{error}"));
        Self {
            store: store.into(),
            kept: Kept::Schema(schema),
        }
    }

    /// The stored bytes: the content of every file or table, by its name.
    pub(crate) fn contents(&self) -> Vec<(String, Vec<u8>)> {
        match &self.kept {
            Kept::InMemory => panic!("memory keeps nothing"),
            Kept::Folder(folder) => files(folder.path()),
            Kept::Schema(schema) => tables(schema),
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.store.close();
        if let Kept::Schema(schema) = &mut self.kept
            && !std::thread::panicking()
        {
            Postgres::shared().give_back(std::mem::take(schema), "tanzanite_migrations");
        }
    }
}

/// Whether several nodes may share the run's store. Such a store is never in memory, and draws numbers outside of
/// transactions, so that a rolled-back job leaves gaps.
pub(crate) fn is_shared() -> bool {
    *KIND != Kind::Sqlite
}

fn open_sqlite(place: &Place) -> AnyStore {
    SqliteStore::open(place).expect("a store").into()
}

fn files(folder: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let content = std::fs::read(&path).expect("a file");
            found.push((path.display().to_string(), content));
        }
    }
    found
}

fn tables(schema: &str) -> Vec<(String, Vec<u8>)> {
    let mut client = Postgres::shared().client();
    // Makes PostgreSQL print letters in binary columns as letters.
    let setting = client.batch_execute("SET bytea_output = escape");
    setting.expect("a setting");
    let names = client.query(
        "SELECT tablename::text FROM pg_tables WHERE schemaname = $1",
        &[&schema],
    );
    let mut found = Vec::new();
    for row in names.expect("the tables") {
        let name: String = row.get(0);
        let sql = format!("SELECT t::text FROM {schema}.{name} t");
        let rows = client.query(&sql, &[]).expect("the rows");
        let texts = rows.iter().map(|row| row.get::<_, String>(0));
        let content: Vec<String> = texts.collect();
        found.push((name, content.join("\n").into_bytes()));
    }
    found
}
