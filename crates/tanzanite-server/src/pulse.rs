//! Whether a connection is alive: what its requests tell of it. Pings tell nothing.

use http::Version;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Counts the requests of one connection.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    begun: AtomicU64,
    ended: AtomicU64,
    http_2: AtomicBool,
}

/// What was felt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Beat {
    /// It has never sent a whole head.
    Never,
    /// It has an open request or had one since it was felt last; or it is of HTTP/1, where hyper looks after it.
    Busy,
    /// All its requests had ended when it was felt last, and no other has come.
    Idle,
}

/// A request that is being answered. It ends when this is dropped, as it is when a client takes its request back.
#[derive(Debug)]
pub(crate) struct Open(Arc<Pulse>);

impl Pulse {
    /// A head has come.
    pub(crate) fn begin(pulse: &Arc<Self>, version: Version) -> Open {
        pulse.begun.fetch_add(1, Ordering::Relaxed);
        if version == Version::HTTP_2 {
            pulse.http_2.store(true, Ordering::Relaxed);
        }
        Open(Arc::clone(pulse))
    }

    /// What has happened since `seen`, which is for the next time.
    pub(crate) fn feel(&self, seen: &mut u64) -> Beat {
        let begun = self.begun.load(Ordering::Relaxed);
        let ended = self.ended.load(Ordering::Relaxed);
        // As many ends as last time, and no open request now: then there was none last time either.
        let still = std::mem::replace(seen, ended) == ended && begun == ended;
        match (begun, still && self.http_2.load(Ordering::Relaxed)) {
            (0, _) => Beat::Never,
            (_, true) => Beat::Idle,
            (_, false) => Beat::Busy,
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_ended_just_before_is_no_idleness() {
        let pulse = Arc::new(Pulse::default());
        let mut seen = 0;
        assert_eq!(pulse.feel(&mut seen), Beat::Never);
        let open = Pulse::begin(&pulse, Version::HTTP_2);
        assert_eq!(pulse.feel(&mut seen), Beat::Busy);
        assert_eq!(pulse.feel(&mut seen), Beat::Busy, "still open");
        drop(open);
        assert_eq!(pulse.feel(&mut seen), Beat::Busy, "just ended");
        assert_eq!(pulse.feel(&mut seen), Beat::Idle);
        drop(Pulse::begin(&pulse, Version::HTTP_2));
        assert_eq!(pulse.feel(&mut seen), Beat::Busy, "another has come");
    }
}
