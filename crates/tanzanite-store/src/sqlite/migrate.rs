//! Migrations: numbered, forward only, each in one transaction with its number.

use super::OpenError;
use rusqlite::Connection;
use std::path::Path;

/// Says in a database's header that it is ours: "Tanz".
const APPLICATION_ID: i64 = 0x5461_6e7a;

/// In their order; a migration's number is its place, counted from 1.
const MIGRATIONS: &[&str] = &[include_str!("../../migrations/sqlite/0001_spine.sql")];

/// Brings the schema up to date. A newer database and a foreign one are refused and left as they are.
pub(super) fn migrate(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let read = |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let (application, found) = (read("application_id")?, read("user_version")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION_ID && tables > 0 {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if found > known {
        return Err(OpenError::Newer { path: path.to_owned(), found, known });
    }
    for (number, sql) in (1..).zip(MIGRATIONS) {
        if number > found {
            connection.execute_batch(&format!(
                "BEGIN IMMEDIATE; {sql}; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {number}; COMMIT"
            ))?;
        }
    }
    Ok(())
}
