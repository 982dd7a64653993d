//! Migrations: numbered, forward only, each in one transaction with its number.

use super::SqliteOpenError;
use crate::copy::COPYING;
use crate::former_records::FormerRecords;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior, params};
use std::path::Path;

/// Identifies a database as Tanzanite's in its header: "Tanz".
const APPLICATION_ID: i64 = 0x5461_6e7a;

/// The migrations in order; a migration's number is its position, counted from 1.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/sqlite/0001_spine.sql"),
    include_str!("../../migrations/sqlite/0002_clocks.sql"),
    include_str!("../../migrations/sqlite/0003_snapshots.sql"),
    include_str!("../../migrations/sqlite/0004_heads.sql"),
    include_str!("../../migrations/sqlite/0005_documents.sql"),
    include_str!("../../migrations/sqlite/0006_values.sql"),
    include_str!("../../migrations/sqlite/0007_words.sql"),
    include_str!("../../migrations/sqlite/0008_deleted.sql"),
];

/// The migration after which the records that there are get their keys.
const KEYS: i64 = 8;

/// The number of a database's schema; 0 if it is new. A newer database and a foreign one are refused. To be called
/// before anything is written, so that these stay unchanged.
pub(crate) fn inspect(connection: &Connection, path: &Path) -> Result<i64, SqliteOpenError> {
    let read = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let header = read("PRAGMA application_id").and_then(|application| {
        let tables = read("SELECT count(*) FROM sqlite_schema")?;
        Ok((application, read("PRAGMA user_version")?, tables))
    });
    let (application, found, tables) = header.map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => SqliteOpenError::Foreign(path.to_owned()),
        _ => SqliteOpenError::Sqlite(error),
    })?;
    if application != APPLICATION_ID && (application, found, tables) != (0, 0, 0) {
        return Err(SqliteOpenError::Foreign(path.to_owned()));
    }
    let known = schema_number();
    if found > known {
        return Err(SqliteOpenError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    Ok(found)
}

/// The number of the newest schema, the same for PostgreSQL.
pub(crate) fn schema_number() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Whether the database is an incomplete copy.
pub(crate) fn is_half_copied(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1)",
        [COPYING],
        |row| row.get(0),
    )
}

/// Migrates the schema from the number that [`inspect`] returned.
pub(crate) fn migrate(connection: &Connection, found: i64) -> Result<(), SqliteOpenError> {
    migrate_to(connection, found, schema_number())
}

/// Migrates the schema from one number to another.
pub(crate) fn migrate_to(
    connection: &Connection,
    found: i64,
    wanted: i64,
) -> Result<(), SqliteOpenError> {
    for (number, sql) in (1..).zip(MIGRATIONS) {
        if number > found && number <= wanted {
            let transaction =
                Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
            transaction.execute_batch(&format!(
                "{sql}; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {number}"
            ))?;
            if number == KEYS {
                index_records(&transaction)?;
            }
            transaction.commit()?;
        }
    }
    Ok(())
}

/// Gives the records that there are their keys, those of snapshots too.
fn index_records(connection: &Connection) -> rusqlite::Result<()> {
    let mut orgs = connection.prepare("SELECT DISTINCT org FROM records")?;
    let orgs: Vec<i64> = orgs
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut documents = connection
        .prepare("SELECT kind, id, body FROM documents WHERE org = ?1 ORDER BY kind, id")?;
    let mut records =
        connection.prepare("SELECT module, id, fields FROM record_fields WHERE org = ?1")?;
    let mut insert = connection
        .prepare("INSERT INTO record_values (org, field, value, record) VALUES (?1, ?2, ?3, ?4)")?;
    for org in orgs {
        let found: Vec<(i64, i64, String)> = documents
            .query_map([org], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let Some(former) = FormerRecords::of(found) else {
            continue;
        };
        let mut rows = records.query([org])?;
        while let Some(row) = rows.next()? {
            let (module, id): (i64, i64) = (row.get(0)?, row.get(1)?);
            for (field, value) in former.keys(module, row.get_ref(2)?.as_str()?) {
                insert.execute(params![org, field, value, id])?;
            }
        }
    }
    Ok(())
}
