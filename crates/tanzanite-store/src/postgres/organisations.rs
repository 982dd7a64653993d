//! Whole organisations: removed, saved as snapshots, and restored. Photos are shared with snapshots.

use super::transaction::{PostgresTransaction, id, read};
use crate::copy::{Table, tables_of_organisations, tables_of_snapshots};
use crate::differences::{BEFORE, DIFFERENCES, NOW};
use crate::snapshots::{KEEP_PHOTOS, named_by_snapshots, photos_of_nobody, rows_of, rows_org};
use tanzanite_crm::schema::Number;
use tanzanite_crm::transaction::{Difference, RecordState, Snapshot};
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::{OrgId, Timestamp};
use tokio_postgres::Row;

type Tx<'a, 'c> = &'a mut PostgresTransaction<'c>;

/// Removes photos of organisation `$1`; their objects are left to the sweeper.
macro_rules! removed_photos {
    ($which:expr) => {
        concat!(
            "WITH gone AS (DELETE FROM ",
            $which,
            " RETURNING blob),
             freed AS (
                 INSERT INTO outbox (org, blob) SELECT $1, blob FROM gone WHERE blob IS NOT NULL RETURNING 1
             )
             SELECT pg_current_xact_id()::text::bigint, 1::bigint"
        )
    };
}

pub(super) fn remove(tx: Tx<'_, '_>, org: OrgId) -> Stored<bool> {
    tx.must_write()?;
    let found = tx.row(
        "SELECT EXISTS (SELECT FROM documents WHERE org = $1)",
        &[&org.get()],
        |row| read(row, 0),
    )?;
    let ids = tx.rows("SELECT id FROM snapshots WHERE org = $1", &[&org.get()])?;
    for row in ids.iter() {
        forget(tx, read(row, 0)?)?;
    }
    tx.dialogue.settings_changed = true;
    remove_photos(tx, org, removed_photos!("photos WHERE org = $1"))?;
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
    change_any(tx, KEEP_PHOTOS, org.get())?;
    for table in tables_of_snapshots() {
        copy_rows(tx, table, org.get(), rows_of(id))?;
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
    // Photos that the snapshot refers to are kept.
    remove_photos(
        tx,
        org,
        removed_photos!("photos WHERE org = $1 AND kept = 0"),
    )?;
    remove_rows(tx, "modifications", org.get())?;
    for table in tables_of_snapshots() {
        // Existing clients and tokens stay unchanged.
        if !table.is_directory() {
            remove_rows(tx, table.name, org.get())?;
        }
        copy_rows(tx, table, rows_of(id), org.get())?;
    }
    remove_photos(tx, org, removed_photos!(photos_of_nobody!()))?;
    // Invalidates the settings that nodes have cached, and the blocks of numbers that they have drawn.
    tx.change_one(
        "WITH put AS (
             INSERT INTO settings_versions (org, version, schema, generation)
             SELECT $1, next, next, next FROM (SELECT nextval('settings_changes') AS next) AS numbers
             ON CONFLICT (org) DO UPDATE
             SET version = excluded.version, schema = excluded.schema, generation = excluded.generation
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
    forget(tx, id)?;
    remove_photos(tx, org, removed_photos!(photos_of_nobody!()))?;
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
        &[&org.get(), &rows_of(snapshot), &module, &record, &limit],
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

/// Finds a snapshot, and locks it against removal until the transaction ends.
fn find(tx: Tx<'_, '_>, org: OrgId, name: &str) -> Stored<Option<i64>> {
    tx.row(
        "SELECT id FROM snapshots WHERE org = $1 AND name = $2 FOR SHARE",
        &[&org.get(), &name],
        |row| read(row, 0),
    )
}

/// Removes a snapshot with its rows.
fn forget(tx: Tx<'_, '_>, id: i64) -> Stored<()> {
    for table in tables_of_snapshots() {
        remove_rows(tx, table.name, rows_of(id))?;
    }
    remove_rows(tx, "modifications", rows_of(id))?;
    change_any(tx, "DELETE FROM snapshots WHERE id = $1", id)
}

fn remove_rows(tx: Tx<'_, '_>, table: &str, org: i64) -> Stored<()> {
    change_any(tx, &format!("DELETE FROM {table} WHERE org = $1"), org)
}

/// Changes any number of rows.
fn change_any(tx: Tx<'_, '_>, change: &str, key: i64) -> Stored<()> {
    let sql = format!(
        "WITH changed AS ({change} RETURNING 1) SELECT pg_current_xact_id()::text::bigint, 1::bigint"
    );
    tx.change_one(&sql, &[&key])
}

fn remove_photos(tx: Tx<'_, '_>, org: OrgId, sql: &str) -> Stored<()> {
    if tx.shared.blobs.objects().is_some() {
        tx.dialogue.frees_objects = true;
    }
    tx.change_one(sql, &[&org.get()])
}

/// Copies rows. Existing rows are an error, except in the tables of clients and tokens.
fn copy_rows(tx: Tx<'_, '_>, table: &Table, from: i64, to: i64) -> Stored<()> {
    let (name, columns, keys) = (table.name, table.own_columns(), table.key_names());
    let sql = format!(
        "WITH put AS (
             INSERT INTO {name} (org, {columns})
             SELECT $2, {columns} FROM {name} WHERE org = $1 ORDER BY {keys}
             ON CONFLICT DO NOTHING RETURNING 1
         )
         SELECT pg_current_xact_id()::text::bigint, 1::bigint"
    );
    tx.change_one(&sql, &[&from, &to])
}
