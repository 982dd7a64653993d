//! SQLite's side of a copy: a folder that is locked, and one connection.

use super::row::{Chain, Picture, Row, Value};
use super::sides::{Mark, Pictures, Side, Target};
use super::table::{Kind, TABLES, Table, quoted};
use super::{COPYING, CopyError, CopyPage};
use crate::any::OpenError;
use crate::sqlite::{
    DATABASE_FILE, FolderLock, Place, SqliteOpenError, inspect, is_half_copied, lock_folder,
    migrate, prepare_writer,
};
use bytes::Bytes;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, params, params_from_iter};
use tanzanite_crm::{StoreError, Stored};

pub(super) struct Sqlite {
    connection: Connection,
    marks: Vec<Mark>,
    _lock: FolderLock,
}

/// A folder as people know it. None if the store is in memory.
pub(super) fn describe(place: &Place) -> Option<String> {
    match place {
        Place::Memory => None,
        Place::Folder(folder) => Some(format!("the data folder {}", folder.display())),
    }
}

pub(super) fn source(place: &Place) -> Result<Sqlite, CopyError> {
    let Place::Folder(folder) = place else {
        return Err(CopyError::Memory);
    };
    let missing = || CopyError::Missing(format!("the data folder {}", folder.display()));
    let path = folder.join(DATABASE_FILE);
    // A mistake must not make an empty one.
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
    Ok(Sqlite {
        connection,
        marks: Vec::new(),
        _lock: lock,
    })
}

/// Marks the store as half a copy if it is empty. If it is not, it must be marked already.
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
        marks,
        _lock: lock,
    })
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

impl Side for Sqlite {
    fn count(&mut self, table: &Table) -> Stored<u64> {
        let sql = format!("SELECT count(*) FROM {}", quoted(table.name));
        let count = self
            .connection
            .query_row(&sql, [], |row| row.get::<_, i64>(0));
        u64::try_from(count.map_err(StoreError::new)?).map_err(StoreError::new)
    }

    fn page(
        &mut self,
        table: &Table,
        after: Option<&[Value]>,
        page: CopyPage,
        _: Pictures,
    ) -> Stored<Vec<Row>> {
        let key = table.key_names();
        let places: Vec<String> = (1..=table.key).map(|place| format!("?{place}")).collect();
        let condition = match after {
            Some(_) => format!("WHERE ({key}) > ({})", places.join(", ")),
            None => String::new(),
        };
        let sql = format!(
            "SELECT {} FROM {} {condition} ORDER BY {key}",
            table.column_names(),
            quoted(table.name)
        );
        let mut statement = self
            .connection
            .prepare_cached(&sql)
            .map_err(StoreError::new)?;
        let after = after.unwrap_or_default().iter().map(bound);
        let mut found = statement
            .query(params_from_iter(after))
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

impl Target for Sqlite {
    fn marks(&self) -> &[Mark] {
        &self.marks
    }

    fn takes_nul(&self) -> bool {
        true
    }

    fn put(&mut self, table: &Table, rows: &[Row], mark: Mark) -> Stored<()> {
        let put = || {
            let transaction = self.connection.unchecked_transaction()?;
            let places: Vec<String> = (1..=table.columns.len())
                .map(|place| format!("?{place}"))
                .collect();
            let mut insert = self.connection.prepare_cached(&format!(
                "INSERT INTO {} ({}) VALUES ({})",
                quoted(table.name),
                table.column_names(),
                places.join(", ")
            ))?;
            for row in rows {
                insert.execute(params_from_iter(row.iter().map(bound)))?;
            }
            let changed = self.connection.execute(
                &format!(
                    "UPDATE {COPYING} SET copied = ?2, checksum = ?3, done = ?4 WHERE name = ?1"
                ),
                params![
                    table.name,
                    i64::try_from(mark.chain.rows).unwrap_or(i64::MAX),
                    mark.chain.digest,
                    mark.done
                ],
            )?;
            if changed != 1 {
                return Err(rusqlite::Error::StatementChangedRows(changed));
            }
            transaction.commit()
        };
        put().map_err(StoreError::new)
    }

    fn begin_end(&mut self) -> Stored<()> {
        // The folder is locked.
        Ok(())
    }

    fn end(&mut self) -> Stored<()> {
        let drop_mark = format!("BEGIN IMMEDIATE; DROP TABLE {COPYING}; COMMIT");
        self.connection
            .execute_batch(&drop_mark)
            .map_err(StoreError::new)?;
        // Commits are not synced. This syncs the log, copies it back, and syncs the database.
        let busy: i64 = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(StoreError::new)?;
        if busy != 0 {
            return Err(StoreError::new("the database is in use"));
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
            (Kind::Number, ValueRef::Integer(number)) => Some(Value::Number(number)),
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
