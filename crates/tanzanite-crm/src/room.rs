//! The number of bytes of a file that a run of a job may read. Files can be large and memory is limited: a run that
//! would read more asks for room instead, and the job runs again once there is room.

use crate::faults;
use std::sync::atomic::{AtomicUsize, Ordering};
use tanzanite_protocol::Fault;

/// The room that a job has been given, and the room that it needs.
#[derive(Debug)]
pub struct Room {
    given: AtomicUsize,
    wanted: AtomicUsize,
}

/// Unlimited room.
impl Default for Room {
    fn default() -> Self {
        Self::of(usize::MAX)
    }
}

impl Room {
    /// Room for this many bytes.
    pub const fn of(bytes: usize) -> Self {
        Self {
            given: AtomicUsize::new(bytes),
            wanted: AtomicUsize::new(0),
        }
    }

    /// Gives the next run room for this many bytes.
    pub fn give(&self, bytes: usize) {
        self.given.store(bytes, Ordering::Relaxed);
    }

    /// The bytes that the last run needed beyond its room, so that its answer is not valid. `None` if the room
    /// sufficed.
    pub fn wanted(&self) -> Option<usize> {
        let wanted = self.wanted.load(Ordering::Relaxed);
        (wanted > self.given.load(Ordering::Relaxed)).then_some(wanted)
    }

    /// Asks for room before reading this many bytes.
    pub(crate) fn ask(&self, bytes: usize) -> Result<(), Fault> {
        self.wanted.store(bytes, Ordering::Relaxed);
        match self.wanted() {
            None => Ok(()),
            Some(_) => Err(Fault::new(&faults::STORE_FAILED)
                .because(format!("there was no room for a file of {bytes} bytes"))),
        }
    }
}
