//! Records and their unique values. Each change is one statement, with the timeline's entry in it.
//!
//! Whoever wants one record asks for `deleted_by IS NULL`, and a list for `deleted_at IS NULL`, which says the same.
//! The lists' indexes are of those whose `deleted_at` is null: without statistics PostgreSQL might look for the one
//! record in them, among all of its module.

use super::dialogue::Access;
use super::list::{count_of_holders, counting, parts, select};
use super::timeline::{append_entry, changed_and_told, the_record, with_next_entry};
use super::transaction::{PostgresTransaction, id, read, stamp};
use crate::condition::{bounds, fewest};
use crate::head::{AFTER_HEAD, from_records, head_columns, with_fields};
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
    ($columns:literal, $joined:expr) => {
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
    // A transaction that will change the record learns its own number with it, so that the COMMIT can go along with the
    // change.
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
        one_record!(", f.fields", with_fields!()),
        &[&org.get(), &module, &record.get()],
        |row| read_record(row, AFTER_HEAD, org),
    )
}

pub(super) fn list(tx: Tx<'_, '_>, query: &RecordQuery) -> Stored<Vec<Record>> {
    let few = few_holders(tx, query)?;
    let (sql, values) = select(query, few);
    let rows = tx.rows(&sql, &values.params())?;
    rows.iter()
        .map(|row| read_record(row, AFTER_HEAD, query.seen.org()))
        .collect()
}

pub(super) fn count(tx: Tx<'_, '_>, query: &RecordQuery) -> Stored<u64> {
    let few = few_holders(tx, query)?;
    let (sql, values) = counting(query, few);
    let counted = tx.row(&sql, &values.params(), |row| read::<i64>(row, 0))?;
    u64::try_from(counted.unwrap_or_default()).map_err(StoreError::new)
}

/// The part of the criteria that the fewest records have the value of, if they are few.
fn few_holders(tx: Tx<'_, '_>, query: &RecordQuery) -> Stored<Option<usize>> {
    let parts = parts(query);
    if parts == 0 {
        return Ok(None);
    }
    for few in bounds(parts) {
        let (sql, values) = count_of_holders(query, few + 1);
        let rows = tx.rows(&sql, &values.params())?;
        let count = |part| rows.first().map_or(Ok(i64::MAX), |row| read(row, part));
        let counts: Stored<Vec<i64>> = (0..parts).map(count).collect();
        if let Some(part) = fewest(counts?, *few) {
            return Ok(Some(part));
        }
    }
    Ok(None)
}

/// The statement for many records: their places among those that are wanted from 1 on, their heads, and these columns.
macro_rules! records_one_by_one {
    ($columns:literal, $joined:expr) => {
        concat!(
            "SELECT ",
            head_columns!(),
            ", wanted.place",
            $columns,
            " FROM unnest($2::bigint[], $3::bigint[]) WITH ORDINALITY AS wanted (module, id, place) CROSS JOIN LATERAL (
                 SELECT * FROM records r WHERE r.org = $1 AND r.module = wanted.module AND r.id = wanted.id
                     AND r.deleted_by IS NULL OFFSET 0
             ) AS r LEFT JOIN locks l ON l.org = r.org AND l.record = r.id ",
            $joined,
        )
    };
}

pub(super) fn heads(
    tx: Tx<'_, '_>,
    org: OrgId,
    wanted: &[(Number, RecordId)],
) -> Stored<Vec<Option<RecordHead>>> {
    let (modules, ids): (Vec<i64>, Vec<i64>) = wanted
        .iter()
        .map(|(module, record)| (*module, record.get()))
        .unzip();
    // As with one head.
    let (sql, writes) = match tx.dialogue.access {
        Access::Read => (records_one_by_one!("", ""), false),
        Access::Write => (
            records_one_by_one!(", pg_current_xact_id()::text::bigint", ""),
            true,
        ),
    };
    let rows = tx.rows(sql, &[&org.get(), &modules, &ids])?;
    if let (true, Some(row)) = (writes, rows.first()) {
        tx.dialogue.saw(read(row, AFTER_HEAD + 1)?);
    }
    in_places(&rows, wanted.len(), AFTER_HEAD, |row| read_head(row, org))
}

pub(super) fn by_id(
    tx: Tx<'_, '_>,
    org: OrgId,
    module: Number,
    ids: &[RecordId],
) -> Stored<Vec<Option<Record>>> {
    let modules = vec![module; ids.len()];
    let found: Vec<i64> = ids.iter().copied().map(RecordId::get).collect();
    let rows = tx.rows(
        records_one_by_one!(
            ", f.fields",
            "CROSS JOIN LATERAL (
                 SELECT f.fields FROM record_fields f WHERE f.org = r.org AND f.module = r.module AND f.id = r.id OFFSET 0
             ) AS f"
        ),
        &[&org.get(), &modules, &found],
    )?;
    in_places(&rows, ids.len(), AFTER_HEAD, |row| {
        read_record(row, AFTER_HEAD + 1, org)
    })
}

pub(super) fn holders(
    tx: Tx<'_, '_>,
    org: OrgId,
    module: Number,
    values: &[(Number, String)],
) -> Stored<Vec<Option<RecordId>>> {
    let (fields, texts) = unzipped(values);
    let rows = tx.rows(
        "SELECT wanted.place, u.record
         FROM unnest($3::bigint[], $4::text[]) WITH ORDINALITY AS wanted (field, value, place) CROSS JOIN LATERAL (
             SELECT u.record FROM unique_values u
             WHERE u.org = $1 AND u.module = $2 AND u.field = wanted.field AND u.value = wanted.value OFFSET 0
         ) AS u",
        &[&org.get(), &module, &fields, &texts],
    )?;
    in_places(&rows, values.len(), 0, |row| id(row, 1))
}

/// Values made of rows, each at the place that one of their columns has, counted from 1.
fn in_places<T: Clone>(
    rows: &[Row],
    places: usize,
    column: usize,
    make: impl Fn(&Row) -> Stored<T>,
) -> Stored<Vec<Option<T>>> {
    let mut found = vec![None; places];
    for row in rows {
        let place = usize::try_from(read::<i64>(row, column)? - 1).map_err(StoreError::new)?;
        let slot = found.get_mut(place);
        *slot.ok_or_else(|| StoreError::new("a row of no place"))? = Some(make(row)?);
    }
    Ok(found)
}

pub(super) fn insert(
    tx: Tx<'_, '_>,
    permit: &Permit<CreateRecord>,
    record: &NewRecord,
) -> Stored<()> {
    let (fields, values) = unzipped(&record.unique);
    let (key_fields, keys) = unzipped(&record.keys);
    tx.change_record(
        permit.org(),
        concat!(
            "WITH next AS MATERIALIZED (SELECT nextval('timeline_entries') AS entry, NULL::bigint AS previous),
             changed AS (
                 INSERT INTO records
                     (org, module, id, name, owner, created_at, created_by, modified_at, modified_by, timeline)
                 SELECT $1, $2, $3, $6, $7, $4, $5, $4, $5, entry FROM next RETURNING 1
             ), kept AS (
                 INSERT INTO record_fields (org, module, id, fields) VALUES ($1, $2, $3, $8)
             ), taken AS (
                 INSERT INTO unique_values (org, module, field, value, record)
                 SELECT $1, $2, field, value, $3 FROM unnest($9::bigint[], $10::text[]) AS u (field, value)
             ), found_by AS (
                 INSERT INTO record_values (org, field, value, record)
                 SELECT $1, field, value, $3 FROM unnest($11::bigint[], $12::text[]) AS k (field, value)
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
            &key_fields,
            &keys,
        ],
    )
}

pub(super) fn update(
    tx: Tx<'_, '_>,
    permit: &Permit<UpdateRecord>,
    change: &RecordChange,
) -> Stored<()> {
    let (fields, values) = unzipped(&change.unique);
    let (key_fields, keys) = unzipped(&change.keys);
    let (gone_fields, gone) = unzipped(&change.keys_gone);
    // A unique value that stays is left alone. All parts of a statement see the rows as they were before it.
    tx.change_record(
        permit.org(),
        concat!(
            with_next_entry!(),
            "changed AS (
                 UPDATE records r SET name = $6, owner = $7, modified_at = $4, modified_by = $5,
                     timeline = next.entry",
            the_record!(),
            ", kept AS (
                 UPDATE record_fields f SET fields = $8 FROM next
                 WHERE f.org = $1 AND f.module = $2 AND f.id = $3 RETURNING 1
             ), given (field, value) AS (SELECT * FROM unnest($9::bigint[], $10::text[])),
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
             ), found_by_no_more AS (
                 DELETE FROM record_values k USING unnest($13::bigint[], $14::text[]) AS g (field, value)
                 WHERE k.org = $1 AND k.field = g.field AND k.value = g.value AND k.record = $3
             ), found_by AS (
                 INSERT INTO record_values (org, field, value, record)
                 SELECT $1, field, value, $3 FROM unnest($11::bigint[], $12::text[]) AS k (field, value)
             )",
            append_entry!("updated"),
            changed_and_told!(and "kept"),
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
            &key_fields,
            &keys,
            &gone_fields,
            &gone,
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

fn unzipped(values: &[(Number, String)]) -> (Vec<Number>, Vec<&str>) {
    let values = values.iter();
    values
        .map(|(field, value)| (*field, value.as_str()))
        .unzip()
}

fn fields_text(record: &NewRecord) -> Stored<String> {
    serde_json::to_string(&record.fields).map_err(StoreError::new)
}

fn read_record(row: &Row, fields: usize, org: OrgId) -> Stored<Record> {
    let text: &str = row.try_get(fields).map_err(StoreError::new)?;
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
