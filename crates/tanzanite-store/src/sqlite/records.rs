//! Records and their unique values.

use super::timeline::{append_timeline, newest_entry};
use super::transaction::{SqliteTransaction, id, stamp, unreadable};
use crate::head::{AFTER_HEAD, from_records, head_columns, with_fields};
use rusqlite::{Row, params};
use tanzanite_crm::policy::{CreateRecord, DeleteRecord, Permit, UpdateRecord};
use tanzanite_crm::schema::Number;
use tanzanite_crm::transaction::{Lock, NewRecord, Record, RecordChange, RecordHead, Stamp};
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::{OrgId, RecordId};

type Tx<'a, 'c> = &'a mut SqliteTransaction<'c>;

pub(super) fn head(
    tx: Tx<'_, '_>,
    org: OrgId,
    module: Number,
    record: RecordId,
) -> Stored<Option<RecordHead>> {
    tx.row(
        concat!(
            "SELECT ",
            head_columns!(),
            from_records!(),
            "WHERE r.org = ?1 AND r.module = ?2 AND r.id = ?3 AND r.deleted_at IS NULL"
        ),
        params![org.get(), module, record.get()],
        |row| read_head(row, org),
    )
}

pub(super) fn one(
    tx: Tx<'_, '_>,
    org: OrgId,
    module: Number,
    record: RecordId,
) -> Stored<Option<Record>> {
    tx.row(
        concat!(
            "SELECT ",
            head_columns!(),
            ", f.fields",
            from_records!(),
            with_fields!(),
            "WHERE r.org = ?1 AND r.module = ?2 AND r.id = ?3 AND r.deleted_at IS NULL"
        ),
        params![org.get(), module, record.get()],
        |row| read_record(row, org),
    )
}

/// A question more is a look into an index that is here: the plural ones are asked one by one.
pub(super) fn heads(
    tx: Tx<'_, '_>,
    org: OrgId,
    wanted: &[(Number, RecordId)],
) -> Stored<Vec<Option<RecordHead>>> {
    let wanted = wanted.iter();
    wanted
        .map(|(module, record)| head(tx, org, *module, *record))
        .collect()
}

pub(super) fn by_id(
    tx: Tx<'_, '_>,
    org: OrgId,
    module: Number,
    ids: &[RecordId],
) -> Stored<Vec<Option<Record>>> {
    ids.iter().map(|id| one(tx, org, module, *id)).collect()
}

pub(super) fn holders(
    tx: Tx<'_, '_>,
    org: OrgId,
    module: Number,
    values: &[(Number, String)],
) -> Stored<Vec<Option<RecordId>>> {
    let holder = |(field, value): &(Number, String)| {
        tx.row(
            "SELECT record FROM unique_values WHERE org = ?1 AND module = ?2 AND field = ?3 AND value = ?4",
            params![org.get(), module, field, value],
            |row| id(row, 0),
        )
    };
    values.iter().map(holder).collect()
}

pub(super) fn insert(
    tx: Tx<'_, '_>,
    permit: &Permit<CreateRecord>,
    record: &NewRecord,
) -> Stored<()> {
    append_timeline(tx, permit, "added", record.stamp)?;
    tx.change_one(
        concat!(
            "INSERT INTO records
                 (org, module, id, name, owner, created_at, created_by, modified_at, modified_by, timeline)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6, ?7, ",
            newest_entry!(),
            ")"
        ),
        params![
            permit.org().get(),
            permit.module(),
            permit.record().get(),
            record.name,
            record.owner.get(),
            record.stamp.at.millis(),
            record.stamp.by.get(),
        ],
    )?;
    put_fields(
        tx,
        "INSERT INTO record_fields (org, module, id, fields) VALUES (?1, ?2, ?3, ?4)",
        permit,
        record,
    )?;
    put_unique(tx, permit, record)?;
    put_keys(tx, permit, record)
}

pub(super) fn update(
    tx: Tx<'_, '_>,
    permit: &Permit<UpdateRecord>,
    change: &RecordChange,
) -> Stored<()> {
    append_timeline(tx, permit, "updated", change.stamp)?;
    tx.change_one(
        concat!(
            "UPDATE records SET name = ?4, owner = ?5, modified_at = ?6, modified_by = ?7, timeline = ",
            newest_entry!(),
            " WHERE org = ?1 AND module = ?2 AND id = ?3 AND deleted_at IS NULL"
        ),
        params![
            permit.org().get(),
            permit.module(),
            permit.record().get(),
            change.name,
            change.owner.get(),
            change.stamp.at.millis(),
            change.stamp.by.get(),
        ],
    )?;
    put_fields(
        tx,
        "UPDATE record_fields SET fields = ?4 WHERE org = ?1 AND module = ?2 AND id = ?3",
        permit,
        change,
    )?;
    remove_unique(tx, permit)?;
    put_unique(tx, permit, change)?;
    for (field, value) in &change.keys_gone {
        tx.change(
            "DELETE FROM record_values WHERE org = ?1 AND field = ?2 AND value = ?3 AND record = ?4",
            params![permit.org().get(), field, value, permit.record().get()],
        )?;
    }
    put_keys(tx, permit, change)
}

pub(super) fn delete(tx: Tx<'_, '_>, permit: &Permit<DeleteRecord>, stamp: Stamp) -> Stored<()> {
    append_timeline(tx, permit, "deleted", stamp)?;
    tx.change_one(
        concat!(
            "UPDATE records SET deleted_at = ?4, deleted_by = ?5, timeline = ",
            newest_entry!(),
            " WHERE org = ?1 AND module = ?2 AND id = ?3 AND deleted_at IS NULL"
        ),
        params![
            permit.org().get(),
            permit.module(),
            permit.record().get(),
            stamp.at.millis(),
            stamp.by.get()
        ],
    )?;
    remove_unique(tx, permit)?;
    tx.change(
        "DELETE FROM locks WHERE org = ?1 AND record = ?2",
        params![permit.org().get(), permit.record().get()],
    )
    .map(|_| ())
}

fn put_unique<O>(tx: Tx<'_, '_>, permit: &Permit<O>, record: &NewRecord) -> Stored<()> {
    for (field, value) in &record.unique {
        tx.change_one(
            "INSERT INTO unique_values (org, module, field, value, record) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![permit.org().get(), permit.module(), field, value, permit.record().get()],
        )?;
    }
    Ok(())
}

fn put_keys<O>(tx: Tx<'_, '_>, permit: &Permit<O>, record: &NewRecord) -> Stored<()> {
    for (field, value) in &record.keys {
        tx.change_one(
            "INSERT INTO record_values (org, field, value, record) VALUES (?1, ?2, ?3, ?4)",
            params![permit.org().get(), field, value, permit.record().get()],
        )?;
    }
    Ok(())
}

fn remove_unique<O>(tx: Tx<'_, '_>, permit: &Permit<O>) -> Stored<usize> {
    tx.change(
        "DELETE FROM unique_values WHERE org = ?1 AND record = ?2",
        params![permit.org().get(), permit.record().get()],
    )
}

fn put_fields<O>(tx: Tx<'_, '_>, sql: &str, permit: &Permit<O>, record: &NewRecord) -> Stored<()> {
    let fields = serde_json::to_string(&record.fields).map_err(StoreError::new)?;
    let (org, record) = (permit.org().get(), permit.record().get());
    tx.change_one(sql, params![org, permit.module(), record, fields])
}

pub(super) fn read_record(row: &Row<'_>, org: OrgId) -> rusqlite::Result<Record> {
    let text = row.get_ref(AFTER_HEAD)?.as_str()?;
    let fields = serde_json::from_str(text).map_err(|error| unreadable(AFTER_HEAD, error))?;
    Ok(Record {
        head: read_head(row, org)?,
        fields,
    })
}

fn read_head(row: &Row<'_>, org: OrgId) -> rusqlite::Result<RecordHead> {
    let lock = match row.get::<_, Option<i64>>(9)? {
        None => None,
        Some(_) => Some(Lock {
            id: id(row, 9)?,
            reason: row.get(10)?,
            automatic: row.get(11)?,
            created: stamp(row, 12)?,
            modified: stamp(row, 14)?,
        }),
    };
    Ok(RecordHead {
        org,
        module: row.get(0)?,
        id: id(row, 1)?,
        name: row.get(2)?,
        owner: id(row, 3)?,
        created: stamp(row, 4)?,
        modified: stamp(row, 6)?,
        image: row.get(8)?,
        lock,
    })
}
