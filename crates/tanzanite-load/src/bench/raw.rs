//! Raw SQLite: the statements of a photo's deletion, one commit an operation, no HTTP, no checks.
//!
//! It works on a copy of the large folder's database, on one thread, durable at each commit.

use super::clock::{now, processor_time};
use super::load::Tally;
use super::measure::{Sample, Times};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, params};
use std::path::Path;
use std::time::Duration;
use xtask::output::Outcome;

/// As a careful program sets SQLite up that has no syncer and no checkpointer of its own.
const PRAGMAS: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -24576;
    PRAGMA wal_autocheckpoint = 16384;";
const SELECT: &str = "
    SELECT org, module, owner, modified_at, modified_by, image FROM records
    WHERE id = ?1 AND org = ?2 AND module = ?3 AND deleted_at IS NULL";
const APPEND: &str = "
    INSERT INTO timeline (org, entry, record, previous, action, at, by)
    VALUES (
        ?1,
        (SELECT coalesce(max(entry), 0) + 1 FROM timeline WHERE org = ?1),
        ?3,
        (SELECT timeline FROM records WHERE org = ?1 AND module = ?2 AND id = ?3),
        'photo_deleted', ?4, ?5
    )";
const UPDATE: &str = "
    UPDATE records SET image = NULL, modified_at = ?4, modified_by = ?5,
        timeline = (SELECT max(entry) FROM timeline WHERE org = ?1)
    WHERE org = ?1 AND module = ?2 AND id = ?3 AND deleted_at IS NULL AND image IS NOT NULL";
const DELETE: &str = "DELETE FROM photos WHERE org = ?1 AND record = ?2 AND kept = 0";

/// A database and the records that still have photos in it.
#[derive(Debug)]
pub(super) struct Raw {
    connection: Connection,
    org: i64,
    module: i64,
    ids: std::vec::IntoIter<i64>,
}

impl Raw {
    /// Opens a copy of a store's database.
    pub(super) fn open(path: &Path, ids: Vec<i64>) -> Outcome<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(PRAGMAS)?;
        // Without it a statement is planned anew whenever its parameters change.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        let of_record = "SELECT org, module FROM records WHERE org > 0 LIMIT 1";
        let (org, module) =
            connection.query_row(of_record, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self {
            connection,
            org,
            module,
            ids: ids.into_iter(),
        })
    }

    /// Deletes photos for a time, or until none is left.
    pub(super) fn run(&mut self, time: Duration) -> Outcome<Sample> {
        let mut tally = Tally::default();
        let time_before = processor_time("self")?;
        let begun = now();
        while tally.elapsed < time {
            let Some(id) = self.ids.next() else { break };
            let before = now();
            self.delete(id)?;
            let after = now();
            tally.latencies.push(after - before);
            tally.elapsed = after - begun;
        }
        let times = Times {
            server: processor_time("self")?.saturating_sub(time_before),
            ..Times::default()
        };
        Ok(Sample { tally, times })
    }

    fn delete(&self, id: i64) -> rusqlite::Result<()> {
        let (org, module) = (self.org, self.module);
        let execute = |sql: &str, params: &[&dyn rusqlite::ToSql]| {
            self.connection.prepare_cached(sql)?.execute(params)
        };
        execute("BEGIN IMMEDIATE", &[])?;
        let (by, at) =
            self.connection
                .prepare_cached(SELECT)?
                .query_row(params![id, org, module], |row| {
                    // Without the photo's name there would be nothing to delete.
                    row.get::<_, String>(5)?;
                    Ok((row.get::<_, i64>(2)?, row.get::<_, i64>(3)?))
                })?;
        let changed = execute(APPEND, &[&org, &module, &id, &at, &by])?
            + execute(UPDATE, &[&org, &module, &id, &at, &by])?
            + execute(DELETE, &[&org, &id])?;
        if changed != 3 {
            return Err(rusqlite::Error::StatementChangedRows(changed));
        }
        execute("COMMIT", &[])?;
        Ok(())
    }
}
