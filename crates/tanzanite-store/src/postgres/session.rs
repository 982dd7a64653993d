//! A session with the server: its settings, its prepared statements, and its connection.
//!
//! Statements that do not depend on each other's results are sent together, in one round trip.

use super::failure::{Failure, explain};
use super::options::PostgresOptions;
use bytes::{BufMut as _, BytesMut};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, maybe_done};
use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::Poll;
use std::time::Duration;
use tanzanite_crm::StoreError;
use tokio::runtime::{Handle, Id};
use tokio::task::JoinHandle;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, NoTls, Row, SimpleQueryMessage, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

/// The time-out of connecting to a server.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The silence after which the server is probed.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(15);
/// The wait for the answer to a probe.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);
/// Probes before the connection counts as lost.
const KEEPALIVE_RETRIES: u32 = 3;
/// Milliseconds that one statement may take.
const STATEMENT_TIMEOUT_MILLIS: u32 = 15_000;
/// Milliseconds that a statement may wait for a row that another transaction has changed.
const LOCK_TIMEOUT_MILLIS: u32 = 5_000;
/// Milliseconds that the server waits for the next statement within a transaction; longer than the time-outs of an
/// object store.
const IDLE_TIMEOUT_MILLIS: u32 = 30_000;

/// Statements that a session keeps prepared.
const STATEMENTS_MAX: usize = 1_000;
/// A query is probably a read's last if more than three of four reads have ended with it lately: a wrong guess repeats
/// all queries, which costs up to three times what a right guess saves.
const ENDS_MIN: u8 = 4;
const ENDS_MAX: u8 = 16;
const ENDS_FALL: u8 = 3;

/// Overrides settings of [`begin`] for a transaction that reads whole tables.
pub(super) const LOOK_AT_WHOLE_TABLES: &str = "
    SET LOCAL enable_seqscan = on; SET LOCAL enable_bitmapscan = on; SET LOCAL enable_sort = on;
    SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on";

pub(crate) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A session.
pub(crate) struct Session {
    client: Client,
    /// The task that transfers data.
    driver: JoinHandle<()>,
    statements: HashMap<String, Arc<Prepared>>,
    /// The runtime of that task.
    pub(super) runtime: Id,
    /// The start time of the server and the time since which it counts statistics. Other times mean another server, or
    /// one that has lost data. A server that recovers from a crash of a session resets its statistics without a new
    /// start time.
    pub(super) server_started: String,
    broken: bool,
    /// The number of round trips.
    pub(super) trips: u64,
}

/// A prepared statement.
pub(super) struct Prepared {
    statement: Statement,
    /// Rises with each read that ends with it, and falls with each that does not.
    ends: AtomicU8,
}

/// A statement with its values, ready to be sent.
pub(super) enum Step {
    /// A statement without parameters and rows.
    Plain(&'static str),
    Prepared(Arc<Prepared>, Vec<Encoded>),
}

/// A parameter's value in the wire format, independent of its source.
#[derive(Debug)]
pub(super) struct Encoded(Option<BytesMut>);

/// A statement that failed.
#[derive(Clone, Debug)]
pub(crate) struct Broken {
    pub(super) failure: Failure,
    pub(super) error: StoreError,
}

impl Session {
    /// Opens a session. The current runtime transfers its data.
    pub(super) async fn open(options: &PostgresOptions) -> Result<Self, StoreError> {
        let mut config = options.config.clone();
        config
            .connect_timeout(CONNECT_TIMEOUT)
            .keepalives_idle(KEEPALIVE_IDLE)
            .keepalives_interval(KEEPALIVE_INTERVAL)
            .keepalives_retries(KEEPALIVE_RETRIES);
        if config.get_application_name().is_none() {
            config.application_name("tanzanite");
        }
        let failed = |error: tokio_postgres::Error| StoreError::new(explain(&error));
        let (client, driver) = if options.encrypted() {
            // The certificates that the system trusts; unreadable ones are ignored.
            let (encryption, _) = MakeRustlsConnect::with_native_certs().map_err(|_| {
                StoreError::new("the system has no certificates to know the server by")
            })?;
            let (client, connection) = config.connect(encryption).await.map_err(failed)?;
            (client, tokio::spawn(connection.map(drop)))
        } else {
            let (client, connection) = config.connect(NoTls).await.map_err(failed)?;
            (client, tokio::spawn(connection.map(drop)))
        };
        let server_started = begin(&client, &options.schema).await.map_err(failed)?;
        Ok(Self {
            client,
            driver,
            statements: HashMap::new(),
            runtime: Handle::current().id(),
            server_started,
            broken: false,
            trips: 0,
        })
    }

    /// Ends the session, and waits until the server has been told.
    pub(super) async fn close(self) {
        drop((self.client, self.statements));
        // If the task has panicked, the server notices the end of the connection.
        let _ = self.driver.await;
    }

    /// A statement with its values; `None` if it is not prepared yet.
    pub(super) fn step(&self, sql: &str, params: Params<'_>) -> Option<Result<Step, Broken>> {
        let prepared = self.statements.get(sql)?;
        let values = prepared.statement.params().iter().zip(params);
        let values = values.map(|(kind, value)| Encoded::new(*value, kind));
        Some(match values.collect() {
            Ok(values) => Ok(Step::Prepared(Arc::clone(prepared), values)),
            Err(error) => Err(Broken {
                failure: Failure::Final,
                error,
            }),
        })
    }

    /// Prepares a statement.
    pub(super) async fn prepare(&mut self, sql: &str) -> Result<(), Broken> {
        self.trips += 1;
        let statement = self.client.prepare(sql).await;
        let statement = statement.map_err(|error| self.failed(&error))?;
        let ends = AtomicU8::new(0);
        let prepared = Arc::new(Prepared { statement, ends });
        // Searches have as many statements as clients have ideas. Which one goes is of no importance.
        if self.statements.len() >= STATEMENTS_MAX
            && let Some(gone) = self.statements.keys().next().cloned()
        {
            self.statements.remove(&gone);
        }
        self.statements.insert(sql.to_owned(), prepared);
        Ok(())
    }

    /// Sends all statements before waiting for the first result; returns the rows of each, in order. Within a
    /// transaction no statement after a failed one is executed.
    pub(super) async fn run(&mut self, steps: &[Step]) -> Vec<Result<Vec<Row>, Broken>> {
        self.trips += 1;
        let answers = send_all(&self.client, steps).await;
        let answers = answers.into_iter();
        answers
            .map(|answer| answer.map_err(|error| self.failed(&error)))
            .collect()
    }

    /// The rows of a statement, which is prepared on first use.
    pub(super) async fn query(
        &mut self,
        sql: &str,
        params: Params<'_>,
    ) -> Result<Vec<Row>, Broken> {
        if !self.statements.contains_key(sql) {
            self.prepare(sql).await?;
        }
        self.trips += 1;
        let rows = self
            .client
            .query(&self.statements[sql].statement, params)
            .await;
        rows.map_err(|error| self.failed(&error))
    }

    /// Executes statements without parameters and rows.
    pub(super) async fn execute(&mut self, sql: &str) -> Result<(), Broken> {
        self.trips += 1;
        let done = self.client.batch_execute(sql).await;
        done.map_err(|error| self.failed(&error))
    }

    /// Whether it cannot be used any more.
    pub(super) fn is_broken(&self) -> bool {
        self.broken || self.client.is_closed()
    }

    fn failed(&mut self, error: &tokio_postgres::Error) -> Broken {
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

async fn send_all(client: &Client, steps: &[Step]) -> Vec<Result<Vec<Row>, tokio_postgres::Error>> {
    let answers = steps.iter().map(|step| maybe_done(step.run(client)));
    let mut answers: Vec<_> = answers.collect();
    // Polling a future for the first time sends its statement.
    poll_fn(|context| {
        for answer in &mut answers {
            let _ = answer.poll_unpin(context);
        }
        Poll::Ready(())
    })
    .await;
    let mut outputs = Vec::with_capacity(steps.len());
    for mut answer in answers {
        (&mut answer).await;
        outputs.extend(Pin::new(&mut answer).take_output());
    }
    outputs
}

impl Prepared {
    /// Whether this query is probably the last of a read.
    pub(super) fn seems_to_end(&self) -> bool {
        self.ends.load(Ordering::Relaxed) >= ENDS_MIN
    }

    /// Notes whether this query was the last of a read.
    pub(super) fn ended(&self, last: bool) {
        let before = self.ends.load(Ordering::Relaxed);
        let now = if last {
            ENDS_MAX.min(before + 1)
        } else {
            before.saturating_sub(ENDS_FALL)
        };
        self.ends.store(now, Ordering::Relaxed);
    }
}

impl Step {
    fn run<'a>(
        &'a self,
        client: &'a Client,
    ) -> BoxFuture<'a, Result<Vec<Row>, tokio_postgres::Error>> {
        match self {
            Self::Plain(sql) => client
                .batch_execute(sql)
                .map(|done| done.map(|()| Vec::new()))
                .boxed(),
            Self::Prepared(prepared, values) => async move {
                let values = values.iter().map(|value| value as &(dyn ToSql + Sync));
                client
                    .query(&prepared.statement, &values.collect::<Vec<_>>())
                    .await
            }
            .boxed(),
        }
    }
}

impl Encoded {
    fn new(value: &(dyn ToSql + Sync), kind: &Type) -> Result<Self, StoreError> {
        let mut bytes = BytesMut::new();
        let written = value.to_sql_checked(kind, &mut bytes);
        Ok(match written.map_err(StoreError::new)? {
            IsNull::Yes => Self(None),
            IsNull::No => Self(Some(bytes)),
        })
    }
}

impl ToSql for Encoded {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        Ok(match &self.0 {
            None => IsNull::Yes,
            Some(bytes) => {
                out.put_slice(bytes);
                IsNull::No
            }
        })
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl From<Broken> for StoreError {
    fn from(broken: Broken) -> Self {
        broken.error
    }
}

/// Configures the session; returns the start time of the server.
async fn begin(client: &Client, schema: &str) -> Result<String, tokio_postgres::Error> {
    // A serializable transaction that has scanned a table conflicts with every writer of it, so sequential scans are
    // off even for small tables. Other plan types are off because the server would choose them for tables without
    // statistics; all statements are written for an index and its order. The resulting high cost estimates would
    // trigger JIT compilation, so that is off too. `synchronous_commit` may be stricter than `on` but not weaker, since
    // acknowledged changes are durable.
    let settings = format!(
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
    );
    let messages = client.simple_query(&settings).await?;
    let rows = messages.iter().rev().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    Ok(rows.unwrap_or_default().to_owned())
}
