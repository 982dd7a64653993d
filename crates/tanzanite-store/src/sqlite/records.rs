//! Records and their unique values.

use super::timeline::{append_timeline, newest_entry};
use super::transaction::{SqliteTransaction, id, stamp, unreadable};
use crate::head::{AFTER_HEAD, from_records, head_columns};
use rusqlite::types::Value as Sql;
use rusqlite::{Row, params, params_from_iter};
use tanzanite_crm::policy::{CreateRecord, DeleteRecord, Permit, UpdateRecord};
use tanzanite_crm::schema::Number;
use tanzanite_crm::transaction::{
    Lock, NewRecord, Record, RecordChange, RecordHead, RecordQuery, SortKey, Stamp, Start,
};
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
            ", r.fields",
            from_records!(),
            "WHERE r.org = ?1 AND r.module = ?2 AND r.id = ?3 AND r.deleted_at IS NULL"
        ),
        params![org.get(), module, record.get()],
        |row| read_record(row, org),
    )
}

pub(super) fn list(tx: Tx<'_, '_>, query: &RecordQuery) -> Stored<Vec<Record>> {
    let (sql, values) = select(query);
    tx.rows(&sql, params_from_iter(values), |row| {
        read_record(row, query.org)
    })
}

/// The statement for a list. What varies is chosen among constants; every value is a parameter.
fn select(query: &RecordQuery) -> (String, Vec<Sql>) {
    let mut values = vec![Sql::Integer(query.org.get()), Sql::Integer(query.module)];
    let mut sql = concat!(
        "SELECT ",
        head_columns!(),
        ", r.fields",
        from_records!(),
        "WHERE r.org = ? AND r.module = ? AND r.deleted_at IS NULL"
    )
    .to_owned();
    for (column, ids) in [("r.owner", &query.owners), ("r.id", &query.ids)] {
        if let Some(ids) = ids {
            sql.push_str(&format!(
                " AND {column} IN ({})",
                vec!["?"; ids.len()].join(", ")
            ));
            values.extend(ids.iter().map(|id| Sql::Integer(id.get())));
        }
    }
    if let Some(since) = query.modified_since {
        sql.push_str(" AND r.modified_at > ?");
        values.push(Sql::Integer(since.millis()));
    }
    let (order, comparison) = if query.descending {
        ("DESC", "<")
    } else {
        ("ASC", ">")
    };
    let key = match query.sort {
        SortKey::Id => None,
        SortKey::CreatedTime => Some("r.created_at"),
        SortKey::ModifiedTime => Some("r.modified_at"),
    };
    if let Start::After(value, id) = query.start {
        match key {
            None => sql.push_str(&format!(" AND r.id {comparison} ?")),
            Some(column) => {
                sql.push_str(&format!(" AND ({column}, r.id) {comparison} (?, ?)"));
                values.push(Sql::Integer(value));
            }
        }
        values.push(Sql::Integer(id.get()));
    }
    match key {
        None => sql.push_str(&format!(" ORDER BY r.id {order} LIMIT ?")),
        Some(column) => sql.push_str(&format!(" ORDER BY {column} {order}, r.id {order} LIMIT ?")),
    }
    values.push(Sql::Integer(query.limit.into()));
    if let Start::Offset(offset) = query.start {
        sql.push_str(" OFFSET ?");
        values.push(Sql::Integer(offset.into()));
    }
    (sql, values)
}

pub(super) fn with_unique(
    tx: Tx<'_, '_>,
    org: OrgId,
    module: Number,
    field: Number,
    value: &str,
) -> Stored<Option<RecordId>> {
    tx.row(
        "SELECT record FROM unique_values WHERE org = ?1 AND module = ?2 AND field = ?3 AND value = ?4",
        params![org.get(), module, field, value],
        |row| id(row, 0),
    )
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
                 (org, module, id, name, owner, created_at, created_by, modified_at, modified_by, timeline, fields)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6, ?7, ",
            newest_entry!(),
            ", ?8)"
        ),
        params![
            permit.org().get(),
            permit.module(),
            permit.record().get(),
            record.name,
            record.owner.get(),
            record.stamp.at.millis(),
            record.stamp.by.get(),
            fields_text(record)?,
        ],
    )?;
    put_unique(tx, permit, record)
}

pub(super) fn update(
    tx: Tx<'_, '_>,
    permit: &Permit<UpdateRecord>,
    change: &RecordChange,
) -> Stored<()> {
    append_timeline(tx, permit, "updated", change.stamp)?;
    tx.change_one(
        concat!(
            "UPDATE records SET name = ?4, owner = ?5, modified_at = ?6, modified_by = ?7, fields = ?8, timeline = ",
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
            fields_text(change)?,
        ],
    )?;
    remove_unique(tx, permit)?;
    put_unique(tx, permit, change)
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

fn remove_unique<O>(tx: Tx<'_, '_>, permit: &Permit<O>) -> Stored<usize> {
    tx.change(
        "DELETE FROM unique_values WHERE org = ?1 AND record = ?2",
        params![permit.org().get(), permit.record().get()],
    )
}

fn fields_text(record: &NewRecord) -> Stored<String> {
    serde_json::to_string(&record.fields).map_err(StoreError::new)
}

fn read_record(row: &Row<'_>, org: OrgId) -> rusqlite::Result<Record> {
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
