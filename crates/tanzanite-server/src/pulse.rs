//! Whether a connection is alive, judged by its requests and answers; pings do not count.

use crate::pace::Pace;
use http::Version;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// The activity of one connection.
#[derive(Debug)]
pub(crate) struct Pulse {
    came: Instant,
    begun: AtomicU64,
    ended: AtomicU64,
    /// Whether the latest request was HTTP/2.
    http_2: AtomicBool,
    /// The time of the last end of a request, in microseconds after the connection began.
    ended_after: AtomicU64,
    /// The answers that the client is reading; `None` while it waits for this server's next bytes.
    taken: Mutex<BTreeMap<u64, Option<Pace>>>,
}

/// A snapshot of a pulse, for comparison with a later one.
#[derive(Debug)]
pub(crate) struct Seen {
    begun_at_first: u64,
    ended: u64,
}

/// The state of a connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Beat {
    /// No whole head has arrived yet.
    Never,
    /// A request is open or was open since the last look; or the connection is HTTP/1, where hyper enforces the
    /// time-outs.
    Busy,
    /// All requests had ended at the last look, and none has arrived since.
    Idle,
}

/// A request that is being answered, until this is dropped; that happens too when a client cancels it.
#[derive(Debug)]
pub(crate) struct Open(Arc<Pulse>);

/// A request whose answer the client is reading, until this is dropped.
#[derive(Debug)]
pub(crate) struct Taking {
    open: Open,
    number: u64,
}

impl Pulse {
    /// Starts the pulse of a new connection.
    pub(crate) fn begin() -> Self {
        Self {
            came: Instant::now(),
            begun: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            http_2: AtomicBool::new(false),
            ended_after: AtomicU64::new(0),
            taken: Mutex::default(),
        }
    }

    /// Records the arrival of a head.
    pub(crate) fn open(pulse: &Arc<Self>, version: Version) -> Open {
        pulse.begun.fetch_add(1, Ordering::Relaxed);
        let http_2 = version == Version::HTTP_2;
        pulse.http_2.store(http_2, Ordering::Relaxed);
        Open(Arc::clone(pulse))
    }

    /// A snapshot of the present state.
    pub(crate) fn seen(&self) -> Seen {
        Seen {
            begun_at_first: self.begun.load(Ordering::Relaxed),
            ended: self.ended.load(Ordering::Relaxed),
        }
    }

    /// The activity since `seen`, which is then updated for the next call.
    pub(crate) fn feel(&self, seen: &mut Seen) -> Beat {
        let begun = self.begun.load(Ordering::Relaxed);
        let ended = self.ended.load(Ordering::Relaxed);
        // If as many requests have ended as at the last look and none is open now, none was open then.
        let still = std::mem::replace(&mut seen.ended, ended) == ended && begun == ended;
        match (
            begun == seen.begun_at_first,
            still && self.http_2.load(Ordering::Relaxed),
        ) {
            (true, _) => Beat::Never,
            (_, true) => Beat::Idle,
            (_, false) => Beat::Busy,
        }
    }

    /// The time since which no request is open; `None` while one is. A head that is still arriving does not count.
    pub(crate) fn idle_since(&self) -> Option<Instant> {
        let ended_after = self.ended_after.load(Ordering::Relaxed);
        let is_idle = self.begun.load(Ordering::Relaxed) == self.ended.load(Ordering::Relaxed);
        is_idle.then(|| self.came + Duration::from_micros(ended_after))
    }

    /// Whether the client has fallen behind by more than this with reading an answer.
    pub(crate) fn is_late(&self, patience: Duration) -> bool {
        let taken = self.taken.lock();
        let mut paces = taken.values().flatten();
        paces.any(|pace| pace.ends(patience) < Instant::now())
    }
}

impl Open {
    /// From now on the client's reading is timed.
    pub(crate) fn taking(self) -> Taking {
        let mut taken = self.0.taken.lock();
        let number = taken.last_key_value().map_or(0, |(last, _)| last + 1);
        taken.insert(number, Some(Pace::begin(Instant::now())));
        drop(taken);
        Taking { open: self, number }
    }
}

impl Taking {
    /// The client has asked for more, and got these bytes.
    pub(crate) fn passed(&self, bytes: usize) {
        let now = Instant::now();
        if let Some(pace) = self.open.0.taken.lock().get_mut(&self.number) {
            pace.get_or_insert(Pace::begin(now)).passed(bytes, now);
        }
    }

    /// The client has asked for more, and waits for this server.
    pub(crate) fn waits_for_us(&self) {
        if let Some(pace) = self.open.0.taken.lock().get_mut(&self.number) {
            *pace = None;
        }
    }
}

impl Drop for Taking {
    fn drop(&mut self) {
        self.open.0.taken.lock().remove(&self.number);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let after = self.0.came.elapsed().as_micros();
        let after = u64::try_from(after).unwrap_or(u64::MAX);
        self.0.ended_after.store(after, Ordering::Relaxed);
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_ended_just_before_is_no_idleness() {
        let pulse = Arc::new(Pulse::begin());
        let mut seen = pulse.seen();
        assert_eq!(pulse.feel(&mut seen), Beat::Never);
        let open = Pulse::open(&pulse, Version::HTTP_2);
        assert_eq!(pulse.feel(&mut seen), Beat::Busy);
        assert_eq!(pulse.feel(&mut seen), Beat::Busy, "still open");
        drop(open);
        assert_eq!(pulse.feel(&mut seen), Beat::Busy, "just ended");
        assert_eq!(pulse.feel(&mut seen), Beat::Idle);
        drop(Pulse::open(&pulse, Version::HTTP_2));
        assert_eq!(pulse.feel(&mut seen), Beat::Busy, "another has come");
    }

    #[test]
    fn a_request_lasts_until_its_answer_is_taken_and_only_the_client_s_time_counts() {
        let pulse = Arc::new(Pulse::begin());
        assert!(pulse.idle_since().is_some());
        let taking = Pulse::open(&pulse, Version::HTTP_11).taking();
        std::thread::sleep(Duration::from_millis(2));
        assert!(pulse.idle_since().is_none());
        assert!(pulse.is_late(Duration::from_millis(1)));
        assert!(!pulse.is_late(Duration::from_mins(1)));
        taking.waits_for_us();
        assert!(!pulse.is_late(Duration::ZERO));
        taking.passed(1);
        std::thread::sleep(Duration::from_millis(2));
        assert!(pulse.is_late(Duration::from_millis(1)));
        drop(taking);
        assert!(!pulse.is_late(Duration::ZERO) && pulse.idle_since().is_some());
    }
}
