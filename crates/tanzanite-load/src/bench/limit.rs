//! The limit: the store's own statements for an operation, as durable as it makes them, [`OPERATIONS`] a commit on one
//! thread, on a copy of the same database. No HTTP, no checks, no queue: no server on this store could be faster on one
//! thread.

use super::clock::{now, processor_time};
use super::load::Tally;
use super::loads::RECORDS_PER_CALL;
use super::measure::{Sample, Span, Times, count};
use super::picture::{SMALL_BYTES, png};
use super::shuffle::Noise;
use super::world::{FIRST_GIVEN_ID, LOADED_AT, Tenant, new_record, put_photo, record_id};
use std::path::Path;
use std::time::{Duration, Instant};
use tanzanite_crm::StoreError;
use tanzanite_crm::transaction::{NewRecord, Stamp};
use tanzanite_protocol::Timestamp;
use tanzanite_store::SoloSqlite;
use xtask::output::Outcome;

/// Operations of a commit: as many as there are connections.
const OPERATIONS: usize = super::measure::CONNECTIONS;

/// The operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// A photo is deleted.
    Delete,
    /// Records of one call are made.
    Insert,
}

/// A copy of a store, the records that have photos in it, and those that will be made.
pub(super) struct Limit {
    store: SoloSqlite,
    tenant: Tenant,
    ids: Vec<i64>,
    /// Records of which the first have no photos any more.
    used: usize,
    records: Vec<NewRecord>,
    opened: Instant,
    pages: i64,
    deletions: usize,
}

impl Limit {
    /// Opens a copy of a data folder.
    pub(super) fn open(folder: &Path, tenant: Tenant, ids: Vec<i64>) -> Outcome<Self> {
        let numbers = (0..).take(RECORDS_PER_CALL);
        Ok(Self {
            store: SoloSqlite::open(folder)?,
            tenant,
            ids,
            used: 0,
            records: numbers
                .map(|number| new_record(number, tenant.owner))
                .collect(),
            opened: now(),
            pages: 0,
            deletions: 0,
        })
    }

    /// Does the operation for a time, after a warm-up.
    pub(super) fn run(&mut self, operation: Operation, span: Span) -> Outcome<Sample> {
        self.run_for(operation, span.warm_up)?;
        self.run_for(operation, span.time)
    }

    /// Pages of the log that a deletion has written, on average.
    pub(super) fn pages_per_deletion(&self) -> Option<f64> {
        let pages = count(usize::try_from(self.pages).ok()?);
        (self.deletions > 0).then(|| pages / count(self.deletions))
    }

    fn run_for(&mut self, operation: Operation, time: Duration) -> Outcome<Sample> {
        let mut tally = Tally::default();
        let mut untimed = Duration::ZERO;
        let before = processor_time("self")?;
        while tally.elapsed < time {
            if operation == Operation::Delete && self.used + OPERATIONS > self.ids.len() {
                let before = processor_time("self")?;
                self.restore()?;
                untimed += processor_time("self")?.saturating_sub(before);
            }
            let begun = now();
            match operation {
                Operation::Delete => self.delete()?,
                Operation::Insert => self.insert()?,
            }
            let took = begun.elapsed();
            tally.elapsed += took;
            tally.latencies.extend([took; OPERATIONS]);
        }
        let times = Times {
            server: processor_time("self")?.saturating_sub(before + untimed),
            ..Times::default()
        };
        Ok(Sample { tally, times })
    }

    /// Now, by a clock that goes on from when the records were made: what changes moves in the indexes by time.
    fn stamp(&self) -> Stamp {
        let millis = i64::try_from(self.opened.elapsed().as_millis()).unwrap_or(i64::MAX);
        Stamp {
            at: Timestamp::from_millis(LOADED_AT.millis() + 1 + millis),
            by: self.tenant.owner,
        }
    }

    fn delete(&mut self) -> Outcome {
        let (tenant, stamp) = (self.tenant, self.stamp());
        let ids = &self.ids[self.used..self.used + OPERATIONS];
        self.pages += self.store.commit(|tx| {
            ids.iter().try_for_each(|id| {
                let record = record_id(*id)?;
                let head = tx.record_head(tenant.org, tenant.module, record)?;
                // Without a photo there would be nothing to delete.
                head.and_then(|head| head.image)
                    .ok_or_else(|| StoreError::new("the record has no photo"))?;
                tx.remove_file(tenant.permit(record), stamp)
            })
        })?;
        self.used += OPERATIONS;
        self.deletions += OPERATIONS;
        Ok(())
    }

    fn insert(&mut self) -> Outcome {
        let (tenant, stamp) = (self.tenant, self.stamp());
        self.records
            .iter_mut()
            .for_each(|record| record.stamp = stamp);
        let records = &self.records;
        self.store.commit(|tx| {
            (0..OPERATIONS).try_for_each(|_| {
                records.iter().try_for_each(|record| {
                    let id = record_id(FIRST_GIVEN_ID + tx.next_number(tenant.org)?)?;
                    tx.insert_record(tenant.permit(id), record)
                })
            })
        })?;
        Ok(())
    }

    /// Gives all records their photos back.
    fn restore(&mut self) -> Outcome {
        let (tenant, stamp) = (self.tenant, self.stamp());
        let bytes = png(SMALL_BYTES).into();
        for ids in self.ids[..self.used].chunks(OPERATIONS) {
            self.store.commit(|tx| {
                ids.iter()
                    .try_for_each(|id| put_photo(tx, tenant, *id, &bytes, stamp))
            })?;
        }
        Noise::new(3).shuffle(&mut self.ids);
        self.used = 0;
        Ok(())
    }
}
