//! Whether a client keeps the required pace of sending or reading. Measured on average, so that neither an occasional
//! byte nor a fast start excuses a stall.

use std::time::Duration;
use tanzanite_protocol::limits;
use tokio::time::Instant;

/// The time up to which the bytes passed so far pay for the transfer. Never ahead of the clock, so a client cannot save
/// up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace(Instant);

impl Pace {
    pub(crate) const fn begin(now: Instant) -> Self {
        Self(now)
    }

    /// Records that bytes have passed.
    pub(crate) fn passed(&mut self, bytes: usize, now: Instant) {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let worth = Duration::from_secs(1) * bytes / limits::TRANSFER_BYTES_PER_SECOND_MIN;
        self.0 = now.min(self.0 + worth);
    }

    /// Excludes time that this server, not the client, has spent.
    pub(crate) fn excuse(&mut self, time: Duration) {
        self.0 += time;
    }

    /// The time at which the client will have fallen behind by `patience` if nothing more passes.
    pub(crate) fn ends(&self, patience: Duration) -> Instant {
        self.0 + patience
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const PATIENCE: Duration = Duration::from_secs(10);
    const SECOND_S_WORTH: usize = limits::TRANSFER_BYTES_PER_SECOND_MIN as usize;

    #[test]
    fn a_byte_now_and_then_does_not_keep_up_and_much_at_first_saves_nothing_up() {
        let mut now = Instant::now();
        let mut pace = Pace::begin(now);
        pace.passed(100 * SECOND_S_WORTH, now);
        assert_eq!(pace.ends(PATIENCE), now + PATIENCE);
        for _ in 0..9 {
            now += SECOND;
            pace.passed(1, now);
        }
        assert!(now < pace.ends(PATIENCE));
        assert!(pace.ends(PATIENCE) < now + 2 * SECOND);
    }

    #[test]
    fn who_keeps_the_least_pace_is_never_late_and_what_is_our_time_is_excused() {
        let mut now = Instant::now();
        let mut pace = Pace::begin(now);
        for _ in 0..100 {
            now += SECOND;
            pace.passed(SECOND_S_WORTH, now);
        }
        assert_eq!(pace.ends(PATIENCE), now + PATIENCE);
        pace.excuse(60 * SECOND);
        assert_eq!(pace.ends(PATIENCE), now + 60 * SECOND + PATIENCE);
    }
}
