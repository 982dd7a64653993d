//! Schemas: refused ones stay unchanged, damage is found, and the migrations of both stores agree.

use crate::postgres::{open, options};
use crate::support::{DAMAGES, found, read, state, texts, write};
use tanzanite_crm::Transaction;
use tanzanite_store::{PostgresOpenError, PostgresOptions, PostgresStore, Store as _};
use tanzanite_testbed::{Postgres, needs};

fn refusal(schema: &str) -> PostgresOpenError {
    match PostgresStore::open(&options(schema)) {
        Ok(_) => panic!("the schema was taken"),
        Err(error) => error,
    }
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    needs!("postgres");
    let schema = Postgres::shared().fresh_schema();
    found(&open(&options(&schema)));
    Postgres::shared().execute(&format!(
        "INSERT INTO {schema}.tanzanite_migrations VALUES (99, 'later')"
    ));
    let error = refusal(&schema);
    assert!(
        matches!(
            &error,
            PostgresOpenError::Newer {
                found: 99,
                known: 1..,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(error.to_string().contains("number 99"), "it is explained");
}

#[test]
fn a_foreign_schema_is_refused_and_left_alone() {
    needs!("postgres");
    let schema = Postgres::shared().fresh_schema();
    Postgres::shared().execute(&format!(
        "CREATE SCHEMA {schema}; CREATE TABLE {schema}.schema_migrations (version TEXT)"
    ));
    let error = refusal(&schema);
    assert!(
        matches!(&error, PostgresOpenError::Foreign(name) if *name == schema),
        "{error:?}"
    );
    let mut client = Postgres::shared().client();
    let tables = client.query("SELECT 1 FROM pg_tables WHERE schemaname = $1", &[&schema]);
    assert_eq!(tables.expect("tables").len(), 1, "something was made in it");
}

#[test]
fn options_that_are_wrong_are_refused_and_explained() {
    for (url, reason) in [
        ("mysql://host/database", "postgres://"),
        ("postgres://", "no host"),
        ("postgres://host/database?colour=blue", "unknown option"),
    ] {
        let error = PostgresOptions::new(url).expect_err(url).to_string();
        assert!(error.contains(reason), "{url}: {error}");
    }
    let options = PostgresOptions::new("postgres://jun:hunter2@host/database").expect("options");
    assert!(!format!("{options:?}").contains("hunter2"), "{options:?}");
    for name in ["", "Upper", "a\"b", "ä", &"x".repeat(64)] {
        assert!(options.clone().schema(name).is_err(), "{name}");
    }
}

/// The server has no certificate, so an encrypted connection is impossible; an unencrypted one must not be used
/// instead.
#[test]
fn encryption_that_is_required_and_cannot_be_had_is_an_error() {
    needs!("postgres");
    let url = format!("{}?sslmode=require", Postgres::shared().url());
    let error = PostgresStore::open(&PostgresOptions::new(&url).expect("a URL"));
    assert!(
        matches!(error, Err(PostgresOpenError::Connection(_))),
        "{error:?}"
    );
}

#[test]
fn reopening_keeps_everything() {
    needs!("postgres");
    let options = options(&Postgres::shared().fresh_schema());
    let store = open(&options);
    found(&store);
    let (before, number) = (
        state(&store),
        write(&store, |tx| tx.next_number(crate::support::org())),
    );
    drop(store);
    let store = open(&options);
    assert_eq!(before, state(&store));
    assert!(write(&store, |tx| tx.next_number(crate::support::org())) > number);
    assert!(read(&store, |tx: &mut dyn Transaction| tx.organisations()).len() == 1);
}

#[test]
fn verify_finds_what_does_not_agree() {
    needs!("postgres");
    let own: (&str, &[&str]) = (
        "DELETE FROM modifications",
        &["record 1 is not in the order of changes"],
    );
    for (damage, expected) in DAMAGES.into_iter().chain([own]) {
        let schema = Postgres::shared().fresh_schema();
        let store = open(&options(&schema));
        found(&store);
        assert_eq!(store.verify(), Ok(Vec::new()));
        Postgres::shared().execute(&format!("SET search_path = {schema}; {damage}"));
        assert_eq!(store.verify(), Ok(texts(expected)), "{damage}");
    }
}

/// Compares numbers and names of both stores' migrations, and looks for all tables and columns of SQLite's in
/// PostgreSQL's.
#[test]
fn the_migrations_of_both_stores_agree() {
    needs!("postgres");
    let folder = |name: &str| format!("{}/migrations/{name}", env!("CARGO_MANIFEST_DIR"));
    let files = |name: &str| {
        let mut files: Vec<String> = std::fs::read_dir(folder(name))
            .expect("migrations")
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        files.sort();
        files
    };
    assert_eq!(files("sqlite"), files("postgres"));

    let schema = Postgres::shared().fresh_schema();
    open(&options(&schema));
    let mut client = Postgres::shared().client();
    let rows = client.query(
        "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = $1",
        &[&schema],
    );
    let ours: std::collections::BTreeSet<(String, String)> = rows
        .expect("columns")
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    let sqlite = rusqlite::Connection::open_in_memory().expect("a database");
    for file in files("sqlite") {
        let sql = std::fs::read_to_string(format!("{}/{file}", folder("sqlite"))).expect("a file");
        sqlite.execute_batch(&sql).expect("a migration");
    }
    let mut statement = sqlite
        .prepare("SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'")
        .expect("a statement");
    let columns = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("columns");
    let theirs: Vec<(String, String)> = columns.map(|column| column.expect("a column")).collect();
    assert!(theirs.len() > 50);
    for column in theirs {
        assert!(ours.contains(&column), "PostgreSQL has no {column:?}");
    }
}
