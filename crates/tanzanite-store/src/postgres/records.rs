//! Records and their unique values. Each change is one statement, with the timeline's entry in it.
//!
//! Whoever wants one record asks for `deleted_by IS NULL`, and a list for `deleted_at IS NULL`, which says the same. The
//! lists' indexes are of those whose `deleted_at` is null: without statistics PostgreSQL might look for the one record in
//! them, among all of its module.

use super::dialogue::Access;
use super::list::select;
use super::timeline::{append_entry, changed_and_told, the_record, with_next_entry};
use super::transaction::{PostgresTransaction, id, read, stamp};
use crate::head::{AFTER_HEAD, from_records, head_columns};
use tanzanite_crm::policy::{CreateRecord, DeleteRecord, Permit, UpdateRecord};
use tanzanite_crm::schema::Number;
use tanzanite_crm::transaction::{
    Lock, NewRecord, Record, RecordChange, RecordHead, RecordQuery, Stamp,
};
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::{OrgId, RecordId};
use tokio_postgres::Row;

type Tx<'a, 'c> = &'a mut PostgresTransaction<'c>;

/// The statement for one record: its head, and these columns of what is joined to it.
macro_rules! one_record {
    ($columns:literal, $joined:literal) => {
        concat!(
            "SELECT ",
            head_columns!(),
            $columns,
            from_records!(),
            $joined,
            "WHERE r.org = $1 AND r.module = $2 AND r.id = $3 AND r.deleted_by IS NULL"
        )
    };
}

pub(super) use one_record;

pub(super) fn head(
    tx: Tx<'_, '_>,
    org: OrgId,
    module: Number,
    record: RecordId,
) -> Stored<Option<RecordHead>> {
    // Who will change the record learns the transaction's number with it, so that the COMMIT can go along with the change.
    let (sql, writes) = match tx.dialogue.access {
        Access::Read => (one_record!("", ""), false),
        Access::Write => (
            one_record!(", pg_current_xact_id()::text::bigint", ""),
            true,
        ),
    };
    let found = tx.row(sql, &[&org.get(), &module, &record.get()], |row| {
        let transaction = writes.then(|| read::<i64>(row, AFTER_HEAD)).transpose()?;
        Ok((read_head(row, org)?, transaction))
    })?;
    Ok(found.map(|(head, transaction)| {
        if let Some(transaction) = transaction {
            tx.dialogue.saw(transaction);
        }
        head
    }))
}

pub(super) fn one(
    tx: Tx<'_, '_>,
    org: OrgId,
    module: Number,
    record: RecordId,
) -> Stored<Option<Record>> {
    tx.row(
        one_record!(", r.fields", ""),
        &[&org.get(), &module, &record.get()],
        |row| read_record(row, org),
    )
}

pub(super) fn list(tx: Tx<'_, '_>, query: &RecordQuery) -> Stored<Vec<Record>> {
    let (sql, values) = select(query);
    let rows = tx.rows(&sql, &values.params())?;
    rows.iter().map(|row| read_record(row, query.org)).collect()
}

pub(super) fn with_unique(
    tx: Tx<'_, '_>,
    org: OrgId,
    module: Number,
    field: Number,
    value: &str,
) -> Stored<Option<RecordId>> {
    tx.row(
        "SELECT record FROM unique_values WHERE org = $1 AND module = $2 AND field = $3 AND value = $4",
        &[&org.get(), &module, &field, &value],
        |row| id(row, 0),
    )
}

pub(super) fn insert(
    tx: Tx<'_, '_>,
    permit: &Permit<CreateRecord>,
    record: &NewRecord,
) -> Stored<()> {
    let (fields, values) = unique(record);
    tx.change_record(
        permit.org(),
        concat!(
            "WITH next AS MATERIALIZED (SELECT nextval('timeline_entries') AS entry, NULL::bigint AS previous),
             changed AS (
                 INSERT INTO records
                     (org, module, id, name, owner, created_at, created_by, modified_at, modified_by, timeline, fields)
                 SELECT $1, $2, $3, $6, $7, $4, $5, $4, $5, entry, $8 FROM next RETURNING 1
             ), taken AS (
                 INSERT INTO unique_values (org, module, field, value, record)
                 SELECT $1, $2, field, value, $3 FROM unnest($9::bigint[], $10::text[]) AS u (field, value)
             )",
            append_entry!("added"),
            changed_and_told!(),
        ),
        &[
            &permit.org().get(),
            &permit.module(),
            &permit.record().get(),
            &record.stamp.at.millis(),
            &record.stamp.by.get(),
            &record.name,
            &record.owner.get(),
            &fields_text(record)?,
            &fields,
            &values,
        ],
    )
}

pub(super) fn update(
    tx: Tx<'_, '_>,
    permit: &Permit<UpdateRecord>,
    change: &RecordChange,
) -> Stored<()> {
    let (fields, values) = unique(change);
    // A unique value that stays is left alone. All parts of a statement see the rows as they were before it.
    tx.change_record(
        permit.org(),
        concat!(
            with_next_entry!(),
            "changed AS (
                 UPDATE records r SET name = $6, owner = $7, modified_at = $4, modified_by = $5, fields = $8,
                     timeline = next.entry",
            the_record!(),
            ", given (field, value) AS (SELECT * FROM unnest($9::bigint[], $10::text[])),
             had AS MATERIALIZED (
                 SELECT u.field, u.value FROM next, unique_values u WHERE u.org = $1 AND u.record = $3
             ), left_out AS (
                 DELETE FROM unique_values u WHERE u.org = $1 AND u.module = $2 AND (u.field, u.value) IN (
                     SELECT field, value FROM had EXCEPT SELECT field, value FROM given
                 )
             ), taken AS (
                 INSERT INTO unique_values (org, module, field, value, record)
                 SELECT $1, $2, g.field, g.value, $3 FROM given g
                 WHERE NOT EXISTS (SELECT FROM had WHERE had.field = g.field AND had.value = g.value)
             )",
            append_entry!("updated"),
            changed_and_told!(),
        ),
        &[
            &permit.org().get(),
            &permit.module(),
            &permit.record().get(),
            &change.stamp.at.millis(),
            &change.stamp.by.get(),
            &change.name,
            &change.owner.get(),
            &fields_text(change)?,
            &fields,
            &values,
        ],
    )
}

pub(super) fn delete(tx: Tx<'_, '_>, permit: &Permit<DeleteRecord>, stamp: Stamp) -> Stored<()> {
    tx.change_record(
        permit.org(),
        concat!(
            with_next_entry!(),
            "changed AS (
                 UPDATE records r SET deleted_at = $4, deleted_by = $5, timeline = next.entry",
            the_record!(),
            ", left_out AS (DELETE FROM unique_values WHERE org = $1 AND record = $3),
             unlocked AS (DELETE FROM locks WHERE org = $1 AND record = $3)",
            append_entry!("deleted"),
            changed_and_told!(),
        ),
        &[
            &permit.org().get(),
            &permit.module(),
            &permit.record().get(),
            &stamp.at.millis(),
            &stamp.by.get(),
        ],
    )
}

fn unique(record: &NewRecord) -> (Vec<Number>, Vec<&str>) {
    let values = record.unique.iter();
    values
        .map(|(field, value)| (*field, value.as_str()))
        .unzip()
}

fn fields_text(record: &NewRecord) -> Stored<String> {
    serde_json::to_string(&record.fields).map_err(StoreError::new)
}

fn read_record(row: &Row, org: OrgId) -> Stored<Record> {
    let text: &str = row.try_get(AFTER_HEAD).map_err(StoreError::new)?;
    let fields = serde_json::from_str(text).map_err(StoreError::new)?;
    Ok(Record {
        head: read_head(row, org)?,
        fields,
    })
}

pub(super) fn read_head(row: &Row, org: OrgId) -> Stored<RecordHead> {
    let lock = match read::<Option<i64>>(row, 9)? {
        None => None,
        Some(_) => Some(Lock {
            id: id(row, 9)?,
            reason: read(row, 10)?,
            automatic: read::<i64>(row, 11)? != 0,
            created: stamp(row, 12)?,
            modified: stamp(row, 14)?,
        }),
    };
    Ok(RecordHead {
        org,
        module: read(row, 0)?,
        id: id(row, 1)?,
        name: read(row, 2)?,
        owner: id(row, 3)?,
        created: stamp(row, 4)?,
        modified: stamp(row, 6)?,
        image: read(row, 8)?,
        lock,
    })
}
