//! Commits: how many there are, and how many of them are on disk.
//!
//! A commit is visible to readers a moment before it is synced. What a reader has seen is told to nobody before that.

use super::writer::gone;
use std::sync::atomic::{AtomicU64, Ordering};
use tanzanite_crm::StoreError;
use tokio::sync::watch;

#[derive(Debug)]
pub(super) struct Commits {
    begun: AtomicU64,
    made: AtomicU64,
    /// None once a sync has failed: what is on disk is then unknown.
    synced: watch::Sender<Option<u64>>,
}

impl Commits {
    pub(super) fn new() -> Self {
        Self {
            begun: AtomicU64::new(0),
            made: AtomicU64::new(0),
            synced: watch::Sender::new(Some(0)),
        }
    }

    /// How many a snapshot that begins now sees at least.
    pub(super) fn made(&self) -> u64 {
        self.made.load(Ordering::Acquire)
    }

    /// How many a snapshot that has begun sees at most.
    pub(super) fn begun(&self) -> u64 {
        self.begun.load(Ordering::Acquire)
    }

    /// The writer is about to commit; the commit's number.
    pub(super) fn begin(&self) -> u64 {
        self.begun.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// The writer has committed, or has rolled back, what it began last.
    pub(super) fn end(&self, number: u64) {
        self.made.store(number, Ordering::Release);
    }

    /// All up to this one are on disk.
    pub(super) fn synced(&self, number: u64) {
        self.synced.send_if_modified(|synced| match synced {
            Some(before) if *before < number => {
                *before = number;
                true
            }
            _ => false,
        });
    }

    /// A sync has failed.
    pub(super) fn sync_failed(&self) {
        self.synced.send_replace(None);
    }

    /// Waits until all up to this one are on disk.
    pub(super) async fn durable(&self, number: u64) -> Result<(), StoreError> {
        // Nearly always true already, without a place in the queue of those who wait.
        if self.synced.borrow().is_some_and(|synced| synced >= number) {
            return Ok(());
        }
        let mut watcher = self.synced.subscribe();
        let reached = watcher
            .wait_for(|synced| synced.is_none_or(|synced| synced >= number))
            .await
            .map_err(|_| gone())?;
        reached.map(|_| ()).ok_or_else(not_synced)
    }
}

/// A sync failed: nothing that was written since the last one can be relied on.
pub(super) fn not_synced() -> StoreError {
    StoreError::new("the disk has failed to sync; restart once it works")
}
