//! The operations of clients, their answers, and the order of both.

use std::sync::atomic::{AtomicU64, Ordering};

/// A client's request about one record. No number of an upload, update or lock is used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    Upload(u64),
    DeletePhoto,
    Download,
    Update(u64),
    Read,
    Lock(u64),
    /// Removes the lock of this number.
    Unlock(u64),
    ReadLock,
}

impl Ask {
    /// Whether the request can change the record. A request without an answer matters only then.
    pub(super) const fn is_write(self) -> bool {
        !matches!(self, Self::Download | Self::Read | Self::ReadLock)
    }
}

/// The answer to a client. Only `Done` means that the record was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Done,
    /// Refused: the record is locked.
    Locked,
    /// Refused: there is no photo, or no lock.
    Missing,
    /// Refused: the record has a lock already, or another lock than the named one.
    Other,
    Photo(Option<u64>),
    Record {
        value: u64,
        photo: bool,
        locked: bool,
    },
    Lock(Option<u64>),
}

/// One operation on one record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation {
    pub(super) client: usize,
    pub(super) node: usize,
    pub(super) ask: Ask,
    /// The moment just before the request was sent.
    pub(super) invoked: u64,
    /// The answer. `None` if no answer came, or one that leaves open whether the operation has happened or will.
    pub(super) answer: Option<Answer>,
    /// The moment just after the answer came. Without an answer, the moment from which the operation could no longer
    /// happen.
    pub(super) ended: u64,
}

/// Counts moments. If one event was over before another began, the first has the smaller number. The order of a history
/// rests on that alone.
#[derive(Debug, Default)]
pub(super) struct Clock(AtomicU64);

impl Clock {
    pub(super) fn now(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}
