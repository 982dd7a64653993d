//! The recycle bin.

use super::list::Values;
use super::timeline::{append_timeline, newest_entry};
use super::transaction::{SqliteTransaction, id, stamp, unreadable};
use crate::deleted::{self, NOBODY};
use rusqlite::{Row, params, params_from_iter};
use serde_json::{Map, Value};
use tanzanite_crm::criteria::FieldKey;
use tanzanite_crm::policy::{Permit, PurgeRecord, RestoreRecord, Seen};
use tanzanite_crm::schema::Number;
use tanzanite_crm::stored::Relation;
use tanzanite_crm::transaction::{DeletedQuery, DeletedRecord, RecordHead, Stamp};
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::{OrgId, RecordId, Timestamp};

type Tx<'a, 'c> = &'a mut SqliteTransaction<'c>;

pub(super) fn list(tx: Tx<'_, '_>, query: &DeletedQuery) -> Stored<Vec<DeletedRecord>> {
    let Some(org) = query.seen.first().map(Seen::org) else {
        return Ok(Vec::new());
    };
    let mut values = Values::default();
    let sql = deleted::select(query, &mut values);
    tx.rows(&sql, params_from_iter(values.into_inner()), |row| {
        read_deleted(row, org)
    })
}

pub(super) fn count(tx: Tx<'_, '_>, query: &DeletedQuery) -> Stored<u64> {
    if query.seen.is_empty() {
        return Ok(0);
    }
    let mut values = Values::default();
    let sql = deleted::count(query, &mut values);
    let counted = tx.row(&sql, params_from_iter(values.into_inner()), |row| {
        row.get::<_, i64>(0)
    })?;
    u64::try_from(counted.unwrap_or_default()).map_err(StoreError::new)
}

pub(super) fn fields(
    tx: Tx<'_, '_>,
    org: OrgId,
    module: Number,
    record: RecordId,
) -> Stored<Option<Map<String, Value>>> {
    tx.row(
        "SELECT f.fields FROM records r
         JOIN record_fields f ON f.org = r.org AND f.module = r.module AND f.id = r.id
         WHERE r.org = ?1 AND r.module = ?2 AND r.id = ?3 AND r.deleted_at IS NOT NULL AND r.deleted_by <> ?4",
        params![org.get(), module, record.get(), NOBODY],
        |row| serde_json::from_str(row.get_ref(0)?.as_str()?).map_err(|error| unreadable(0, error)),
    )
}

pub(super) fn restore(
    tx: Tx<'_, '_>,
    permit: &Permit<RestoreRecord>,
    unique: &[(Number, String)],
    stamp: Stamp,
) -> Stored<()> {
    let (org, module, record) = (permit.org().get(), permit.module(), permit.record().get());
    append_timeline(tx, permit, "restored", stamp)?;
    tx.change_one(
        concat!(
            "UPDATE records SET deleted_at = NULL, deleted_by = NULL, timeline = ",
            newest_entry!(),
            " WHERE org = ?1 AND module = ?2 AND id = ?3 AND deleted_at IS NOT NULL AND deleted_by <> ?4"
        ),
        params![org, module, record, NOBODY],
    )?;
    for (field, value) in unique {
        tx.change_one(
            "INSERT INTO unique_values (org, module, field, value, record) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![org, module, field, value, record],
        )?;
    }
    Ok(())
}

pub(super) fn purge(tx: Tx<'_, '_>, permit: &Permit<PurgeRecord>, keys: &[FieldKey]) -> Stored<()> {
    let (org, module, record) = (permit.org().get(), permit.module(), permit.record().get());
    tx.change_one(
        "UPDATE records SET name = '', image = NULL, deleted_by = ?4
         WHERE org = ?1 AND module = ?2 AND id = ?3 AND deleted_at IS NOT NULL AND deleted_by <> ?4",
        params![org, module, record, NOBODY],
    )?;
    tx.change_one(
        "UPDATE record_fields SET fields = '{}' WHERE org = ?1 AND module = ?2 AND id = ?3",
        params![org, module, record],
    )?;
    for (field, value) in keys {
        tx.change(
            "DELETE FROM record_values WHERE org = ?1 AND field = ?2 AND value = ?3 AND record = ?4",
            params![org, field, value, record],
        )?;
    }
    for relation in Relation::ALL {
        tx.change(
            "DELETE FROM links WHERE org = ?1 AND relation = ?2 AND source = ?3",
            params![org, relation.number(), record],
        )?;
    }
    // A photo that a snapshot refers to stays.
    tx.change(
        "DELETE FROM photos WHERE org = ?1 AND record = ?2 AND kept = 0",
        params![org, record],
    )
    .map(drop)
}

fn read_deleted(row: &Row<'_>, org: OrgId) -> rusqlite::Result<DeletedRecord> {
    Ok(DeletedRecord {
        head: RecordHead {
            org,
            module: row.get(0)?,
            id: id(row, 1)?,
            name: row.get(2)?,
            owner: id(row, 3)?,
            created: stamp(row, 4)?,
            modified: stamp(row, 6)?,
            image: None,
            lock: None,
        },
        at: Timestamp::from_millis(row.get(8)?),
        by: RecordId::new(row.get(9)?),
    })
}
