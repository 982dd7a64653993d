//! Organisations as wholes: removed, kept as snapshots, made what they were. The rows of a snapshot are those of an
//! organisation with a negative number. Objects are shared: the sweeper removes one when no row names it any more.

use super::transaction::{PostgresTransaction, id, read};
use crate::copy::{PHOTOS, Table, tables_of_organisations};
use crate::differences::{BEFORE, DIFFERENCES, NOW};
use tanzanite_crm::schema::Number;
use tanzanite_crm::transaction::{Difference, RecordState, Snapshot};
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::{OrgId, Timestamp};
use tokio_postgres::Row;

type Tx<'a, 'c> = &'a mut PostgresTransaction<'c>;

/// The end of a statement that changes any number of rows.
const DONE: &str = " SELECT pg_current_xact_id()::text::bigint, 1::bigint";

pub(super) fn remove(tx: Tx<'_, '_>, org: OrgId) -> Stored<bool> {
    tx.must_write()?;
    let found = tx.row(
        "SELECT EXISTS (SELECT FROM settings WHERE org = $1)",
        &[&org.get()],
        |row| read(row, 0),
    )?;
    let ids = tx.rows("SELECT id FROM snapshots WHERE org = $1", &[&org.get()])?;
    for row in ids.iter() {
        forget(tx, org, read(row, 0)?)?;
    }
    tx.dialogue.settings_changed = true;
    remove_photos(tx, org, org.get(), None)?;
    for table in tables_of_organisations() {
        remove_rows(tx, table.name, org.get())?;
    }
    remove_rows(tx, "modifications", org.get())?;
    remove_rows(tx, "settings_versions", org.get())?;
    Ok(found.unwrap_or(false))
}

pub(super) fn take_snapshot(tx: Tx<'_, '_>, org: OrgId, name: &str, at: Timestamp) -> Stored<()> {
    remove_snapshot(tx, org, name)?;
    let id = tx.change_and_tell(
        "WITH put AS (INSERT INTO snapshots (org, name, taken) VALUES ($1, $2, $3) RETURNING id)
         SELECT pg_current_xact_id()::text::bigint, id FROM put",
        &[&org.get(), &name, &at.millis()],
        |row| read::<i64>(row, 1),
    )?;
    for table in tables_of_organisations() {
        copy_rows(tx, table, org.get(), -id)?;
    }
    Ok(())
}

pub(super) fn snapshots(tx: Tx<'_, '_>, org: OrgId) -> Stored<Vec<Snapshot>> {
    let rows = tx.rows(
        "SELECT name, taken FROM snapshots WHERE org = $1 ORDER BY name",
        &[&org.get()],
    )?;
    let snapshot = |row: &Row| {
        Ok(Snapshot {
            name: read(row, 0)?,
            taken: Timestamp::from_millis(read(row, 1)?),
        })
    };
    rows.iter().map(snapshot).collect()
}

pub(super) fn restore(tx: Tx<'_, '_>, org: OrgId, name: &str) -> Stored<bool> {
    tx.must_write()?;
    let Some(id) = find(tx, org, name)? else {
        return Ok(false);
    };
    tx.dialogue.settings_changed = true;
    remove_photos(tx, org, org.get(), Some(-id))?;
    remove_rows(tx, "modifications", org.get())?;
    for table in tables_of_organisations() {
        // Clients and tokens that are there stay as they are.
        if !table.is_directory() {
            remove_rows(tx, table.name, org.get())?;
        }
        copy_rows(tx, table, -id, org.get())?;
    }
    // What nodes remember of the settings, and the blocks of numbers that they have taken, are no longer good.
    tx.change_one(
        "WITH put AS (
             INSERT INTO settings_versions (org, version, generation)
             SELECT $1, next, next FROM (SELECT nextval('settings_changes') AS next) AS numbers
             ON CONFLICT (org) DO UPDATE SET version = excluded.version, generation = excluded.generation
             RETURNING 1
         )
         SELECT pg_current_xact_id()::text::bigint, (SELECT count(*) FROM put)",
        &[&org.get()],
    )?;
    tx.dialogue.versions.remove(&org);
    Ok(true)
}

pub(super) fn remove_snapshot(tx: Tx<'_, '_>, org: OrgId, name: &str) -> Stored<bool> {
    tx.must_write()?;
    let Some(id) = find(tx, org, name)? else {
        return Ok(false);
    };
    forget(tx, org, id)?;
    Ok(true)
}

pub(super) fn differences(
    tx: Tx<'_, '_>,
    org: OrgId,
    name: &str,
    (module, record): (Number, i64),
    limit: u32,
) -> Stored<Option<Vec<Difference>>> {
    let found = tx.row(
        "SELECT id FROM snapshots WHERE org = $1 AND name = $2",
        &[&org.get(), &name],
        |row| read::<i64>(row, 0),
    )?;
    let Some(snapshot) = found else {
        return Ok(None);
    };
    let limit = i64::from(limit);
    let rows = tx.rows(
        DIFFERENCES,
        &[&org.get(), &-snapshot, &module, &record, &limit],
    )?;
    let difference = |row: &Row| {
        Ok(Difference {
            module: read(row, 0)?,
            id: id(row, 1)?,
            before: state(row, BEFORE)?,
            now: state(row, NOW)?,
        })
    };
    rows.iter().map(difference).collect::<Stored<_>>().map(Some)
}

fn state(row: &Row, column: usize) -> Stored<Option<RecordState>> {
    if read::<Option<i64>>(row, column)?.is_none() {
        return Ok(None);
    }
    let fields: &str = row.try_get(column + 6).map_err(StoreError::new)?;
    Ok(Some(RecordState {
        name: read(row, column + 1)?,
        owner: id(row, column + 2)?,
        image: read(row, column + 3)?,
        deleted: read::<Option<i64>>(row, column + 4)?.is_some(),
        lock: read(row, column + 5)?,
        fields: serde_json::from_str(fields).map_err(StoreError::new)?,
    }))
}

/// A snapshot that nobody removes before this transaction has ended: then its objects would not stay either.
fn find(tx: Tx<'_, '_>, org: OrgId, name: &str) -> Stored<Option<i64>> {
    tx.row(
        "SELECT id FROM snapshots WHERE org = $1 AND name = $2 FOR SHARE",
        &[&org.get(), &name],
        |row| read(row, 0),
    )
}

/// Removes a snapshot with its rows.
fn forget(tx: Tx<'_, '_>, org: OrgId, id: i64) -> Stored<()> {
    remove_photos(tx, org, -id, None)?;
    for table in tables_of_organisations() {
        remove_rows(tx, table.name, -id)?;
    }
    remove_rows(tx, "modifications", -id)?;
    tx.change_one(
        "WITH gone AS (DELETE FROM snapshots WHERE id = $1 RETURNING 1)
         SELECT pg_current_xact_id()::text::bigint, (SELECT count(*) FROM gone)",
        &[&id],
    )
}

fn remove_rows(tx: Tx<'_, '_>, table: &str, org: i64) -> Stored<()> {
    let sql = format!("WITH gone AS (DELETE FROM {table} WHERE org = $1 RETURNING 1){DONE}");
    tx.change_one(&sql, &[&org])
}

/// Removes the photos of an organisation or of its snapshot, and leaves their objects to the sweeper, but for those that
/// come back from a snapshot.
fn remove_photos(tx: Tx<'_, '_>, owner: OrgId, org: i64, coming_back: Option<i64>) -> Stored<()> {
    if tx.shared.blobs.objects().is_some() {
        tx.dialogue.frees_objects = true;
    }
    let sql = "WITH gone AS (
             DELETE FROM photos WHERE org = $2 RETURNING record, blob
         ), freed AS (
             INSERT INTO outbox (org, blob)
             SELECT $1, blob FROM gone WHERE blob IS NOT NULL AND NOT EXISTS (
                 SELECT FROM photos p WHERE p.org = $3 AND p.record = gone.record AND p.blob = gone.blob)
             ON CONFLICT DO NOTHING RETURNING 1
         ) SELECT pg_current_xact_id()::text::bigint, 1::bigint";
    tx.change_one(sql, &[&owner.get(), &org, &coming_back])
}

/// Copies rows, of which some may be there already only if they are of clients and tokens. The photos are locked meanwhile:
/// who removes one waits, so that the sweeper sees that its object has another name now.
fn copy_rows(tx: Tx<'_, '_>, table: &Table, from: i64, to: i64) -> Stored<()> {
    let (name, keys) = (table.name, table.key_names());
    let mut columns = table.own_columns();
    let mut lock = "";
    if name == PHOTOS {
        columns.push_str(", blob, size, digest");
        lock = " FOR SHARE";
    }
    let sql = format!(
        "WITH put AS (
             INSERT INTO {name} (org, {columns})
             SELECT $2, {columns} FROM {name} WHERE org = $1 ORDER BY {keys}{lock}
             ON CONFLICT DO NOTHING RETURNING 1
         ){DONE}"
    );
    tx.change_one(&sql, &[&from, &to])
}
