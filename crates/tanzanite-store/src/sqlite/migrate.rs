//! Migrations: numbered, forward only, each in one transaction with its number.

use super::SqliteOpenError;
use crate::copy::COPYING;
use rusqlite::{Connection, ErrorCode};
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
];

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
            connection.execute_batch(&format!(
                "BEGIN IMMEDIATE; {sql}; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {number}; COMMIT"
            ))?;
        }
    }
    Ok(())
}
