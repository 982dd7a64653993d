//! The senders: a bound for all organisations together, and a count for each.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use tanzanite_protocol::{OrgId, limits};
use tokio::sync::{AcquireError, Notify, Semaphore, SemaphorePermit};

/// The channels of which notifications are being sent.
#[derive(Debug)]
pub(crate) struct Senders {
    turns: Semaphore,
    of: Mutex<HashMap<OrgId, usize>>,
    ended: Notify,
}

impl Default for Senders {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(limits::NOTIFICATIONS_AT_ONCE_MAX),
            of: Mutex::default(),
            ended: Notify::new(),
        }
    }
}

/// One step that may send something of an organisation, and the sending, until it is dropped.
pub(crate) struct Sending(Arc<Senders>, OrgId);

impl Senders {
    /// Counts one more sender of an organisation: before the step that takes what it sends.
    pub(crate) fn sending(self: &Arc<Self>, org: OrgId) -> Sending {
        *self.of.lock().entry(org).or_default() += 1;
        Sending(Arc::clone(self), org)
    }

    /// Resolves when one more notification may be sent.
    pub(super) async fn turn(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        self.turns.acquire().await
    }

    /// Resolves when nothing of an organisation is being sent.
    pub(crate) async fn idle(&self, org: OrgId) {
        loop {
            // Registered before looking, so that an end that comes meanwhile is not missed.
            let ended = self.ended.notified();
            tokio::pin!(ended);
            ended.as_mut().enable();
            if !self.of.lock().contains_key(&org) {
                return;
            }
            ended.await;
        }
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        let Self(senders, org) = self;
        let mut of = senders.of.lock();
        if let Some(count) = of.get_mut(org) {
            *count -= 1;
            if *count == 0 {
                of.remove(org);
            }
        }
        drop(of);
        senders.ended.notify_waiters();
    }
}
