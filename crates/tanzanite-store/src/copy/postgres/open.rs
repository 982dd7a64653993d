//! Opens the PostgreSQL sides: a source, an empty target, or an addition beside other organisations.

use super::{Postgres, get, lock_tables, one};
use crate::any::OpenError;
use crate::blobs::{ObjectName, Objects};
use crate::copy::numbers::parts_of;
use crate::copy::row::Chain;
use crate::copy::sides::{Mark, everything};
use crate::copy::table::{SNAPSHOTS, TABLES, Table, quoted};
use crate::copy::{COPYING, CopyError};
use crate::postgres::{
    Connection, MIGRATIONS_TABLE, PostgresOpenError, PostgresOptions, begin_migration,
    finish_migration, is_half_copied, keep_objects,
};
use std::time::Duration;
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::OrgId;

/// The first half of the advisory lock's key: "Copy". The second half is the hash of the schema's name.
const LOCK: i32 = 0x436f_7079;
/// The server notices with a delay that the connection of an interrupted copy has ended.
const LOCK_ATTEMPTS: u32 = 20;
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(50);
/// A copy's statements read whole tables, and it may wait for the other side between two of them.
const NO_TIMEOUTS: &str = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0";

pub(in crate::copy) fn source(
    options: &PostgresOptions,
    org: Option<OrgId>,
) -> Result<Postgres, CopyError> {
    let opened = |error| CopyError::From(OpenError::Postgres(error));
    let (mut migrating, found) = begin_migration(options).map_err(opened)?;
    // A mistyped name must not create an empty store.
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
    let mut execute = |sql: &str| {
        let executed = connection.execute(sql);
        executed.map_err(|broken| opened(broken.into()))
    };
    execute(NO_TIMEOUTS)?;
    // Before the snapshot is taken, so that no object that it refers to is removed.
    execute(&keep_objects(&options.schema))?;
    execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    let parts = match org {
        None => everything(),
        Some(org) => {
            let ids = snapshots(&mut connection, org);
            parts_of(
                org,
                &ids.map_err(|error| CopyError::Read {
                    what: SNAPSHOTS.to_owned(),
                    error,
                })?,
            )
        }
    };
    Ok(Postgres {
        parts,
        ..Postgres::new(connection, options)
    })
}

/// Opens a target: an empty store is marked as incomplete, any other must be marked already.
pub(in crate::copy) fn target(options: &PostgresOptions) -> Result<Postgres, CopyError> {
    let opened = |error| CopyError::To(OpenError::Postgres(error));
    let failed = |error| CopyError::Write {
        what: "the marks".to_owned(),
        error,
    };
    let mut connection = alone(options)?;
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
    Ok(Postgres {
        marks,
        ..Postgres::new(connection, options)
    })
}

/// Opens a target for an organisation beside others. Everything is rolled back unless it is finished.
pub(in crate::copy) fn addition(
    options: &PostgresOptions,
    org: OrgId,
) -> Result<Postgres, CopyError> {
    let opened = |error| CopyError::To(OpenError::Postgres(error));
    let mut connection = alone(options)?;
    let (mut migrating, found) = begin_migration(options).map_err(opened)?;
    if found > 0 && is_half_copied(&mut migrating, &options.schema).map_err(opened)? {
        return Err(opened(PostgresOpenError::HalfCopied(
            options.schema.clone(),
        )));
    }
    finish_migration(migrating, &options.schema, found).map_err(opened)?;
    let mut execute = |sql: &str| {
        let executed = connection.execute(sql);
        executed.map_err(|broken| opened(broken.into()))
    };
    execute(NO_TIMEOUTS)?;
    // Until the end no visible row refers to the new objects.
    execute(&keep_objects(&options.schema))?;
    execute("BEGIN ISOLATION LEVEL READ COMMITTED")?;
    Ok(Postgres {
        parts: parts_of(org, &[]),
        adding: true,
        ..Postgres::new(connection, options)
    })
}

/// A connection with a lock against other copies into the store, held until it ends.
fn alone(options: &PostgresOptions) -> Result<Connection, CopyError> {
    let opened = |error| CopyError::To(OpenError::Postgres(error));
    let mut connection = connect(options).map_err(opened)?;
    let lock = format!(
        "SELECT pg_try_advisory_lock({LOCK}, hashtext('{}'))",
        options.schema
    );
    for _ in 0..LOCK_ATTEMPTS {
        let locked = one(&mut connection, &lock).map_err(|error| CopyError::Write {
            what: "the marks".to_owned(),
            error,
        });
        if locked? {
            return Ok(connection);
        }
        std::thread::sleep(BETWEEN_ATTEMPTS);
    }
    Err(CopyError::Busy(options.to_string()))
}

fn connect(options: &PostgresOptions) -> Result<Connection, PostgresOpenError> {
    Connection::open(options).map_err(|error| PostgresOpenError::Connection(error.to_string()))
}

/// The ids of an organisation's snapshots.
fn snapshots(connection: &mut Connection, org: OrgId) -> Stored<Vec<i64>> {
    let sql = format!("SELECT id FROM {SNAPSHOTS} WHERE org = $1 ORDER BY id");
    let rows = connection.query(&sql, &[&org.get()])?;
    rows.iter().map(|row| get(row, 0)).collect()
}

/// Whether any table has a row.
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

/// Whether there is an object of any store's photos.
fn holds_objects(objects: &Objects) -> Stored<bool> {
    let mut found = false;
    let listed = objects.list(|object| {
        found = ObjectName::parse(&object.name).is_some();
        // An error is the only way to end a listing early.
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

/// Marks the store as incomplete; not if somebody has written to it meanwhile.
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
