//! An organisation's clock: the machine's, unless a test has set it. It determines everything the organisation does or
//! stores: stamps, the expiry of codes and tokens, page tokens.

use serde::{Deserialize, Serialize};
use std::fmt;
use tanzanite_protocol::Timestamp;

/// The times that a clock can show, in milliseconds: the years 1970 to 9999, which the vendor's format can express.
const RANGE: std::ops::RangeInclusive<i64> = 0..=253_402_300_799_999;

/// The difference between an organisation's clock and the machine's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Clock {
    /// It runs.
    Running {
        /// Milliseconds by which it is ahead of the machine's clock; negative if behind.
        ahead: i64,
    },
    /// It is stopped.
    Frozen {
        /// The time at which it is stopped, in milliseconds since the epoch.
        at: i64,
    },
}

/// A change of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockChange {
    /// Stops it, at a time or at the present one.
    Freeze(Option<Timestamp>),
    /// Sets it to a time; a stopped clock stays stopped.
    Set(Timestamp),
    /// Moves it forward by this many milliseconds, or back if negative.
    Advance(i64),
    /// Makes it run again, from the time at which it is stopped.
    Resume,
    /// Makes it equal to the machine's clock.
    Reset,
}

/// The clock would show a time that the vendor's format cannot express.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockRange;

impl fmt::Display for ClockRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a clock shows the years 1970 to 9999")
    }
}

impl std::error::Error for ClockRange {}

impl Default for Clock {
    fn default() -> Self {
        Self::Running { ahead: 0 }
    }
}

impl Clock {
    /// The time that it shows when the machine's clock shows `machine`.
    pub fn at(self, machine: Timestamp) -> Timestamp {
        Timestamp::from_millis(match self {
            Self::Running { ahead } => machine.millis().saturating_add(ahead),
            Self::Frozen { at } => at,
        })
    }

    /// The clock after a change, made when the machine's clock shows `machine`.
    pub fn changed(self, change: ClockChange, machine: Timestamp) -> Result<Self, ClockRange> {
        let now = self.at(machine).millis();
        let frozen = matches!(self, Self::Frozen { .. });
        let (frozen, shows) = match change {
            ClockChange::Freeze(at) => (true, at.map_or(now, Timestamp::millis)),
            ClockChange::Set(to) => (frozen, to.millis()),
            ClockChange::Advance(by) => (frozen, now.checked_add(by).ok_or(ClockRange)?),
            ClockChange::Resume => (false, now),
            ClockChange::Reset => (false, machine.millis()),
        };
        if !RANGE.contains(&shows) {
            return Err(ClockRange);
        }
        Ok(if frozen {
            Self::Frozen { at: shows }
        } else {
            let ahead = shows.saturating_sub(machine.millis());
            Self::Running { ahead }
        })
    }
}

/// Parses a time span such as `90m`, `1h 30m`, `2d`, `-5s` or `P1DT12H` to milliseconds; a day has 24 hours. `None` if
/// the text is no span.
pub fn parse_span(text: &str) -> Option<i64> {
    let span: jiff::Span = text.parse().ok()?;
    let duration = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours());
    i64::try_from(duration.ok()?.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MACHINE: Timestamp = Timestamp::from_millis(1_000_000);

    fn after(changes: &[ClockChange]) -> Clock {
        let change = |clock: Clock, change: &ClockChange| clock.changed(*change, MACHINE);
        let clock = changes.iter().try_fold(Clock::default(), change);
        clock.expect("within the range")
    }

    #[test]
    fn a_clock_goes_with_the_machine_s_unless_it_stands() {
        let later = Timestamp::from_millis(1_000_500);
        let set = ClockChange::Set(Timestamp::from_millis(5_000));
        for (changes, now, then) in [
            (vec![], 1_000_000, 1_000_500),
            (vec![set], 5_000, 5_500),
            (vec![set, ClockChange::Advance(-1_000)], 4_000, 4_500),
            (vec![ClockChange::Freeze(None)], 1_000_000, 1_000_000),
            (vec![ClockChange::Freeze(None), set], 5_000, 5_000),
            (
                vec![ClockChange::Freeze(None), set, ClockChange::Advance(7)],
                5_007,
                5_007,
            ),
            (
                vec![ClockChange::Freeze(None), set, ClockChange::Resume],
                5_000,
                5_500,
            ),
            (
                vec![ClockChange::Freeze(None), set, ClockChange::Reset],
                1_000_000,
                1_000_500,
            ),
        ] {
            let clock = after(&changes);
            let shown = (clock.at(MACHINE).millis(), clock.at(later).millis());
            assert_eq!(shown, (now, then), "{changes:?}");
        }
    }

    #[test]
    fn spans_are_what_people_write() {
        for (text, millis) in [
            ("90m", Some(5_400_000)),
            ("1h 30m", Some(5_400_000)),
            ("2d", Some(172_800_000)),
            ("-5s", Some(-5_000)),
            ("250ms", Some(250)),
            ("P1DT12H", Some(129_600_000)),
            ("1 month", None),
            ("90", None),
            ("", None),
            ("soon", None),
            ("999999999999d", None),
        ] {
            assert_eq!(parse_span(text), millis, "{text}");
        }
    }

    #[test]
    fn a_clock_is_not_set_out_of_its_range() {
        for change in [
            ClockChange::Set(Timestamp::from_millis(-1)),
            ClockChange::Freeze(Some(Timestamp::from_millis(RANGE.end() + 1))),
            ClockChange::Advance(i64::MAX),
            ClockChange::Advance(-1_000_001),
        ] {
            assert_eq!(Clock::default().changed(change, MACHINE), Err(ClockRange));
        }
    }
}
