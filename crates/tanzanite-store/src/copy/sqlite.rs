//! The SQLite side of a copy: a locked folder and one connection.

use super::numbers::{parts_of, settle};
use super::row::{Chain, Picture, Row, Value};
use super::sides::{Mark, Pictures, Side, Sided, Target, everything};
use super::table::{CLIENTS, Kind, Part, SNAPSHOTS, TABLES, Table, names, quoted};
use super::{COPYING, CopyError, CopyPage};
use crate::any::OpenError;
use crate::sqlite::{
    DATABASE_FILE, FolderLock, Place, SqliteOpenError, inspect, is_half_copied, lock_folder,
    migrate, migrate_to, prepare_writer,
};
use bytes::Bytes;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, params, params_from_iter};
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::OrgId;

pub(super) struct Sqlite {
    connection: Connection,
    parts: Vec<Part>,
    marks: Vec<Mark>,
    /// Whether the target may have other organisations, so that everything is in one transaction.
    adding: bool,
    /// The lock on its folder, if it has one.
    _lock: Option<FolderLock>,
}

/// The folder's name in messages.
pub(super) fn describe(place: &Place) -> Result<String, CopyError> {
    match place {
        Place::Memory => Err(CopyError::Memory),
        Place::Folder(folder) => Ok(format!("the data folder {}", folder.display())),
    }
}

pub(super) fn source(place: &Place, org: Option<OrgId>) -> Result<Sqlite, CopyError> {
    let Place::Folder(folder) = place else {
        return Err(CopyError::Memory);
    };
    let missing = || CopyError::Missing(format!("the data folder {}", folder.display()));
    let path = folder.join(DATABASE_FILE);
    // A mistyped name must not create an empty database.
    if !path.is_file() {
        return Err(missing());
    }
    let opened = |error| CopyError::From(OpenError::Sqlite(error));
    let failed = |error| opened(SqliteOpenError::Sqlite(error));
    let lock = lock_folder(folder).map_err(opened)?;
    let connection = Connection::open(&path).map_err(failed)?;
    let found = inspect(&connection, &path).map_err(opened)?;
    if found == 0 {
        return Err(missing());
    }
    if is_half_copied(&connection).map_err(failed)? {
        return Err(opened(SqliteOpenError::HalfCopied(path)));
    }
    prepare_writer(&connection).map_err(opened)?;
    migrate(&connection, found).map_err(opened)?;
    connection.execute_batch("BEGIN").map_err(failed)?;
    let parts = match org {
        None => everything(),
        Some(org) => parts_of(org, &snapshots(&connection, org).map_err(failed)?),
    };
    Ok(Sqlite {
        connection,
        parts,
        marks: Vec::new(),
        adding: false,
        _lock: Some(lock),
    })
}

/// Opens a target: an empty store is marked as incomplete, any other must be marked already.
pub(super) fn target(place: &Place) -> Result<Sqlite, CopyError> {
    let Place::Folder(folder) = place else {
        return Err(CopyError::Memory);
    };
    let opened = |error| CopyError::To(OpenError::Sqlite(error));
    let failed = |error| opened(SqliteOpenError::Sqlite(error));
    let lock = lock_folder(folder).map_err(opened)?;
    let path = folder.join(DATABASE_FILE);
    let connection = Connection::open(&path).map_err(failed)?;
    let found = inspect(&connection, &path).map_err(opened)?;
    let begun = is_half_copied(&connection).map_err(failed)?;
    if !begun && holds_rows(&connection).map_err(failed)? {
        return Err(CopyError::NotEmpty(format!(
            "the data folder {}",
            folder.display()
        )));
    }
    prepare_writer(&connection).map_err(opened)?;
    migrate(&connection, found).map_err(opened)?;
    if !begun {
        begin(&connection).map_err(failed)?;
    }
    let marks = marks(&connection).map_err(|error| CopyError::Write {
        what: "the marks".to_owned(),
        error,
    })?;
    Ok(Sqlite {
        connection,
        parts: everything(),
        marks,
        adding: false,
        _lock: Some(lock),
    })
}

/// Opens a target for an organisation beside others. Everything is rolled back unless it is finished.
pub(super) fn addition(place: &Place, org: OrgId) -> Result<Sqlite, CopyError> {
    let Place::Folder(folder) = place else {
        return Err(CopyError::Memory);
    };
    let opened = |error| CopyError::To(OpenError::Sqlite(error));
    let failed = |error| opened(SqliteOpenError::Sqlite(error));
    let lock = lock_folder(folder).map_err(opened)?;
    let path = folder.join(DATABASE_FILE);
    let connection = Connection::open(&path).map_err(failed)?;
    let found = inspect(&connection, &path).map_err(opened)?;
    if is_half_copied(&connection).map_err(failed)? {
        return Err(opened(SqliteOpenError::HalfCopied(path)));
    }
    prepare_writer(&connection).map_err(opened)?;
    migrate(&connection, found).map_err(opened)?;
    connection
        .execute_batch("BEGIN IMMEDIATE")
        .map_err(failed)?;
    Ok(Sqlite {
        connection,
        parts: parts_of(org, &[]),
        marks: Mark::none(),
        adding: true,
        _lock: Some(lock),
    })
}

/// The ids of an organisation's snapshots.
fn snapshots(connection: &Connection, org: OrgId) -> rusqlite::Result<Vec<i64>> {
    let sql = format!("SELECT id FROM {SNAPSHOTS} WHERE org = ?1 ORDER BY id");
    let mut statement = connection.prepare(&sql)?;
    let ids = statement.query_map([org.get()], |row| row.get(0))?;
    ids.collect()
}

fn holds_rows(connection: &Connection) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?;
    for name in names {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {})", quoted(&name?));
        if connection.query_row(&sql, [], |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn begin(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "BEGIN IMMEDIATE;
         CREATE TABLE {COPYING} (
             name TEXT NOT NULL PRIMARY KEY,
             copied INTEGER NOT NULL,
             checksum BLOB NOT NULL,
             done INTEGER NOT NULL
         ) STRICT"
    ))?;
    for table in &TABLES {
        connection.execute(
            &format!("INSERT INTO {COPYING} VALUES (?1, 0, ?2, 0)"),
            params![table.name, Chain::new(table).digest],
        )?;
    }
    connection.execute_batch("COMMIT")
}

fn marks(connection: &Connection) -> Stored<Vec<Mark>> {
    let sql = format!("SELECT copied, checksum, done FROM {COPYING} WHERE name = ?1");
    let mark = |table: &Table| {
        let mark = connection.query_row(&sql, [table.name], |row| {
            Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?))
        });
        let (rows, digest, done) = mark.map_err(StoreError::new)?;
        let rows = u64::try_from(rows).map_err(StoreError::new)?;
        Ok(Mark {
            chain: Chain { rows, digest },
            done,
        })
    };
    TABLES.iter().map(mark).collect()
}

impl Sqlite {
    /// An empty database with a former schema, in an unnamed temporary file of SQLite's.
    pub(super) fn of_former_version(schema: i64) -> Result<Self, SqliteOpenError> {
        let connection = Connection::open("")?;
        migrate_to(&connection, 0, schema)?;
        // A failure needs no rollback, since the database is temporary.
        connection.execute_batch("PRAGMA synchronous = OFF; BEGIN IMMEDIATE")?;
        Ok(Self {
            connection,
            parts: everything(),
            marks: Vec::new(),
            adding: false,
            _lock: None,
        })
    }

    /// Migrates the database of [`Self::of_former_version`], which then is a source.
    pub(super) fn bring_up_to_date(&self, schema: i64) -> Result<(), SqliteOpenError> {
        self.connection.execute_batch("COMMIT")?;
        migrate(&self.connection, schema)
    }

    /// New numbers of a table's sequence, if it has one.
    fn new_numbers(&self, table: &Table, count: usize) -> rusqlite::Result<Vec<i64>> {
        let Some((column, _)) = table.sequence().and_then(|at| table.columns.get(at)) else {
            return Ok(Vec::new());
        };
        let (table, column) = (quoted(table.name), quoted(column));
        let sql = format!("SELECT coalesce(max({column}), 0) FROM {table}");
        let last: i64 = self.connection.query_row(&sql, [], |row| row.get(0))?;
        Ok((last + 1..).take(count).collect())
    }

    pub(super) fn insert(&self, table: &Table, rows: &[Row]) -> rusqlite::Result<()> {
        let places = vec!["?"; table.columns.len()].join(", ");
        let mut insert = self.connection.prepare_cached(&format!(
            "INSERT INTO {} ({}) VALUES ({places})",
            quoted(table.name),
            table.column_names()
        ))?;
        for row in rows {
            insert.execute(params_from_iter(row.iter().map(bound)))?;
        }
        Ok(())
    }

    fn mark(&self, table: &Table, mark: Mark) -> rusqlite::Result<()> {
        let changed = self.connection.execute(
            &format!("UPDATE {COPYING} SET copied = ?2, checksum = ?3, done = ?4 WHERE name = ?1"),
            params![
                table.name,
                i64::try_from(mark.chain.rows).unwrap_or(i64::MAX),
                mark.chain.digest,
                mark.done
            ],
        )?;
        match changed {
            1 => Ok(()),
            _ => Err(rusqlite::Error::StatementChangedRows(changed)),
        }
    }
}

impl Side for Sqlite {
    fn parts(&self) -> Vec<Part> {
        self.parts.clone()
    }

    fn count(&mut self, table: &Table) -> Sided<u64> {
        let mut count = 0;
        for part in &self.parts {
            let (condition, params) = whose(table, *part);
            let sql = format!("SELECT count(*) FROM {} {condition}", quoted(table.name));
            let found = self
                .connection
                .query_row(&sql, params_from_iter(params), |row| row.get::<_, i64>(0));
            count += u64::try_from(found.map_err(StoreError::new)?).map_err(StoreError::new)?;
        }
        Ok(count)
    }

    fn page(
        &mut self,
        table: &'static Table,
        part: Part,
        after: Option<&[Value]>,
        page: CopyPage,
        _: Pictures,
    ) -> Sided<Vec<Row>> {
        let (mut condition, org) = whose(table, part);
        let key = table.key_within(part);
        if after.is_some() {
            if key.is_empty() {
                // It was the only part.
                return Ok(Vec::new());
            }
            let places = vec!["?"; key.len()].join(", ");
            let word = if condition.is_empty() { "WHERE" } else { "AND" };
            condition += &format!(" {word} ({}) > ({places})", names(key));
        }
        let sql = format!(
            "SELECT {} FROM {} {condition} ORDER BY {}",
            table.column_names(),
            quoted(table.name),
            table.key_names()
        );
        let mut statement = self
            .connection
            .prepare_cached(&sql)
            .map_err(StoreError::new)?;
        let after = after.unwrap_or_default().iter();
        let after = after.skip(table.key - key.len()).map(bound);
        let mut found = statement
            .query(params_from_iter(
                org.into_iter().map(ToSqlOutput::from).chain(after),
            ))
            .map_err(StoreError::new)?;
        let mut rows = Vec::new();
        let mut bytes = 0;
        while let Some(row) = found.next().map_err(StoreError::new)? {
            let row = read(table, row)?;
            bytes += row.iter().map(Value::size).sum::<u64>();
            rows.push(row);
            if rows.len() >= page.rows || bytes >= page.bytes as u64 {
                break;
            }
        }
        Ok(rows)
    }
}

/// The condition that rows belong to a part, and its parameter. Written so that the primary key is used even if it does
/// not begin with the organisation: another index would change the order.
fn whose(table: &Table, part: Part) -> (String, Option<i64>) {
    let condition = match part {
        None => "",
        Some(_) if table.org() == Some(0) => "WHERE org = ?",
        Some(_) => "WHERE +org = ?",
    };
    (condition.to_owned(), part.map(|whose| whose.here))
}

impl Target for Sqlite {
    fn marks(&self) -> &[Mark] {
        &self.marks
    }

    fn takes_nul(&self) -> bool {
        true
    }

    fn has_client(&mut self, id: &str) -> Sided<bool> {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {CLIENTS} WHERE id = ?1 AND org > 0)");
        let found = self.connection.query_row(&sql, [id], |row| row.get(0));
        Ok(found.map_err(StoreError::new)?)
    }

    fn put(&mut self, table: &'static Table, rows: &mut [Row], mark: Mark) -> Sided<()> {
        if self.adding {
            let given = self.new_numbers(table, rows.len());
            settle(
                table,
                &mut self.parts,
                rows,
                &given.map_err(StoreError::new)?,
            )?;
            return Ok(self.insert(table, rows).map_err(StoreError::new)?);
        }
        let put = || {
            let transaction = self.connection.unchecked_transaction()?;
            self.insert(table, rows)?;
            self.mark(table, mark)?;
            transaction.commit()
        };
        Ok(put().map_err(StoreError::new)?)
    }

    fn begin_end(&mut self) -> Sided<()> {
        // The lock on the folder suffices.
        Ok(())
    }

    fn end(&mut self) -> Sided<()> {
        let end = if self.adding {
            "COMMIT".to_owned()
        } else {
            format!("BEGIN IMMEDIATE; DROP TABLE {COPYING}; COMMIT")
        };
        self.connection
            .execute_batch(&end)
            .map_err(StoreError::new)?;
        // Commits are not synced. This syncs the log, copies it back, and syncs the database.
        let busy: i64 = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(StoreError::new)?;
        if busy != 0 {
            return Err(StoreError::new("the database is in use").into());
        }
        Ok(())
    }
}

fn bound(value: &Value) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(match value {
        Value::Null => ValueRef::Null,
        Value::Number(number) => ValueRef::Integer(*number),
        Value::Text(text) => ValueRef::Text(text.as_bytes()),
        Value::Bytes(bytes) => ValueRef::Blob(bytes),
        Value::Picture(picture) => ValueRef::Blob(&picture.bytes),
    })
}

fn read(table: &Table, row: &rusqlite::Row<'_>) -> Stored<Row> {
    let mut values = Vec::with_capacity(table.columns.len());
    for (place, (name, kind)) in table.columns.iter().enumerate() {
        let found = row.get_ref(place).map_err(StoreError::new)?;
        let value = match (kind, found) {
            (_, ValueRef::Null) => Some(Value::Null),
            (Kind::Number | Kind::Sequence, ValueRef::Integer(number)) => {
                Some(Value::Number(number))
            }
            (Kind::Text, ValueRef::Text(text)) => {
                let text = std::str::from_utf8(text).ok();
                text.map(|text| Value::Text(text.to_owned()))
            }
            (Kind::Bytes, ValueRef::Blob(bytes)) => Some(Value::Bytes(bytes.to_vec())),
            (Kind::Picture, ValueRef::Blob(bytes)) => {
                Some(Value::Picture(Picture::new(Bytes::copy_from_slice(bytes))))
            }
            _ => None,
        };
        let Some(value) = value else {
            return Err(StoreError::new(format!(
                "{name} ({}) is not of its kind",
                super::row::key_shown(table, &values)
            )));
        };
        values.push(value);
    }
    Ok(values)
}
