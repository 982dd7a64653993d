//! How many bytes of a file a run of a job may read. Files are long, memory is not: a run that would read more says how much it wants
//! instead, and is made again once there is room.

use crate::faults;
use std::sync::atomic::{AtomicUsize, Ordering};
use tanzanite_protocol::Fault;

/// The room that a job was given, and what it wants.
#[derive(Debug)]
pub struct Room {
    given: AtomicUsize,
    wanted: AtomicUsize,
}

/// Without a bound.
impl Default for Room {
    fn default() -> Self {
        Self::of(usize::MAX)
    }
}

impl Room {
    /// For so many bytes.
    pub const fn of(bytes: usize) -> Self {
        Self {
            given: AtomicUsize::new(bytes),
            wanted: AtomicUsize::new(0),
        }
    }

    /// Gives room for so many bytes to the next run.
    pub fn give(&self, bytes: usize) {
        self.given.store(bytes, Ordering::Relaxed);
    }

    /// How many bytes the last run wanted to read, if that was more than it was given. Its answer is then none.
    pub fn wanted(&self) -> Option<usize> {
        let wanted = self.wanted.load(Ordering::Relaxed);
        (wanted > self.given.load(Ordering::Relaxed)).then_some(wanted)
    }

    /// Asks for room before that many bytes are read.
    pub(crate) fn ask(&self, bytes: usize) -> Result<(), Fault> {
        self.wanted.store(bytes, Ordering::Relaxed);
        match self.wanted() {
            None => Ok(()),
            Some(_) => Err(Fault::new(&faults::STORE_FAILED)
                .because(format!("there was no room for a file of {bytes} bytes"))),
        }
    }
}
