//! A session with the server: its settings, its prepared statements, and whether a transaction is open in it.
//!
//! Statements are sent in one go where one need not wait for another's answer: that costs one round trip.

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

/// A question seems to be a read's last if more than three of four reads have ended with it lately: who is wrong about that asks
/// everything again, which costs up to three times what it would have spared.
const ENDS_MIN: u8 = 4;
const ENDS_MAX: u8 = 16;
const ENDS_FALL: u8 = 3;

/// Takes [`begin`]'s word back for one transaction: one that looks at whole tables.
pub(super) const LOOK_AT_WHOLE_TABLES: &str = "
    SET LOCAL enable_seqscan = on; SET LOCAL enable_bitmapscan = on; SET LOCAL enable_sort = on;
    SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on";

pub(crate) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A session.
pub(crate) struct Session {
    client: Client,
    /// Moves what is sent and what comes.
    driver: JoinHandle<()>,
    statements: HashMap<String, Arc<Prepared>>,
    /// The runtime that moves its bytes.
    pub(super) runtime: Id,
    /// When the server that it leads to was started, and when it began to count: other times are another server, or one that
    /// has lost its memory. After a crash of a session it recovers and counts anew, and is not started again.
    pub(super) server_started: String,
    broken: bool,
    /// Round trips.
    pub(super) trips: u64,
}

/// A prepared statement.
pub(super) struct Prepared {
    statement: Statement,
    /// Rises with each read that ends with it, and falls with each that goes on.
    ends: AtomicU8,
}

/// A statement with its values, to be sent.
pub(super) enum Step {
    /// Without parameters and rows.
    Plain(&'static str),
    Prepared(Arc<Prepared>, Vec<Encoded>),
}

/// A parameter's value as it is sent. It outlives what it was made of.
#[derive(Debug)]
pub(super) struct Encoded(Option<BytesMut>);

/// A statement that failed.
#[derive(Clone, Debug)]
pub(crate) struct Broken {
    pub(super) failure: Failure,
    pub(super) error: StoreError,
}

impl Session {
    /// Opens one. The runtime that it is opened in moves its bytes.
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
            // The certificates that the system trusts. Some that cannot be read do not matter.
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

    /// Ends it, and waits until the server has been told.
    pub(super) async fn close(self) {
        drop((self.client, self.statements));
        // If it panicked, the server is told by the end of the connection.
        let _ = self.driver.await;
    }

    /// A statement with its values, if it is prepared.
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
        self.statements.insert(sql.to_owned(), prepared);
        Ok(())
    }

    /// Sends everything before it waits for the first answer; the rows of each, in the same order. Within a transaction nothing
    /// that follows a failure is done.
    pub(super) async fn run(&mut self, steps: &[Step]) -> Vec<Result<Vec<Row>, Broken>> {
        self.trips += 1;
        let answers = send_all(&self.client, steps).await;
        let answers = answers.into_iter();
        answers
            .map(|answer| answer.map_err(|error| self.failed(&error)))
            .collect()
    }

    /// Rows of a statement, which is prepared when it is met for the first time.
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

    /// Statements without parameters and rows.
    pub(super) async fn execute(&mut self, sql: &str) -> Result<(), Broken> {
        self.trips += 1;
        let done = self.client.batch_execute(sql).await;
        done.map_err(|error| self.failed(&error))
    }

    /// Whether it is of use to nobody any more.
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
    // A statement is sent when its future is polled for the first time.
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
    /// Whether a read that asks this will ask nothing more, to all appearance.
    pub(super) fn seems_to_end(&self) -> bool {
        self.ends.load(Ordering::Relaxed) >= ENDS_MIN
    }

    /// A read that asked this has asked nothing more, or has.
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

/// Sets what holds for every transaction of the session; when the server was started.
async fn begin(client: &Client, schema: &str) -> Result<String, tokio_postgres::Error> {
    // A serializable transaction that has scanned a table conflicts with every writer of it, so sequential scans are off
    // although tables are small at first. Everything else that is off would be chosen for a table that the server has no
    // statistics of yet, or had none of when it planned: all statements are made for an index and for its order. The
    // pretended costs would make the server compile statements, so that is off too. `synchronous_commit` may be stricter than
    // `on`, but not laxer: what is answered is durable.
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
