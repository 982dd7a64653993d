//! What the clients asked for and what they were told, and in which order both was seen.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a client wants of one record. The numbers of uploads, updates and locks are given once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    Upload(u64),
    DeletePhoto,
    Download,
    Update(u64),
    Read,
    Lock(u64),
    /// Takes away the lock of this number.
    Unlock(u64),
    ReadLock,
}

impl Ask {
    /// Whether it can change anything: if its answer is lost, only then does it matter.
    pub(super) const fn is_write(self) -> bool {
        !matches!(self, Self::Download | Self::Read | Self::ReadLock)
    }
}

/// What a client was told. Only `Done` says that the record was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Done,
    /// Refused: the record is locked.
    Locked,
    /// Refused: there is no photo, or no lock.
    Missing,
    /// Refused: there is a lock already, or another one.
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
    /// Just before it was sent.
    pub(super) invoked: u64,
    /// None if no answer came, or one that says nothing: it has happened or not, or will.
    pub(super) answer: Option<Answer>,
    /// Just after the answer came. Without one: when it was certain that it would no longer happen.
    pub(super) ended: u64,
}

/// Counts moments. Of two events of which one was over before the other began, the first has the smaller number; that
/// is all that the order of a history rests on.
#[derive(Debug, Default)]
pub(super) struct Clock(AtomicU64);

impl Clock {
    pub(super) fn now(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}
