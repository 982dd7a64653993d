//! Whole organisations: removed, saved as snapshots, and restored. Photos are shared with snapshots.

use super::cache::Outdated;
use super::directory::digest;
use super::transaction::{SqliteTransaction, unreadable};
use crate::copy::{Table, tables_of_organisations, tables_of_snapshots};
use crate::differences::{BEFORE, DIFFERENCES, NOW};
use crate::snapshots::{KEEP_PHOTOS, named_by_snapshots, photos_of_nobody, rows_of, rows_org};
use rusqlite::{Row, params};
use tanzanite_crm::schema::Number;
use tanzanite_crm::stored::MetadataPart;
use tanzanite_crm::transaction::{Difference, RecordState, Snapshot};
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::{OrgId, Timestamp};

type Tx<'a, 'c> = &'a mut SqliteTransaction<'c>;

pub(super) fn remove(tx: Tx<'_, '_>, org: OrgId) -> Stored<bool> {
    let ids = tx.rows(
        "SELECT id FROM snapshots WHERE org = ?1",
        [org.get()],
        |row| row.get::<_, i64>(0),
    )?;
    for id in ids {
        forget(tx, id)?;
    }
    outdate(tx, org)?;
    let mut rows = 0;
    for table in tables_of_organisations() {
        rows += remove_rows(tx, table, org.get())?;
    }
    Ok(rows > 0)
}

pub(super) fn take_snapshot(tx: Tx<'_, '_>, org: OrgId, name: &str, at: Timestamp) -> Stored<()> {
    remove_snapshot(tx, org, name)?;
    tx.change_one(
        "INSERT INTO snapshots (org, name, taken) VALUES (?1, ?2, ?3)",
        params![org.get(), name, at.millis()],
    )?;
    let id = find(tx, org, name)?.ok_or_else(|| StoreError::new("a snapshot has vanished"))?;
    tx.change(KEEP_PHOTOS, [org.get()])?;
    for table in tables_of_snapshots() {
        copy_rows(tx, table, "INSERT", org.get(), rows_of(id))?;
    }
    Ok(())
}

pub(super) fn snapshots(tx: Tx<'_, '_>, org: OrgId) -> Stored<Vec<Snapshot>> {
    tx.rows(
        "SELECT name, taken FROM snapshots WHERE org = ?1 ORDER BY name",
        [org.get()],
        |row| {
            Ok(Snapshot {
                name: row.get(0)?,
                taken: Timestamp::from_millis(row.get(1)?),
            })
        },
    )
}

pub(super) fn restore(tx: Tx<'_, '_>, org: OrgId, name: &str) -> Stored<bool> {
    let Some(id) = find(tx, org, name)? else {
        return Ok(false);
    };
    outdate(tx, org)?;
    // Photos that the snapshot refers to are kept.
    tx.change(
        "DELETE FROM photos WHERE org = ?1 AND kept = 0",
        [org.get()],
    )?;
    for table in tables_of_snapshots() {
        // Existing clients and tokens stay unchanged.
        let insert = if table.is_directory() {
            "INSERT OR IGNORE"
        } else {
            remove_rows(tx, table, org.get())?;
            "INSERT"
        };
        copy_rows(tx, table, insert, rows_of(id), org.get())?;
    }
    let_photos_go(tx, org)?;
    Ok(true)
}

pub(super) fn remove_snapshot(tx: Tx<'_, '_>, org: OrgId, name: &str) -> Stored<bool> {
    let Some(id) = find(tx, org, name)? else {
        return Ok(false);
    };
    forget(tx, id)?;
    let_photos_go(tx, org)?;
    Ok(true)
}

pub(super) fn differences(
    tx: Tx<'_, '_>,
    org: OrgId,
    name: &str,
    (module, record): (Number, i64),
    limit: u32,
) -> Stored<Option<Vec<Difference>>> {
    let Some(id) = find(tx, org, name)? else {
        return Ok(None);
    };
    let params = params![org.get(), rows_of(id), module, record, limit];
    let found = tx.rows(DIFFERENCES, params, |row| {
        Ok(Difference {
            module: row.get(0)?,
            id: super::transaction::id(row, 1)?,
            before: state(row, BEFORE)?,
            now: state(row, NOW)?,
        })
    })?;
    Ok(Some(found))
}

fn state(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<RecordState>> {
    if row.get::<_, Option<i64>>(column)?.is_none() {
        return Ok(None);
    }
    let fields = row.get_ref(column + 6)?.as_str()?;
    Ok(Some(RecordState {
        name: row.get(column + 1)?,
        owner: super::transaction::id(row, column + 2)?,
        image: row.get(column + 3)?,
        deleted: row.get::<_, Option<i64>>(column + 4)?.is_some(),
        lock: row.get(column + 5)?,
        fields: serde_json::from_str(fields).map_err(|error| unreadable(column + 6, error))?,
    }))
}

/// Outdates everything that the cache may have of an organisation.
fn outdate(tx: Tx<'_, '_>, org: OrgId) -> Stored<()> {
    for part in MetadataPart::ALL {
        tx.outdate(Outdated::Part(org, part));
    }
    let tokens = tx.rows(
        "SELECT digest FROM access_tokens WHERE org = ?1",
        [org.get()],
        |row| digest(row, 0),
    )?;
    for token in tokens {
        tx.outdate(Outdated::Token(token));
    }
    Ok(())
}

/// Removes kept photos that nothing refers to any more.
fn let_photos_go(tx: Tx<'_, '_>, org: OrgId) -> Stored<()> {
    let sql = concat!("DELETE FROM ", photos_of_nobody!());
    tx.change(sql, [org.get()]).map(drop)
}

fn find(tx: Tx<'_, '_>, org: OrgId, name: &str) -> Stored<Option<i64>> {
    tx.row(
        "SELECT id FROM snapshots WHERE org = ?1 AND name = ?2",
        params![org.get(), name],
        |row| row.get(0),
    )
}

fn forget(tx: Tx<'_, '_>, id: i64) -> Stored<()> {
    for table in tables_of_snapshots() {
        remove_rows(tx, table, rows_of(id))?;
    }
    tx.change_one("DELETE FROM snapshots WHERE id = ?1", [id])
}

fn remove_rows(tx: Tx<'_, '_>, table: &Table, org: i64) -> Stored<usize> {
    tx.change(&format!("DELETE FROM {} WHERE org = ?1", table.name), [org])
}

fn copy_rows(tx: Tx<'_, '_>, table: &Table, insert: &str, from: i64, to: i64) -> Stored<()> {
    let (name, columns, keys) = (table.name, table.own_columns(), table.key_names());
    let sql = format!(
        "{insert} INTO {name} (org, {columns}) SELECT ?2, {columns} FROM {name} WHERE org = ?1 ORDER BY {keys}"
    );
    tx.change(&sql, [from, to]).map(drop)
}
