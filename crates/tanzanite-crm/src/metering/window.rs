//! Windows that roll with an organisation's clock and remember only their span. When the clock is moved back, later
//! entries do not count, and are removed at the next count.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::time::Duration;
use tanzanite_protocol::{Timestamp, limits};

const fn millis(span: Duration) -> i64 {
    span.as_secs().cast_signed() * 1000
}

const GRAIN: i64 = millis(limits::CREDITS_GRAIN);
/// Grains in a day: the most entries that a window can have.
const GRAINS: i64 = millis(limits::CREDITS_SPAN) / GRAIN;
const TOKEN_SPAN: i64 = millis(limits::TOKEN_THROTTLE_SPAN);

/// Credits spent within the rolling day. The credits of a grain are returned together, a day after the grain began.
#[derive(Clone, Debug, Default)]
pub struct CreditWindow {
    /// Grains with the credits spent in each, the oldest first.
    spent: VecDeque<(i64, u64)>,
}

impl CreditWindow {
    /// The credits spent within the day.
    pub fn used(&self, now: Timestamp) -> u64 {
        self.held(now).map(|(_, credits)| credits).sum()
    }

    /// Counts credits spent now.
    pub fn spend(&mut self, now: Timestamp, credits: u64) {
        let held = held(now);
        self.spent.retain(|(grain, _)| held.contains(grain));
        match self.spent.back_mut() {
            Some((grain, spent)) if grain == held.end() => *spent = spent.saturating_add(credits),
            _ => self.spent.push_back((*held.end(), credits)),
        }
    }

    /// Uncounts credits that were spent at a time.
    pub fn take_back(&mut self, then: Timestamp, credits: u64) {
        let grain = then.millis().div_euclid(GRAIN);
        self.spent
            .iter_mut()
            .filter(|(spent, _)| *spent == grain)
            .for_each(|(_, spent)| *spent = spent.saturating_sub(credits));
        self.spent.retain(|(_, credits)| *credits > 0);
    }

    /// The time at which the next credits are returned, and their number.
    pub fn next_back(&self, now: Timestamp) -> Option<(Timestamp, u64)> {
        let (grain, credits) = self.held(now).next()?;
        Some((Timestamp::from_millis((grain + GRAINS) * GRAIN), credits))
    }

    fn held(&self, now: Timestamp) -> impl Iterator<Item = (i64, u64)> {
        let held = held(now);
        let spent = self.spent.iter().copied();
        spent.filter(move |(grain, _)| held.contains(grain))
    }
}

/// The grains of the day that ends now.
fn held(now: Timestamp) -> RangeInclusive<i64> {
    let grain = now.millis().div_euclid(GRAIN);
    grain - GRAINS + 1..=grain
}

/// The times at which a refresh token last yielded access tokens.
#[derive(Clone, Debug, Default)]
pub struct TokenWindow {
    /// In milliseconds, the oldest first.
    issued: VecDeque<i64>,
}

impl TokenWindow {
    /// The number of access tokens within the span.
    pub fn used(&self, now: Timestamp) -> usize {
        self.held(now).count()
    }

    /// Counts an access token issued now. If there are too many within the span, the error is the time at which the
    /// next can be issued.
    pub fn issue(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        if self.used(now) >= limits::TOKEN_THROTTLE_MAX {
            let oldest = self.held(now).next().unwrap_or_default();
            return Err(Timestamp::from_millis(oldest + TOKEN_SPAN));
        }
        self.issued = self.held(now).collect();
        self.issued.push_back(now.millis());
        Ok(())
    }

    fn held(&self, now: Timestamp) -> impl Iterator<Item = i64> {
        let now = now.millis();
        let issued = self.issued.iter().copied();
        issued.filter(move |at| (now - TOKEN_SPAN + 1..=now).contains(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = GRAINS * GRAIN;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    /// Steps of a clock, mostly forwards, and the credits spent after each.
    fn steps() -> impl Strategy<Value = Vec<(i64, u64)>> {
        let step = prop_oneof![
            8 => 0..GRAIN * 2,
            2 => 0..DAY * 2,
            1 => Just(DAY),
            1 => Just(GRAIN),
            1 => -DAY..0,
        ];
        prop::collection::vec((step, 1..20_u64), 1..200)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// The model keeps every entry with its exact time.
        #[test]
        fn credits_count_for_a_day_less_a_grain_at_least_and_for_a_day_at_most(steps in steps()) {
            let mut window = CreditWindow::default();
            let mut model: Vec<(i64, u64)> = Vec::new();
            let mut now = DAY * 10;
            for (step, credits) in steps {
                now += step;
                let sum = |from: i64, to: i64| -> u64 {
                    let within = model.iter().filter(|(then, _)| (from..to).contains(then));
                    within.map(|(_, credits)| credits).sum()
                };
                let grain_end = now - now.rem_euclid(GRAIN) + GRAIN;
                let (least, most) = (sum(now - DAY + GRAIN, now + 1), sum(now - DAY + 1, grain_end));
                let used = window.used(at(now));
                prop_assert!((least..=most).contains(&used), "{used} at {now}: {model:?}");
                window.spend(at(now), credits);
                // Counting removes the entries outside the window, also after the clock has been moved back.
                model.retain(|(then, _)| (grain_end - DAY..grain_end).contains(then));
                model.push((now, credits));
                prop_assert!(window.spent.len() <= usize::try_from(GRAINS).expect("a number"));
                let (back, credits) = window.next_back(at(now)).expect("something is spent");
                let before = window.used(at(back.millis() - 1));
                prop_assert_eq!(window.used(back) + credits, before, "and no earlier");
            }
        }

        #[test]
        fn no_span_of_ten_minutes_holds_more_than_ten_tokens(steps in prop::collection::vec(0..TOKEN_SPAN / 4, 1..200)) {
            let mut window = TokenWindow::default();
            let mut model: Vec<i64> = Vec::new();
            let mut now = 0;
            for step in steps {
                now += step;
                let within: Vec<i64> = model.iter().copied().filter(|then| now - then < TOKEN_SPAN).collect();
                prop_assert_eq!(window.used(at(now)), within.len());
                match window.issue(at(now)) {
                    Ok(()) => {
                        prop_assert!(within.len() < limits::TOKEN_THROTTLE_MAX);
                        model.push(now);
                    }
                    Err(next) => {
                        prop_assert_eq!(within.len(), limits::TOKEN_THROTTLE_MAX);
                        prop_assert_eq!(next, at(within[0] + TOKEN_SPAN));
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_taken_back_was_never_spent() {
        let mut window = CreditWindow::default();
        window.spend(at(5), 7);
        window.spend(at(6), 2);
        window.take_back(at(6), 2);
        assert_eq!(window.used(at(7)), 7);
        window.take_back(at(5), 7);
        assert_eq!((window.used(at(7)), window.next_back(at(7))), (0, None));
    }

    #[test]
    fn credits_come_back_when_the_clock_is_advanced_by_a_day() {
        let mut window = CreditWindow::default();
        let noon = at(DAY / 2 + 123_456);
        window.spend(noon, 7);
        window.spend(at(noon.millis() + GRAIN), 2);
        assert_eq!(window.used(at(noon.millis() + DAY - GRAIN)), 9);
        assert_eq!(window.used(at(noon.millis() + DAY)), 2);
        assert_eq!(window.used(at(noon.millis() + DAY + GRAIN)), 0);
    }
}
