//! The numbers of commits, and of those that are on disk.
//!
//! Readers see a commit shortly before it is synced. A result that depends on it is returned only after the sync.

use super::writer::gone;
use std::sync::atomic::{AtomicU64, Ordering};
use tanzanite_crm::StoreError;
use tokio::sync::watch;

#[derive(Debug)]
pub(super) struct Commits {
    begun: AtomicU64,
    made: AtomicU64,
    /// `None` once a sync has failed, because the content of the disk is then unknown.
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

    /// The number of commits that a snapshot beginning now sees at least.
    pub(super) fn made(&self) -> u64 {
        self.made.load(Ordering::Acquire)
    }

    /// The number of commits that a snapshot that has begun sees at most.
    pub(super) fn begun(&self) -> u64 {
        self.begun.load(Ordering::Acquire)
    }

    /// Notes that the writer is about to commit; returns the commit's number.
    pub(super) fn begin(&self) -> u64 {
        self.begun.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Notes that the writer has committed or rolled back.
    pub(super) fn end(&self, number: u64) {
        self.made.store(number, Ordering::Release);
    }

    /// Notes that all commits up to this one are on disk.
    pub(super) fn synced(&self, number: u64) {
        self.synced.send_if_modified(|synced| match synced {
            Some(before) if *before < number => {
                *before = number;
                true
            }
            _ => false,
        });
    }

    /// Notes that a sync has failed.
    pub(super) fn sync_failed(&self) {
        self.synced.send_replace(None);
    }

    /// Waits until all commits up to this one are on disk.
    pub(super) async fn durable(&self, number: u64) -> Result<(), StoreError> {
        // This is nearly always true already, and cheaper than waiting.
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

/// The error after a failed sync: data written since the last sync cannot be relied on.
pub(super) fn not_synced() -> StoreError {
    StoreError::new("the disk has failed to sync; restart once it works")
}
