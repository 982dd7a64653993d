//! The PostgreSQL side of a copy: one connection, and the object store that the photos may be in.
//!
//! A source is read in one snapshot, during which the sweepers remove none of its objects. A target is locked against
//! other copies, and at its end against all writers. An addition beside other organisations is one transaction.

mod open;
mod rows;

pub(super) use open::{addition, source, target};

use super::numbers::settle;
use super::row::{Row, Value};
use super::sides::{Mark, Pictures, Side, Sided, Target, everything};
use super::table::{CLIENTS, Part, SNAPSHOTS, TABLES, Table, Whose, quoted};
use super::{COPYING, CopyPage};
use crate::blobs::{Blobs, ObjectName, at_once};
use crate::postgres::{Connection, PostgresOptions, UPLOADS_BLOCK};
use rows::{Missing, condition, has_pictures, insert, key_value, page_sql, read};
use std::ops::Range;
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::{OrgId, RecordId};
use tokio_postgres::types::{FromSqlOwned, ToSql};

/// Creates the data that only PostgreSQL has: sequences continue after the copied numbers, and there is a version of
/// each organisation's settings.
const MAKE_THE_REST: [&str; 4] = [
    "SELECT setval('tokens_issued', last) FROM (SELECT greatest(
         (SELECT max(sequence) FROM refresh_tokens), (SELECT max(sequence) FROM access_tokens),
         (SELECT last_value FROM tokens_issued WHERE is_called)) AS last) AS numbers WHERE last > 0",
    "SELECT setval('timeline_entries', last) FROM (SELECT greatest(
         (SELECT max(entry) FROM timeline),
         (SELECT last_value FROM timeline_entries WHERE is_called)) AS last) AS numbers WHERE last > 0",
    "SELECT setval('snapshots_taken', last) FROM (SELECT greatest(
         (SELECT max(id) FROM snapshots),
         (SELECT last_value FROM snapshots_taken WHERE is_called)) AS last) AS numbers WHERE last > 0",
    "INSERT INTO settings_versions (org, version, schema)
     SELECT org, nextval('settings_changes'), nextval('settings_changes')
     FROM (SELECT DISTINCT org FROM documents WHERE org > 0) AS orgs",
];
/// The same for an addition: for the rows under one number, and for the organisation, since nodes may have cached
/// settings and numbers of a former one.
const MAKE_THE_REST_OF_A_PART: &str = "SELECT setval('timeline_entries', last) FROM (SELECT greatest(
         (SELECT max(entry) FROM timeline WHERE org = $1),
         (SELECT last_value FROM timeline_entries WHERE is_called)) AS last) AS numbers WHERE last > 0";
const MAKE_THE_REST_OF_ONE: &str = "INSERT INTO settings_versions (org, version, schema, generation)
     SELECT $1, next, next, next FROM (SELECT nextval('settings_changes') AS next) AS numbers
     ON CONFLICT (org) DO UPDATE SET version = excluded.version, schema = excluded.schema, generation = excluded.generation";
/// Drawing a number of the sequence requires a lock on the table, so nobody does meanwhile.
const LOCK_TIMELINE: &str = "LOCK TABLE timeline IN SHARE ROW EXCLUSIVE MODE";

pub(super) struct Postgres {
    connection: Connection,
    blobs: Blobs,
    parts: Vec<Part>,
    marks: Vec<Mark>,
    /// Whether the target may have other organisations, so that everything is in one transaction.
    adding: bool,
    uploads: Range<i64>,
}

impl Postgres {
    /// A side that covers everything, at its beginning.
    fn new(connection: Connection, options: &PostgresOptions) -> Self {
        Self {
            connection,
            blobs: options.blobs.clone(),
            parts: everything(),
            marks: Mark::none(),
            adding: false,
            uploads: 0..0,
        }
    }

    /// New numbers of a table's sequence, if it has one.
    fn new_numbers(&mut self, table: &Table, count: usize) -> Stored<Vec<i64>> {
        if table.sequence().is_none() {
            return Ok(Vec::new());
        }
        let sequence = match table.name {
            SNAPSHOTS => "snapshots_taken",
            _ => "tokens_issued",
        };
        let count = i64::try_from(count).map_err(StoreError::new)?;
        let numbers = self.connection.query(
            &format!("SELECT nextval('{sequence}') FROM generate_series(1, $1::bigint)"),
            &[&count],
        )?;
        numbers.iter().map(|number| get(number, 0)).collect()
    }

    fn put_in_transaction(
        &mut self,
        table: &Table,
        rows: &[Row],
        objects: &[Option<ObjectName>],
        mark: Mark,
    ) -> Stored<()> {
        if !rows.is_empty() {
            insert(&mut self.connection, table, rows, objects)?;
        }
        if self.adding {
            return Ok(());
        }
        let changed = self.connection.query(
            &format!("UPDATE {COPYING} SET copied = $2, checksum = $3, done = $4 WHERE name = $1 RETURNING 1"),
            &[
                &table.name,
                &i64::try_from(mark.chain.rows).map_err(StoreError::new)?,
                &mark.chain.digest.as_slice(),
                &mark.done,
            ],
        )?;
        match changed.len() {
            1 => Ok(()),
            _ => Err(StoreError::new("the table's mark is gone")),
        }
    }

    /// Uploads the rows' photos to the object store, if there is one, before the rows that refer to them are written.
    fn upload(&mut self, table: &Table, rows: &[Row]) -> Stored<Vec<Option<ObjectName>>> {
        let blobs = self.blobs.clone();
        let (Some(objects), true) = (blobs.objects(), has_pictures(table)) else {
            return Ok(vec![None; rows.len()]);
        };
        let mut uploads = Vec::with_capacity(rows.len());
        for row in rows {
            uploads.push(match row.as_slice() {
                [
                    Value::Number(org),
                    Value::Number(record),
                    ..,
                    Value::Picture(picture),
                ] => {
                    let unknown = || StoreError::new(format!("{org} or {record} is no id"));
                    let org = OrgId::new(*org).ok_or_else(unknown)?;
                    let record = RecordId::new(*record).ok_or_else(unknown)?;
                    let number = self.upload_number()?;
                    let name = ObjectName::new(org, record, number, picture.digest);
                    Some((name, picture.bytes.clone()))
                }
                _ => None,
            });
        }
        at_once(&uploads, |upload| match upload {
            Some((name, bytes)) => objects.put(name, bytes.clone()),
            None => Ok(()),
        })?;
        let names = uploads.into_iter();
        Ok(names.map(|upload| upload.map(|(name, _)| name)).collect())
    }

    /// A number that no other upload into this store has.
    fn upload_number(&mut self) -> Stored<i64> {
        if let Some(number) = self.uploads.next() {
            return Ok(number);
        }
        let first: i64 = one(&mut self.connection, "SELECT nextval('uploads')")?;
        self.uploads = first + 1..first + UPLOADS_BLOCK;
        Ok(first)
    }

    /// Downloads the photos of rows from the object store.
    fn fetch(&self, rows: &mut [Row], missing: &[Missing]) -> Stored<()> {
        if missing.is_empty() {
            return Ok(());
        }
        let objects = self.blobs.objects().ok_or_else(|| {
            StoreError::new("photos are in an object store, and none was named for the store")
        })?;
        let all = at_once(missing, |photo| {
            objects.get(&photo.blob, photo.size, &photo.digest)
        })?;
        for (photo, bytes) in missing.iter().zip(all) {
            if let Some(Value::Picture(picture)) =
                rows.get_mut(photo.row).and_then(|row| row.last_mut())
            {
                picture.bytes = bytes;
            }
        }
        Ok(())
    }
}

impl Side for Postgres {
    fn parts(&self) -> Vec<Part> {
        self.parts.clone()
    }

    fn count(&mut self, table: &Table) -> Sided<u64> {
        let mut count = 0;
        for part in &self.parts {
            let whose = condition(table, *part, false);
            let sql = format!("SELECT count(*) FROM {} {whose}", quoted(table.name));
            let part: Vec<&(dyn ToSql + Sync)> = org_of(part).collect();
            let rows = self.connection.query(&sql, &part);
            let rows = rows.map_err(StoreError::from)?;
            let row = rows.first().ok_or_else(|| StoreError::new("no answer"))?;
            count += u64::try_from(get::<i64>(row, 0)?).map_err(StoreError::new)?;
        }
        Ok(count)
    }

    fn page(
        &mut self,
        table: &'static Table,
        part: Part,
        after: Option<&[Value]>,
        page: CopyPage,
        pictures: Pictures,
    ) -> Sided<Vec<Row>> {
        let key = table.key_within(part).len();
        if after.is_some() && key == 0 {
            // It was the only part.
            return Ok(Vec::new());
        }
        let mut params: Vec<&(dyn ToSql + Sync)> = org_of(&part).collect();
        for value in after.unwrap_or_default().iter().skip(table.key - key) {
            params.push(key_value(value)?);
        }
        let condition = condition(table, part, after.is_some());
        let found = self
            .connection
            .query(&page_sql(table, &condition, page), &params)
            .map_err(StoreError::from)?;
        let mut rows = Vec::with_capacity(found.len());
        let mut missing = Vec::new();
        for (at, row) in found.iter().enumerate() {
            let (row, photo) = read(table, row, at)?;
            rows.push(row);
            missing.extend(photo);
        }
        if pictures == Pictures::Whole {
            self.fetch(&mut rows, &missing)?;
        }
        Ok(rows)
    }
}

impl Target for Postgres {
    fn marks(&self) -> &[Mark] {
        &self.marks
    }

    fn takes_nul(&self) -> bool {
        false
    }

    fn has_client(&mut self, id: &str) -> Sided<bool> {
        let sql = format!("SELECT FROM {CLIENTS} WHERE id = $1 AND org > 0");
        let rows = self.connection.query(&sql, &[&id]);
        Ok(!rows.map_err(StoreError::from)?.is_empty())
    }

    fn put(&mut self, table: &'static Table, rows: &mut [Row], mark: Mark) -> Sided<()> {
        if self.adding {
            let given = self.new_numbers(table, rows.len())?;
            settle(table, &mut self.parts, rows, &given)?;
        }
        let objects = self.upload(table, rows)?;
        if self.adding {
            return Ok(self.put_in_transaction(table, rows, &objects, mark)?);
        }
        self.connection.execute("BEGIN").map_err(StoreError::from)?;
        let put = self.put_in_transaction(table, rows, &objects, mark);
        let end = if put.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = self.connection.execute(end);
        put?;
        Ok(ended.map_err(StoreError::from)?)
    }

    fn begin_end(&mut self) -> Sided<()> {
        if self.adding {
            // The rows are not visible to others yet.
            return Ok(());
        }
        self.connection.execute("BEGIN").map_err(StoreError::from)?;
        Ok(lock_tables(&mut self.connection)?)
    }

    fn end(&mut self) -> Sided<()> {
        let end = if self.adding {
            end_addition(&mut self.connection, &self.parts)
        } else {
            end_copy(&mut self.connection)
        };
        Ok(end?)
    }
}

/// The parameter of a part's condition.
fn org_of(part: &Part) -> impl Iterator<Item = &(dyn ToSql + Sync)> {
    part.iter().map(|whose| &whose.here as _)
}

fn end_copy(connection: &mut Connection) -> Stored<()> {
    for sql in MAKE_THE_REST {
        connection.query(sql, &[])?;
    }
    Ok(connection.execute(&format!("DROP TABLE {COPYING}; COMMIT"))?)
}

fn end_addition(connection: &mut Connection, parts: &[Part]) -> Stored<()> {
    connection.execute(LOCK_TIMELINE)?;
    for Whose { here, .. } in parts.iter().flatten() {
        connection.query(MAKE_THE_REST_OF_A_PART, &[here])?;
        if OrgId::new(*here).is_some() {
            connection.query(MAKE_THE_REST_OF_ONE, &[here])?;
        }
    }
    Ok(connection.execute("COMMIT")?)
}

/// Locks the tables against writes until the transaction ends.
fn lock_tables(connection: &mut Connection) -> Stored<()> {
    let names: Vec<String> = TABLES.iter().map(|table| quoted(table.name)).collect();
    let lock = format!(
        "LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE",
        names.join(", ")
    );
    Ok(connection.execute(&lock)?)
}

/// The single value that a statement returns.
fn one<T: FromSqlOwned>(connection: &mut Connection, sql: &str) -> Stored<T> {
    let rows = connection.query(sql, &[])?;
    let row = rows.first().ok_or_else(|| StoreError::new("no answer"))?;
    get(row, 0)
}

fn get<T: FromSqlOwned>(row: &tokio_postgres::Row, place: usize) -> Stored<T> {
    row.try_get(place).map_err(StoreError::new)
}
