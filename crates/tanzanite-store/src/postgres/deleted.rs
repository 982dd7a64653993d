//! The recycle bin.

use super::list::Values;
use super::timeline::{append_entry, changed_and_told};
use super::transaction::{PostgresTransaction, id, read, stamp};
use crate::deleted;
use serde_json::{Map, Value};
use tanzanite_crm::criteria::FieldKey;
use tanzanite_crm::policy::{Permit, PurgeRecord, RestoreRecord, Seen};
use tanzanite_crm::schema::Number;
use tanzanite_crm::stored::Relation;
use tanzanite_crm::transaction::{DeletedQuery, DeletedRecord, RecordHead, Stamp};
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::{OrgId, RecordId, Timestamp};
use tokio_postgres::Row;

type Tx<'a, 'c> = &'a mut PostgresTransaction<'c>;

/// The condition of the record `r` of organisation `$1`, module `$2` and id `$3` in the recycle bin; 0 is
/// [`deleted::NOBODY`].
macro_rules! in_bin {
    () => {
        "r.org = $1 AND r.module = $2 AND r.id = $3 AND r.deleted_by IS NOT NULL AND r.deleted_by <> 0"
    };
}

pub(super) fn list(tx: Tx<'_, '_>, query: &DeletedQuery) -> Stored<Vec<DeletedRecord>> {
    let Some(org) = query.seen.first().map(Seen::org) else {
        return Ok(Vec::new());
    };
    let mut values = Values::default();
    let sql = deleted::select(query, &mut values);
    let rows = tx.rows(&sql, &values.params())?;
    rows.iter().map(|row| read_deleted(row, org)).collect()
}

pub(super) fn count(tx: Tx<'_, '_>, query: &DeletedQuery) -> Stored<u64> {
    if query.seen.is_empty() {
        return Ok(0);
    }
    let mut values = Values::default();
    let sql = deleted::count(query, &mut values);
    let counted = tx.row(&sql, &values.params(), |row| read::<i64>(row, 0))?;
    u64::try_from(counted.unwrap_or_default()).map_err(StoreError::new)
}

pub(super) fn fields(
    tx: Tx<'_, '_>,
    org: OrgId,
    module: Number,
    record: RecordId,
) -> Stored<Option<Map<String, Value>>> {
    tx.row(
        concat!(
            "SELECT f.fields FROM records r
             JOIN record_fields f ON f.org = r.org AND f.module = r.module AND f.id = r.id WHERE ",
            in_bin!()
        ),
        &[&org.get(), &module, &record.get()],
        |row| {
            let text: &str = row.try_get(0).map_err(StoreError::new)?;
            serde_json::from_str(text).map_err(StoreError::new)
        },
    )
}

pub(super) fn restore(
    tx: Tx<'_, '_>,
    permit: &Permit<RestoreRecord>,
    unique: &[(Number, String)],
    stamp: Stamp,
) -> Stored<()> {
    let (fields, values): (Vec<Number>, Vec<&str>) = unique
        .iter()
        .map(|(field, value)| (*field, value.as_str()))
        .unzip();
    tx.change_record(
        permit.org(),
        concat!(
            "WITH next AS MATERIALIZED (
                 SELECT nextval('timeline_entries') AS entry, timeline AS previous FROM records r WHERE ",
            in_bin!(),
            "), changed AS (
                 UPDATE records r SET deleted_at = NULL, deleted_by = NULL, timeline = next.entry
                 FROM next WHERE ",
            in_bin!(),
            " RETURNING 1
             ), taken AS (
                 INSERT INTO unique_values (org, module, field, value, record)
                 SELECT $1, $2, field, value, $3 FROM unnest($6::bigint[], $7::text[]) AS u (field, value)
             )",
            append_entry!("restored"),
            changed_and_told!(),
        ),
        &[
            &permit.org().get(),
            &permit.module(),
            &permit.record().get(),
            &stamp.at.millis(),
            &stamp.by.get(),
            &fields,
            &values,
        ],
    )
}

pub(super) fn purge(tx: Tx<'_, '_>, permit: &Permit<PurgeRecord>, keys: &[FieldKey]) -> Stored<()> {
    if tx.shared.blobs.objects().is_some() {
        tx.dialogue.frees_objects = true;
    }
    let relations: Vec<i64> = Relation::ALL.iter().map(|one| one.number()).collect();
    let (fields, values): (Vec<Number>, Vec<&str>) = keys
        .iter()
        .map(|(field, value)| (*field, value.as_str()))
        .unzip();
    tx.change_record(
        permit.org(),
        concat!(
            "WITH changed AS (
                 UPDATE records r SET name = '', image = NULL, deleted_by = 0 WHERE ",
            in_bin!(),
            " RETURNING r.timeline AS entry
             ), emptied AS (
                 UPDATE record_fields f SET fields = '{}' FROM changed WHERE f.org = $1 AND f.module = $2 AND f.id = $3
             ), found_by_no_more AS (
                 DELETE FROM record_values k USING unnest($4::bigint[], $5::text[]) AS g (field, value)
                 WHERE k.org = $1 AND k.field = g.field AND k.value = g.value AND k.record = $3
             ), unlinked AS (
                 DELETE FROM links WHERE org = $1 AND relation = ANY ($6) AND source = $3
             ), gone AS (
                 DELETE FROM photos WHERE org = $1 AND record = $3 AND kept = 0 RETURNING blob
             ), freed AS (
                 INSERT INTO outbox (org, blob) SELECT $1, blob FROM gone WHERE blob IS NOT NULL
             ), told AS (SELECT entry FROM changed)",
            changed_and_told!(),
        ),
        &[
            &permit.org().get(),
            &permit.module(),
            &permit.record().get(),
            &fields,
            &values,
            &relations,
        ],
    )
}

fn read_deleted(row: &Row, org: OrgId) -> Stored<DeletedRecord> {
    Ok(DeletedRecord {
        head: RecordHead {
            org,
            module: read(row, 0)?,
            id: id(row, 1)?,
            name: read(row, 2)?,
            owner: id(row, 3)?,
            created: stamp(row, 4)?,
            modified: stamp(row, 6)?,
            image: None,
            lock: None,
        },
        at: Timestamp::from_millis(read(row, 8)?),
        by: RecordId::new(read(row, 9)?),
    })
}
