//! Migrations: numbered, forward only, each in one transaction with its number. Nodes that start at the same time take
//! turns.

use super::connection::Connection;
use super::options::{PostgresOpenError, PostgresOptions};
use super::session::Broken;
use crate::copy::COPYING;
use crate::former_records::FormerRecords;
use tanzanite_crm::StoreError;

/// The migrations in order, with the same numbers and names as in `migrations/sqlite`.
const MIGRATIONS: &[(i32, &str, &str)] = &[
    (
        1,
        "spine",
        include_str!("../../migrations/postgres/0001_spine.sql"),
    ),
    (
        2,
        "clocks",
        include_str!("../../migrations/postgres/0002_clocks.sql"),
    ),
    (
        3,
        "snapshots",
        include_str!("../../migrations/postgres/0003_snapshots.sql"),
    ),
    (
        4,
        "heads",
        include_str!("../../migrations/postgres/0004_heads.sql"),
    ),
    (
        5,
        "documents",
        include_str!("../../migrations/postgres/0005_documents.sql"),
    ),
    (
        6,
        "values",
        include_str!("../../migrations/postgres/0006_values.sql"),
    ),
    (
        7,
        "words",
        include_str!("../../migrations/postgres/0007_words.sql"),
    ),
    (
        KEYS,
        "deleted",
        include_str!("../../migrations/postgres/0008_deleted.sql"),
    ),
];

/// The migration after which the records that there are get their keys.
const KEYS: i32 = 8;
/// Records that are indexed in one go.
const RECORDS_AT_ONCE: i64 = 500;

/// The first half of the advisory lock's key: "Tanz". The second half is the hash of the schema's name.
const LOCK: i32 = 0x5461_6e7a;
/// Milliseconds that a node waits for another's migration, and that one migration may take.
const MIGRATION_TIMEOUT_MILLIS: u32 = 600_000;

/// The table that identifies a schema as Tanzanite's and has its number.
pub(crate) const MIGRATIONS_TABLE: &str = "tanzanite_migrations";

/// Migrates the schema, which is made if it is missing. A newer one, a foreign one and an incomplete copy are refused
/// and left unchanged.
pub(super) fn migrate(options: &PostgresOptions) -> Result<(), PostgresOpenError> {
    let (mut connection, found) = begin_migration(options)?;
    if is_half_copied(&mut connection, &options.schema)? {
        return Err(PostgresOpenError::HalfCopied(options.schema.clone()));
    }
    finish_migration(connection, &options.schema, found)
}

/// Waits for other nodes' migrations, and locks them out until the connection ends. Returns the number of the schema, 0
/// if it is new.
pub(crate) fn begin_migration(
    options: &PostgresOptions,
) -> Result<(Connection, i32), PostgresOpenError> {
    let mut connection = Connection::open(options)
        .map_err(|error| PostgresOpenError::Connection(error.to_string()))?;
    let schema = &options.schema;
    connection.execute(&format!(
        "SET statement_timeout = {MIGRATION_TIMEOUT_MILLIS}; SET lock_timeout = {MIGRATION_TIMEOUT_MILLIS}"
    ))?;
    // The lock is held until the connection ends.
    connection.query(
        "SELECT pg_advisory_lock($1, hashtext($2))",
        &[&LOCK, schema],
    )?;
    let found = inspect(&mut connection, schema)?;
    let known = MIGRATIONS.last().map_or(0, |(number, _, _)| *number);
    if found > known {
        return Err(PostgresOpenError::Newer {
            schema: schema.clone(),
            found,
            known,
        });
    }
    Ok((connection, found))
}

/// Whether the schema is an incomplete copy.
pub(crate) fn is_half_copied(
    connection: &mut Connection,
    schema: &str,
) -> Result<bool, PostgresOpenError> {
    let rows = connection.query(
        "SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2",
        &[&schema, &COPYING],
    )?;
    Ok(!rows.is_empty())
}

/// Migrates the schema from the number that [`begin_migration`] returned.
pub(crate) fn finish_migration(
    mut connection: Connection,
    schema: &str,
    found: i32,
) -> Result<(), PostgresOpenError> {
    for (number, name, sql) in MIGRATIONS {
        if *number <= found {
            continue;
        }
        // The first migration creates the table that identifies the schema.
        let ours = if found == 0 && *number == 1 {
            format!(
                "CREATE SCHEMA IF NOT EXISTS \"{schema}\";
                 CREATE TABLE {MIGRATIONS_TABLE} (number INTEGER PRIMARY KEY, name TEXT NOT NULL);"
            )
        } else {
            String::new()
        };
        connection.execute(&format!(
            "BEGIN; {ours} {sql}; INSERT INTO {MIGRATIONS_TABLE} VALUES ({number}, '{name}')"
        ))?;
        if *number == KEYS {
            index_records(&mut connection)?;
        }
        connection.execute("COMMIT")?;
    }
    Ok(())
}

/// Gives the records that there are their keys, those of snapshots too.
fn index_records(connection: &mut Connection) -> Result<(), PostgresOpenError> {
    let orgs = connection.query("SELECT DISTINCT org FROM records", &[])?;
    for org in orgs {
        let org: i64 = org.try_get(0)?;
        let documents = connection.query(
            "SELECT kind, id, body FROM documents WHERE org = $1 ORDER BY kind, id",
            &[&org],
        )?;
        let documents: Vec<(i64, i64, String)> = documents
            .iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)))
            .collect::<Result<_, tokio_postgres::Error>>()?;
        let Some(former) = FormerRecords::of(documents) else {
            continue;
        };
        let (mut module, mut id) = (0_i64, 0_i64);
        loop {
            let rows = connection.query(
                "SELECT module, id, fields FROM record_fields WHERE org = $1 AND (module, id) > ($2, $3)
                 ORDER BY module, id LIMIT $4",
                &[&org, &module, &id, &RECORDS_AT_ONCE],
            )?;
            let (mut fields, mut values, mut records) = (Vec::new(), Vec::new(), Vec::new());
            for row in &rows {
                (module, id) = (row.try_get(0)?, row.try_get(1)?);
                for (field, value) in former.keys(module, row.try_get(2)?) {
                    fields.push(field);
                    values.push(value);
                    records.push(id);
                }
            }
            connection.query(
                "INSERT INTO record_values (org, field, value, record)
                 SELECT $1, field, value, record FROM unnest($2::bigint[], $3::text[], $4::bigint[]) AS k (field, value, record)",
                &[&org, &fields, &values, &records],
            )?;
            if rows.is_empty() {
                break;
            }
        }
    }
    Ok(())
}

/// Whether there is a schema of Tanzanite's. Changes nothing.
pub(super) fn is_made(options: &PostgresOptions) -> Result<bool, PostgresOpenError> {
    let mut connection = Connection::open(options)
        .map_err(|error| PostgresOpenError::Connection(error.to_string()))?;
    Ok(inspect(&mut connection, &options.schema)? > 0)
}

/// The number of the schema; 0 if it is new.
fn inspect(connection: &mut Connection, schema: &String) -> Result<i32, PostgresOpenError> {
    let rows = connection.query(
        "SELECT current_setting('server_encoding'),
                (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1),
                (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname = $1 AND c.relname = $2)",
        &[schema, &MIGRATIONS_TABLE],
    )?;
    let unreadable = |error: tokio_postgres::Error| PostgresOpenError::from(error);
    let row = rows
        .first()
        .ok_or_else(|| PostgresOpenError::Postgres("no answer".to_owned()))?;
    let encoding: String = row.try_get(0).map_err(unreadable)?;
    let (things, ours): (i64, i64) = (
        row.try_get(1).map_err(unreadable)?,
        row.try_get(2).map_err(unreadable)?,
    );
    if encoding != "UTF8" {
        return Err(PostgresOpenError::Encoding(encoding));
    }
    match (things, ours) {
        (0, _) => Ok(0),
        (_, 0) => Err(PostgresOpenError::Foreign(schema.clone())),
        _ => {
            let rows =
                connection.query(&format!("SELECT max(number) FROM {MIGRATIONS_TABLE}"), &[])?;
            let number: Option<i32> = match rows.first() {
                Some(row) => row.try_get(0).map_err(unreadable)?,
                None => None,
            };
            number.ok_or_else(|| PostgresOpenError::Foreign(schema.clone()))
        }
    }
}

impl From<Broken> for PostgresOpenError {
    fn from(broken: Broken) -> Self {
        Self::Postgres(StoreError::from(broken).to_string())
    }
}
