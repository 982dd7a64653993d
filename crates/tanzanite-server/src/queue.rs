//! Counts the waiters for a resource; its holders get stricter time limits while there are any.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The number of waiters.
#[derive(Debug, Default)]
pub(crate) struct Queue(AtomicUsize);

/// One waiter, until it is dropped.
pub(crate) struct Waiting<'a>(&'a Queue);

impl Queue {
    pub(crate) const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    pub(crate) fn join(&self) -> Waiting<'_> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Waiting(self)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}
