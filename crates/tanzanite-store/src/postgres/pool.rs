//! Connections: each job has one from its beginning to its end. They are many, but bounded: who finds none waits, and not
//! for ever. Nothing is asked of a connection when it is taken: if it is dead, the job's first statement finds out and the
//! job runs again on another.

use super::connection::Connection;
use super::options::PostgresOptions;
use parking_lot::{Condvar, Mutex};
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tanzanite_crm::StoreError;

/// How long a job waits for a connection.
const WAIT: Duration = Duration::from_secs(10);

pub(super) struct Pool {
    pub(super) options: PostgresOptions,
    connections: Mutex<Connections>,
    freed: Condvar,
    trips: AtomicU64,
}

struct Connections {
    idle: Vec<Connection>,
    /// Those that are idle and those that are in use.
    open: usize,
    closed: bool,
}

/// A connection while a job has it.
pub(super) struct Pooled<'a> {
    pool: &'a Pool,
    /// There until it is dropped.
    connection: Option<Connection>,
}

impl Pool {
    pub(super) fn new(options: PostgresOptions) -> Self {
        Self {
            options,
            connections: Mutex::new(Connections {
                idle: Vec::new(),
                open: 0,
                closed: false,
            }),
            freed: Condvar::new(),
            trips: AtomicU64::new(0),
        }
    }

    /// The connection that was used last, or a new one.
    pub(super) fn take(&self) -> Result<Pooled<'_>, Unavailable> {
        let mut connections = self.connections.lock();
        let max = self.options.connections_max;
        let mut none_free =
            |all: &mut Connections| !all.closed && all.idle.is_empty() && all.open >= max;
        let waited = self
            .freed
            .wait_while_for(&mut connections, &mut none_free, WAIT);
        if waited.timed_out() {
            return Err(Unavailable::Busy);
        }
        if connections.closed {
            return Err(Unavailable::Closed);
        }
        if let Some(connection) = connections.idle.pop() {
            return Ok(self.pooled(connection));
        }
        connections.open += 1;
        drop(connections);
        match Connection::open(&self.options) {
            Ok(connection) => Ok(self.pooled(connection)),
            Err(error) => {
                self.connections.lock().open -= 1;
                self.freed.notify_one();
                Err(Unavailable::Unreachable(error))
            }
        }
    }

    /// Round trips to the server that jobs have made.
    pub(super) fn trips(&self) -> u64 {
        self.trips.load(Ordering::Relaxed)
    }

    /// Closes the connections that are idle now, and the others when their jobs have ended.
    pub(super) fn close(&self) {
        let idle = {
            let mut connections = self.connections.lock();
            connections.closed = true;
            std::mem::take(&mut connections.idle)
        };
        self.freed.notify_all();
        drop_elsewhere(idle);
    }

    fn pooled(&self, connection: Connection) -> Pooled<'_> {
        Pooled {
            pool: self,
            connection: Some(connection),
        }
    }

    fn give_back(&self, mut connection: Connection) {
        let trips = std::mem::take(&mut connection.trips);
        self.trips.fetch_add(trips, Ordering::Relaxed);
        let mut connections = self.connections.lock();
        let mut gone = Vec::new();
        if connection.is_broken() || connections.closed {
            // If the server has gone away it is the end of all that wait, and nobody should find that out one by one.
            gone.append(&mut connections.idle);
            gone.push(connection);
            connections.open -= gone.len();
        } else {
            connections.idle.push(connection);
        }
        drop(connections);
        if gone.is_empty() {
            self.freed.notify_one();
        } else {
            drop(gone);
            self.freed.notify_all();
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
    }
}

/// A connection waits for its end, which must not happen on a thread that serves asynchronous tasks; whoever drops the store
/// may be on one.
pub(super) fn drop_elsewhere(connections: Vec<Connection>) {
    if connections.is_empty() {
        return;
    }
    let thread = std::thread::Builder::new()
        .name("tanzanite-goodbye".to_owned())
        .spawn(move || drop(connections));
    if let Ok(thread) = thread {
        let _ = thread.join();
    }
}

impl Deref for Pooled<'_> {
    type Target = Connection;

    #[expect(
        clippy::expect_used,
        reason = "the connection is taken out by `drop` alone"
    )]
    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("there until it is dropped")
    }
}

impl DerefMut for Pooled<'_> {
    #[expect(
        clippy::expect_used,
        reason = "the connection is taken out by `drop` alone"
    )]
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("there until it is dropped")
    }
}

impl Drop for Pooled<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.give_back(connection);
        }
    }
}

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum Unavailable {
    /// All are in use.
    Busy,
    /// The store was closed.
    Closed,
    /// The server does not answer.
    Unreachable(StoreError),
}

impl From<Unavailable> for StoreError {
    fn from(unavailable: Unavailable) -> Self {
        match unavailable {
            Unavailable::Busy => Self::new("too many jobs are waiting for a connection"),
            Unavailable::Closed => Self::new("the store has been closed"),
            Unavailable::Unreachable(error) => error,
        }
    }
}
