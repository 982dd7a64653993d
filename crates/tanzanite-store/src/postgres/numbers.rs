//! Unique numbers: of new records, for each organisation, and of uploads. They are drawn from the database in blocks,
//! outside of any job's transaction, because writers that all change one counter would wait for each other. Numbers of
//! a job that is rolled back become gaps, which is allowed.
//!
//! A node uses its numbers in ascending order; between two nodes a later number may be smaller.

use super::options::PostgresOptions;
use super::session::{Params, Session};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::ops::Range;
use tanzanite_crm::{StoreError, Stored};
use tanzanite_protocol::OrgId;

/// Numbers in one block of an organisation: as many as one request may insert records.
const BLOCK: i64 = 100;
/// Uploads in one block: the increment of the sequence `uploads`.
pub(crate) const UPLOADS_BLOCK: i64 = 1_000;
/// Organisations whose blocks are held; beyond that all are dropped, and their remainders become gaps.
const ORGANISATIONS_MAX: usize = 10_000;

/// See `settings_versions` in the migrations.
type Generation = i64;

/// A series of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Series {
    /// Records of an organisation since its numbering last started again. The first number is 1.
    Records(OrgId, Generation),
    Uploads,
}

pub(super) struct Numbers {
    options: PostgresOptions,
    blocks: Mutex<HashMap<Series, Range<i64>>>,
    /// A separate session, since waiting jobs may hold all sessions of the pool.
    session: tokio::sync::Mutex<Option<Session>>,
}

impl Numbers {
    pub(super) fn new(options: PostgresOptions) -> Self {
        Self {
            options,
            blocks: Mutex::default(),
            session: tokio::sync::Mutex::default(),
        }
    }

    /// A unique number. `None` if a new block must be drawn first.
    pub(super) fn next(&self, series: Series) -> Option<i64> {
        self.blocks.lock().get_mut(&series)?.next()
    }

    /// Draws a block, unless another job has just done so.
    pub(super) async fn take_block(&self, series: Series) -> Stored<()> {
        let mut session = self.session.lock().await;
        let is_left = |block: &Range<i64>| !block.is_empty();
        if self.blocks.lock().get(&series).is_some_and(is_left) {
            return Ok(());
        }
        let block = match series {
            Series::Records(org, _) => {
                let last = self
                    .ask(
                    &mut session,
                    "INSERT INTO counters (org, last) VALUES ($1, $2)
                     ON CONFLICT (org) DO UPDATE SET last = counters.last + excluded.last RETURNING last",
                    &[&org.get(), &BLOCK],
                )
                .await?;
                last - BLOCK + 1..last + 1
            }
            Series::Uploads => {
                let sql = "SELECT nextval('uploads')";
                let first = self.ask(&mut session, sql, &[]).await?;
                first..first + UPLOADS_BLOCK
            }
        };
        let mut blocks = self.blocks.lock();
        if blocks.len() >= ORGANISATIONS_MAX {
            blocks.clear();
        }
        blocks.insert(series, block);
        Ok(())
    }

    /// Closes the session, unless a block is being drawn; then the session ends with the store.
    pub(super) fn close(&self) {
        if let Ok(mut session) = self.session.try_lock() {
            session.take();
        }
    }

    async fn ask(&self, own: &mut Option<Session>, sql: &str, params: Params<'_>) -> Stored<i64> {
        let session = match own.take() {
            Some(session) if !session.is_broken() => session,
            _ => Session::open(&self.options).await?,
        };
        let session = own.insert(session);
        let mut answer = session.query(sql, params).await;
        if answer.is_err() && session.is_broken() {
            // If the lost statement was executed after all, its numbers are a gap.
            let session = own.insert(Session::open(&self.options).await?);
            answer = session.query(sql, params).await;
        }
        let rows = answer?;
        let row = rows
            .first()
            .ok_or_else(|| StoreError::new("a counter has vanished"))?;
        row.try_get(0).map_err(StoreError::new)
    }
}
