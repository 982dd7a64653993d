//! Numbers that nobody else has: of new records, by organisation, and of uploads. They are taken from the database in blocks
//! and outside of any job's transaction. Writers who all changed one counter would wait for each other; and what a job
//! that is rolled back was given is a gap, which is allowed.
//!
//! A node gives its numbers in their order; of two nodes the later number may be the smaller.

use super::connection::{Connection, Params};
use super::options::PostgresOptions;
use super::pool::drop_elsewhere;
use parking_lot::Mutex;
use postgres::Row;
use std::collections::HashMap;
use std::ops::Range;
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::OrgId;

/// Numbers of an organisation in one block. As many as one request may make records.
const BLOCK: i64 = 100;
/// Uploads in one block: the increment of the sequence `uploads`.
pub(crate) const UPLOADS_BLOCK: i64 = 1_000;
/// Organisations whose blocks are kept; with one more all are dropped, and their rests become gaps.
const ORGANISATIONS_MAX: usize = 10_000;

pub(super) struct Numbers {
    options: PostgresOptions,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    records: HashMap<OrgId, Range<i64>>,
    uploads: Range<i64>,
    /// A connection of its own: jobs hold all of the pool's while they wait for a number.
    connection: Option<Connection>,
}

impl Numbers {
    pub(super) fn new(options: PostgresOptions) -> Self {
        Self {
            options,
            taken: Mutex::default(),
        }
    }

    /// The next number of an organisation's. The first is 1.
    pub(super) fn of_record(&self, org: OrgId) -> Stored<i64> {
        let mut taken = self.taken.lock();
        if let Some(number) = taken.records.get_mut(&org).and_then(Iterator::next) {
            return Ok(number);
        }
        let last: i64 = taken.ask(
            &self.options,
            "INSERT INTO counters (org, last) VALUES ($1, $2)
             ON CONFLICT (org) DO UPDATE SET last = counters.last + excluded.last RETURNING last",
            &[&org.get(), &BLOCK],
        )?;
        if taken.records.len() >= ORGANISATIONS_MAX {
            taken.records.clear();
        }
        let first = last - BLOCK + 1;
        taken.records.insert(org, first + 1..last + 1);
        Ok(first)
    }

    /// A number that no other upload has.
    pub(super) fn of_upload(&self) -> Stored<i64> {
        let mut taken = self.taken.lock();
        if let Some(number) = taken.uploads.next() {
            return Ok(number);
        }
        let first: i64 = taken.ask(&self.options, "SELECT nextval('uploads')", &[])?;
        taken.uploads = first + 1..first + UPLOADS_BLOCK;
        Ok(first)
    }

    /// Closes the connection.
    pub(super) fn close(&self) {
        drop_elsewhere(self.taken.lock().connection.take().into_iter().collect());
    }
}

impl Drop for Numbers {
    fn drop(&mut self) {
        self.close();
    }
}

impl Taken {
    fn ask(&mut self, options: &PostgresOptions, sql: &str, params: Params<'_>) -> Stored<i64> {
        let connection = match self.connection.take() {
            Some(connection) if !connection.is_broken() => connection,
            _ => Connection::open(options)?,
        };
        let connection = self.connection.insert(connection);
        let mut answer = connection.query(sql, params);
        if answer.is_err() && connection.is_broken() {
            // If the first was done after all, its numbers are a gap.
            let connection = self.connection.insert(Connection::open(options)?);
            answer = connection.query(sql, params);
        }
        let rows: Vec<Row> = answer?;
        let row = rows
            .first()
            .ok_or_else(|| StoreError::new("a counter has vanished"))?;
        row.try_get(0).map_err(StoreError::new)
    }
}
