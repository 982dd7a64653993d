//! PostgreSQL's side of a copy: one connection, and the object store that the photos are in, if they are.
//!
//! A source is read in one snapshot. A target is locked against another copy, and at its end against everybody.

mod rows;

use super::row::{Chain, Row, Value};
use super::sides::{Mark, Pictures, Side, Target};
use super::table::{TABLES, Table, quoted};
use super::{COPYING, CopyError, CopyPage};
use crate::any::OpenError;
use crate::blobs::{Blobs, ObjectName, Objects, at_once};
use crate::postgres::{
    Connection, MIGRATIONS_TABLE, PostgresOpenError, PostgresOptions, UPLOADS_BLOCK,
    begin_migration, finish_migration, is_half_copied,
};
use rows::{Missing, has_pictures, insert, key_value, page_sql, read};
use std::ops::Range;
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::{OrgId, RecordId};
use tokio_postgres::types::FromSqlOwned;

/// The first half of the advisory lock's key: "Copy". The second is the schema's.
const LOCK: i32 = 0x436f_7079;
/// A copy's statements look at whole tables, and it may wait for the other side between two of them.
const NO_TIMEOUTS: &str = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0";

/// What only PostgreSQL has, and a copy makes: the sequences go on beyond the numbers that were copied, and a node finds a
/// version of the settings, as if they had been added one by one.
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
    "INSERT INTO settings_versions (org, version)
     SELECT org, nextval('settings_changes') FROM (SELECT DISTINCT org FROM settings WHERE org > 0) AS orgs",
];

pub(super) struct Postgres {
    connection: Connection,
    blobs: Blobs,
    marks: Vec<Mark>,
    uploads: Range<i64>,
}

pub(super) fn source(options: &PostgresOptions) -> Result<Postgres, CopyError> {
    let opened = |error| CopyError::From(OpenError::Postgres(error));
    let (mut migrating, found) = begin_migration(options).map_err(opened)?;
    // A mistake must not make an empty one.
    if found == 0 {
        return Err(CopyError::Missing(options.to_string()));
    }
    if is_half_copied(&mut migrating, &options.schema).map_err(opened)? {
        return Err(opened(PostgresOpenError::HalfCopied(
            options.schema.clone(),
        )));
    }
    finish_migration(migrating, &options.schema, found).map_err(opened)?;
    let mut connection = connect(options).map_err(opened)?;
    connection
        .execute(&format!(
            "{NO_TIMEOUTS}; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        ))
        .map_err(|broken| opened(broken.into()))?;
    Ok(Postgres::new(connection, options, Vec::new()))
}

/// Marks the store as half a copy if it is empty. If it is not, it must be marked already.
pub(super) fn target(options: &PostgresOptions) -> Result<Postgres, CopyError> {
    let opened = |error| CopyError::To(OpenError::Postgres(error));
    let failed = |error| CopyError::Write {
        what: "the marks".to_owned(),
        error,
    };
    let mut connection = connect(options).map_err(opened)?;
    // Until the connection ends.
    let locked = one(
        &mut connection,
        &format!(
            "SELECT pg_try_advisory_lock({LOCK}, hashtext('{}'))",
            options.schema
        ),
    );
    if !locked.map_err(failed)? {
        return Err(CopyError::Busy(options.to_string()));
    }
    let (mut migrating, found) = begin_migration(options).map_err(opened)?;
    let begun = found > 0 && is_half_copied(&mut migrating, &options.schema).map_err(opened)?;
    let not_empty = || CopyError::NotEmpty(options.to_string());
    if found > 0 && !begun && holds_rows(&mut migrating).map_err(failed)? {
        return Err(not_empty());
    }
    if let (false, Some(objects)) = (begun, options.blobs.objects())
        && holds_objects(objects).map_err(failed)?
    {
        return Err(CopyError::ObjectsInUse(objects.place()));
    }
    finish_migration(migrating, &options.schema, found).map_err(opened)?;
    connection
        .execute(NO_TIMEOUTS)
        .map_err(|broken| opened(broken.into()))?;
    if !begun && !begin(&mut connection, options).map_err(failed)? {
        return Err(not_empty());
    }
    let place: Option<String> = one(
        &mut connection,
        &format!("SELECT min(photos_in) FROM {COPYING}"),
    )
    .map_err(failed)?;
    if place != options.blobs.objects().map(Objects::place) {
        return Err(CopyError::PhotosElsewhere {
            to: options.to_string(),
            begun: place.unwrap_or_else(|| "the rows".to_owned()),
        });
    }
    let marks = marks(&mut connection).map_err(failed)?;
    Ok(Postgres::new(connection, options, marks))
}

fn connect(options: &PostgresOptions) -> Result<Connection, PostgresOpenError> {
    Connection::open(options).map_err(|error| PostgresOpenError::Connection(error.to_string()))
}

/// Whether a table has a row, whichever.
fn holds_rows(connection: &mut Connection) -> Stored<bool> {
    let tables = connection.query(
        "SELECT relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')",
        &[],
    )?;
    for row in &tables {
        let name: String = get(row, 0)?;
        if name == MIGRATIONS_TABLE || name == COPYING {
            continue;
        }
        let sql = format!("SELECT EXISTS (SELECT FROM {})", quoted(&name));
        if one(connection, &sql)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether there is a photo's object, of whatever store.
fn holds_objects(objects: &Objects) -> Stored<bool> {
    let mut found = false;
    let listed = objects.list(|object| {
        found = ObjectName::parse(&object.name).is_some();
        // There is no other way to end a list.
        if found {
            return Err(StoreError::new("one is enough"));
        }
        Ok(())
    });
    if found {
        return Ok(true);
    }
    listed.map(|()| false)
}

/// Marks the store. Not if somebody was faster and has written something.
fn begin(connection: &mut Connection, options: &PostgresOptions) -> Stored<bool> {
    connection.execute("BEGIN")?;
    let begun = begin_in_transaction(connection, options);
    connection.execute(if matches!(begun, Ok(true)) {
        "COMMIT"
    } else {
        "ROLLBACK"
    })?;
    begun
}

fn begin_in_transaction(connection: &mut Connection, options: &PostgresOptions) -> Stored<bool> {
    lock_tables(connection)?;
    if holds_rows(connection)? {
        return Ok(false);
    }
    connection.execute(&format!(
        "CREATE TABLE {COPYING} (
             name TEXT NOT NULL PRIMARY KEY,
             copied BIGINT NOT NULL,
             checksum BYTEA NOT NULL,
             done BOOLEAN NOT NULL,
             photos_in TEXT
         )"
    ))?;
    let place = options.blobs.objects().map(Objects::place);
    for table in &TABLES {
        connection.query(
            &format!("INSERT INTO {COPYING} VALUES ($1, 0, $2, false, $3)"),
            &[&table.name, &Chain::new(table).digest.as_slice(), &place],
        )?;
    }
    Ok(true)
}

/// Nobody can write to the tables until the transaction ends.
fn lock_tables(connection: &mut Connection) -> Stored<()> {
    let names: Vec<String> = TABLES.iter().map(|table| quoted(table.name)).collect();
    let lock = format!(
        "LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE",
        names.join(", ")
    );
    Ok(connection.execute(&lock)?)
}

fn marks(connection: &mut Connection) -> Stored<Vec<Mark>> {
    let sql = format!("SELECT copied, checksum, done FROM {COPYING} WHERE name = $1");
    let mut mark = |table: &Table| {
        let rows = connection.query(&sql, &[&table.name])?;
        let row = rows.first().ok_or_else(|| {
            StoreError::new("another version of Tanzanite has begun the copy; go on with that one")
        })?;
        let (copied, digest): (i64, Vec<u8>) = (get(row, 0)?, get(row, 1)?);
        let chain = Chain {
            rows: u64::try_from(copied).map_err(StoreError::new)?,
            digest: digest
                .try_into()
                .map_err(|_| StoreError::new("a checksum has not 32 bytes"))?,
        };
        Ok(Mark {
            chain,
            done: get(row, 2)?,
        })
    };
    TABLES.iter().map(&mut mark).collect()
}

impl Postgres {
    fn new(connection: Connection, options: &PostgresOptions, marks: Vec<Mark>) -> Self {
        Self {
            connection,
            blobs: options.blobs.clone(),
            marks,
            uploads: 0..0,
        }
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

    /// Puts the rows' photos into the object store, if there is one: before the rows that name them.
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

    /// Gets what rows are missing: photos that are in the object store.
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
    fn count(&mut self, table: &Table) -> Stored<u64> {
        let sql = format!("SELECT count(*) FROM {}", quoted(table.name));
        let count: i64 = one(&mut self.connection, &sql)?;
        u64::try_from(count).map_err(StoreError::new)
    }

    fn page(
        &mut self,
        table: &Table,
        after: Option<&[Value]>,
        page: CopyPage,
        pictures: Pictures,
    ) -> Stored<Vec<Row>> {
        let key = after.unwrap_or_default().iter().map(key_value);
        let key = key.collect::<Stored<Vec<_>>>()?;
        let found = self
            .connection
            .query(&page_sql(table, after.is_some(), page), &key)?;
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

    fn put(&mut self, table: &Table, rows: &[Row], mark: Mark) -> Stored<()> {
        let objects = self.upload(table, rows)?;
        self.connection.execute("BEGIN")?;
        let put = self.put_in_transaction(table, rows, &objects, mark);
        let end = if put.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = self.connection.execute(end);
        put?;
        Ok(ended?)
    }

    fn begin_end(&mut self) -> Stored<()> {
        self.connection.execute("BEGIN")?;
        lock_tables(&mut self.connection)
    }

    fn end(&mut self) -> Stored<()> {
        for sql in MAKE_THE_REST {
            self.connection.query(sql, &[])?;
        }
        let end = format!("DROP TABLE {COPYING}; COMMIT");
        Ok(self.connection.execute(&end)?)
    }
}

/// The one value that a statement gives.
fn one<T: FromSqlOwned>(connection: &mut Connection, sql: &str) -> Stored<T> {
    let rows = connection.query(sql, &[])?;
    let row = rows.first().ok_or_else(|| StoreError::new("no answer"))?;
    get(row, 0)
}

fn get<T: FromSqlOwned>(row: &tokio_postgres::Row, place: usize) -> Stored<T> {
    row.try_get(place).map_err(StoreError::new)
}
