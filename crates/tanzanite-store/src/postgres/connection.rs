//! A connection: its session's settings and its prepared statements.

use super::failure::{Failure, explain};
use super::options::PostgresOptions;
use postgres::types::ToSql;
use postgres::{Client, NoTls, Row, SimpleQueryMessage, Statement};
use std::collections::HashMap;
use std::time::Duration;
use tanzanite_crm::StoreError;
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long to wait for a server to take a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// After so long without a word from the server it is asked whether it is there still.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(15);
/// How long to wait for that answer each time.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);
/// How often to ask before the connection counts as lost.
const KEEPALIVE_RETRIES: u32 = 3;
/// Milliseconds that one statement may take.
const STATEMENT_TIMEOUT_MILLIS: u32 = 15_000;
/// Milliseconds that a statement may wait for a row that another transaction has changed.
const LOCK_TIMEOUT_MILLIS: u32 = 5_000;
/// Milliseconds that the server waits for our next statement within a transaction. More than an object store may take.
const IDLE_TIMEOUT_MILLIS: u32 = 30_000;

/// Takes [`begin_session`]'s word back for one transaction: one that looks at whole tables.
pub(super) const LOOK_AT_WHOLE_TABLES: &str = "
    SET LOCAL enable_seqscan = on; SET LOCAL enable_bitmapscan = on; SET LOCAL enable_sort = on;
    SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on";

pub(crate) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

pub(crate) struct Connection {
    client: Client,
    statements: HashMap<String, Statement>,
    /// When the server that it leads to was started, and when it began to count: other times are another server, or one that
    /// has lost its memory. After a crash of a session it recovers and counts anew, and is not started again.
    pub(super) server_started: String,
    broken: bool,
    /// Round trips.
    pub(super) trips: u64,
}

impl Connection {
    pub(crate) fn open(options: &PostgresOptions) -> Result<Self, StoreError> {
        let mut config = options.config.clone();
        config
            .connect_timeout(CONNECT_TIMEOUT)
            .keepalives_idle(KEEPALIVE_IDLE)
            .keepalives_interval(KEEPALIVE_INTERVAL)
            .keepalives_retries(KEEPALIVE_RETRIES);
        if config.get_application_name().is_none() {
            config.application_name("tanzanite");
        }
        let mut client = if options.encrypted() {
            // The certificates that the system trusts. Some that cannot be read do not matter.
            let (encryption, _) = MakeRustlsConnect::with_native_certs().map_err(|_| {
                StoreError::new("the system has no certificates to know the server by")
            })?;
            config.connect(encryption)
        } else {
            config.connect(NoTls)
        }
        .map_err(|error| StoreError::new(explain(&error)))?;
        let server_started = begin_session(&mut client, &options.schema)
            .map_err(|error| StoreError::new(explain(&error)))?;
        Ok(Self {
            client,
            statements: HashMap::new(),
            server_started,
            broken: false,
            trips: 0,
        })
    }

    /// Rows of a statement, which is prepared when it is met for the first time.
    pub(crate) fn query(&mut self, sql: &str, params: Params<'_>) -> Result<Vec<Row>, Broken> {
        if !self.statements.contains_key(sql) {
            self.trips += 1;
            let statement = self.client.prepare(sql);
            let statement = statement.map_err(|error| self.failed(&error))?;
            self.statements.insert(sql.to_owned(), statement);
        }
        self.trips += 1;
        let rows = self.client.query(&self.statements[sql], params);
        rows.map_err(|error| self.failed(&error))
    }

    /// Statements without parameters and rows.
    pub(crate) fn execute(&mut self, sql: &str) -> Result<(), Broken> {
        self.trips += 1;
        let done = self.client.batch_execute(sql);
        done.map_err(|error| self.failed(&error))
    }

    /// Whether it is of use to nobody any more.
    pub(super) fn is_broken(&self) -> bool {
        self.broken || self.client.is_closed()
    }

    pub(super) fn set_broken(&mut self) {
        self.broken = true;
    }

    fn failed(&mut self, error: &postgres::Error) -> Broken {
        let failure = Failure::of(error);
        if failure == Failure::Lost {
            self.broken = true;
        }
        Broken {
            failure,
            error: StoreError::new(explain(error)),
        }
    }
}

/// A statement that failed.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(super) failure: Failure,
    pub(super) error: StoreError,
}

impl From<Broken> for StoreError {
    fn from(broken: Broken) -> Self {
        broken.error
    }
}

/// Sets what holds for every transaction of the session; when the server was started.
fn begin_session(client: &mut Client, schema: &str) -> Result<String, postgres::Error> {
    // A serializable transaction that has scanned a table conflicts with every writer of it, so sequential scans are off
    // although tables are small at first. Everything else that is off would be chosen for a table that the server has no
    // statistics of yet, or had none of when it planned: all statements are made for an index and for its order. The
    // pretended costs would make the server compile statements, so that is off too. `synchronous_commit` may be stricter than `on`, but not laxer: what is answered is durable.
    let messages = client.simple_query(&format!(
        "SET search_path = \"{schema}\";
         SET statement_timeout = {STATEMENT_TIMEOUT_MILLIS};
         SET lock_timeout = {LOCK_TIMEOUT_MILLIS};
         SET idle_in_transaction_session_timeout = {IDLE_TIMEOUT_MILLIS};
         SET default_transaction_isolation = 'read committed';
         SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off;
         SET enable_hashjoin = off; SET enable_mergejoin = off;
         SET jit = off;
         SELECT set_config('synchronous_commit', 'on', false)
         WHERE current_setting('synchronous_commit') IN ('off', 'local');
         SELECT pg_postmaster_start_time()::text || coalesce((SELECT stats_reset::text FROM pg_stat_bgwriter), '')"
    ))?;
    let rows = messages.iter().rev().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    Ok(rows.unwrap_or_default().to_owned())
}
