//! The counters behind the vendor's limits, in the memory of this process: credits, calls under way, tokens. An
//! organisation without limits has no counters.

use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tanzanite_crm::metering::{
    CreditWindow, Meter, MeteredCall, MeteredToken, Refusal, TokenWindow,
};
use tanzanite_crm::secret::Digest;
use tanzanite_protocol::{OrgId, Timestamp, limits};

/// The counters of all organisations.
#[derive(Debug, Default)]
pub(crate) struct Meters {
    orgs: Mutex<HashMap<OrgId, Counters>>,
}

/// The counters of one organisation.
#[derive(Debug, Default)]
struct Counters {
    credits: CreditWindow,
    /// By refresh token, the most recently used last.
    tokens: VecDeque<(Digest, TokenWindow)>,
    /// By application; only applications with calls under way are present.
    under_way: HashMap<String, Arc<Places>>,
}

/// The number of an application's calls under way.
#[derive(Debug, Default)]
struct Places {
    calls: AtomicU32,
    complex: AtomicU32,
}

/// The place of one call under way, freed on drop.
#[derive(Debug)]
struct Place {
    among: Arc<Places>,
    is_complex: bool,
}

/// The state of an organisation's counters, for display.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// Credits spent within the last 24 hours.
    pub(crate) used: u64,
    /// The time at which the next credits are returned, and their number.
    pub(crate) back: Option<(Timestamp, u64)>,
    /// Calls under way by application.
    pub(crate) under_way: Vec<(String, u32)>,
    /// Refresh tokens that yielded access tokens within the span of the throttle.
    pub(crate) refresh_tokens: usize,
    /// The highest number of access tokens that one of them yielded.
    pub(crate) tokens_most: usize,
}

impl Meters {
    /// Begins a request. It is under way until the returned value is dropped.
    pub(crate) fn begin(self: &Arc<Self>) -> UnderWay {
        UnderWay(Arc::new(Pass {
            meters: Arc::clone(self),
            progress: Mutex::default(),
        }))
    }

    /// Reads the counters.
    pub(crate) fn read(&self, org: OrgId, now: Timestamp) -> Reading {
        let orgs = self.orgs.lock();
        let Some(counters) = orgs.get(&org) else {
            return Reading::default();
        };
        let calls = |(client, places): (&String, &Arc<Places>)| {
            let calls = places.calls.load(Ordering::SeqCst);
            (calls > 0).then(|| (client.clone(), calls))
        };
        let mut under_way: Vec<_> = counters.under_way.iter().filter_map(calls).collect();
        under_way.sort();
        let tokens = counters.tokens.iter().map(|(_, window)| window.used(now));
        let tokens: Vec<usize> = tokens.filter(|used| *used > 0).collect();
        Reading {
            used: counters.credits.used(now),
            back: counters.credits.next_back(now),
            under_way,
            refresh_tokens: tokens.len(),
            tokens_most: tokens.into_iter().max().unwrap_or_default(),
        }
    }

    /// Sets credits and tokens to unspent. Calls under way stay counted.
    pub(crate) fn reset(&self, org: OrgId) {
        if let Some(counters) = self.orgs.lock().get_mut(&org) {
            counters.credits = CreditWindow::default();
            counters.tokens = VecDeque::new();
        }
    }

    /// Drops all counters of an organisation that has no limits any more, or was removed.
    pub(crate) fn forget(&self, org: OrgId) {
        self.orgs.lock().remove(&org);
    }
}

impl Counters {
    /// Refuses a call that exceeds a limit. `counted` is the number of its credits that an earlier run of this call has
    /// already counted, along with its place.
    fn look_at(&self, call: &MeteredCall<'_>, counted: u64) -> Result<(), Refusal> {
        let places = self.under_way.get(call.client);
        let count = |counter: fn(&Places) -> &AtomicU32| {
            places.map_or(0, |places| counter(places).load(Ordering::SeqCst))
        };
        let most = call.allowance.concurrency;
        if counted == 0 && count(|places| &places.calls) >= most {
            return Err(Refusal::Concurrency(most));
        }
        let most = limits::COMPLEX_CALLS_MAX;
        if call.is_complex() && count(|places| &places.complex) >= most {
            return Err(Refusal::Complex(most));
        }
        let left = self.left(call).saturating_add(counted);
        if left < call.cost {
            return Err(Refusal::Credits {
                cost: call.cost,
                left,
                limit: call.allowance.credits,
                back: self.credits.next_back(call.now),
            });
        }
        Ok(())
    }

    fn left(&self, call: &MeteredCall<'_>) -> u64 {
        let used = self.credits.used(call.now);
        call.allowance.credits.saturating_sub(used)
    }

    /// Takes a place among the application's calls.
    fn place(&mut self, client: &str) -> Place {
        if !self.under_way.contains_key(client) {
            self.under_way
                .retain(|_, places| places.calls.load(Ordering::SeqCst) > 0);
        }
        let places = self.under_way.entry(client.to_owned()).or_default();
        places.calls.fetch_add(1, Ordering::SeqCst);
        Place {
            among: Arc::clone(places),
            is_complex: false,
        }
    }

    fn issue(&mut self, token: &MeteredToken) -> Result<(), Refusal> {
        let known = self
            .tokens
            .iter()
            .position(|(refresh, _)| *refresh == token.refresh);
        let mut entry = known
            .and_then(|known| self.tokens.remove(known))
            .unwrap_or_else(|| (token.refresh, TokenWindow::default()));
        let issued = entry.1.issue(token.now);
        self.tokens.push_back(entry);
        if self.tokens.len() > limits::THROTTLED_TOKENS_MAX {
            self.tokens.pop_front();
        }
        issued.map_err(Refusal::Tokens)
    }
}

impl Place {
    fn set_complex(&mut self, is_complex: bool) {
        if is_complex && !self.is_complex {
            self.among.complex.fetch_add(1, Ordering::SeqCst);
            self.is_complex = true;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.among.calls.fetch_sub(1, Ordering::SeqCst);
        if self.is_complex {
            self.among.complex.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// The counting of one request, which stays the same however often the store runs the request.
#[derive(Debug)]
struct Pass {
    meters: Arc<Meters>,
    progress: Mutex<Progress>,
}

#[derive(Debug, Default)]
struct Progress {
    refused: Option<Refusal>,
    /// The credits counted for it, and the time of that by the organisation's clock.
    counted: Option<(Timestamp, u64)>,
    place: Option<Place>,
    /// Whether the access token that it asks for is counted.
    has_token: bool,
    /// Whether the client was answered or has gone. A store may still run the request then; it must not take a place,
    /// which nothing would free.
    has_ended: bool,
    /// The credits left, if at least half of the day's are spent.
    remaining: Option<u64>,
}

impl Progress {
    fn admit(&mut self, call: &MeteredCall<'_>, counters: &mut Counters) -> Result<(), Refusal> {
        let (then, counted) = self.counted.unwrap_or((call.now, 0));
        if counted >= call.cost {
            return Ok(());
        }
        let decided = counters.look_at(call, counted);
        if decided.is_ok() {
            counters.credits.spend(then, call.cost - counted);
            self.counted = Some((then, call.cost));
            if self.place.is_none() && !self.has_ended {
                self.place = Some(counters.place(call.client));
            }
            if let Some(place) = &mut self.place {
                place.set_complex(call.is_complex());
            }
        } else {
            counters.credits.take_back(then, counted);
            self.place = None;
        }
        self.remaining = remaining(call, counters.left(call));
        decided
    }
}

impl Pass {
    /// Decides about a request that no earlier run refused.
    fn decide(
        &self,
        org: OrgId,
        decide: impl FnOnce(&mut Progress, &mut Counters) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let mut progress = self.progress.lock();
        if progress.refused.is_none() {
            let mut orgs = self.meters.orgs.lock();
            let counters = orgs.entry(org).or_default();
            progress.refused = decide(&mut progress, counters).err();
        }
        progress.refused.clone().map_or(Ok(()), Err)
    }
}

impl Meter for Pass {
    fn admit(&self, call: &MeteredCall<'_>) -> Result<(), Refusal> {
        self.decide(call.org, |progress, counters| {
            progress.admit(call, counters)
        })
    }

    fn admit_token(&self, token: &MeteredToken) -> Result<(), Refusal> {
        self.decide(token.org, |progress, counters| {
            if !progress.has_token {
                counters.issue(token)?;
                progress.has_token = true;
            }
            Ok(())
        })
    }
}

/// The credits left, for the header of the answer. The vendor sends the header once half of the credits are spent, by a
/// public digest of its page "API limits" (v8).
fn remaining(call: &MeteredCall<'_>, left: u64) -> Option<u64> {
    let limit = call.allowance.credits;
    (limit.saturating_sub(left) >= limit.div_ceil(2)).then_some(left)
}

/// A request while it is under way.
#[derive(Debug)]
pub(crate) struct UnderWay(Arc<Pass>);

impl UnderWay {
    /// The meter that the request's job consults.
    pub(crate) fn meter(&self) -> Arc<dyn Meter> {
        Arc::clone(&self.0) as Arc<dyn Meter>
    }

    /// The credits left, if the answer states them.
    pub(crate) fn credits_remaining(&self) -> Option<u64> {
        self.0.progress.lock().remaining
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut progress = self.0.progress.lock();
        progress.has_ended = true;
        progress.place = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use tanzanite_crm::metering::Allowance;

    const ORG: OrgId = OrgId::new(1).expect("a number");
    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn call(cost: u64, concurrency: u32) -> MeteredCall<'static> {
        let credits = 100;
        MeteredCall {
            org: ORG,
            client: "app",
            now: NOW,
            cost,
            allowance: Allowance {
                credits,
                concurrency,
            },
        }
    }

    fn under_way(meters: &Meters) -> u32 {
        let reading = meters.read(ORG, NOW);
        reading.under_way.iter().map(|(_, calls)| calls).sum()
    }

    #[test]
    fn of_many_calls_at_once_exactly_those_that_may_go_on() {
        let meters = Arc::<Meters>::default();
        let (begun, decided) = (Barrier::new(64), Barrier::new(64));
        let admitted: usize = std::thread::scope(|scope| {
            let calls: Vec<_> = (0..64)
                .map(|_| {
                    scope.spawn(|| {
                        let request = meters.begin();
                        begun.wait();
                        let admitted = request.meter().admit(&call(1, 20)).is_ok();
                        decided.wait();
                        usize::from(admitted)
                    })
                })
                .collect();
            let admitted = calls.into_iter().map(|call| call.join().expect("a call"));
            admitted.sum()
        });
        assert_eq!((admitted, under_way(&meters)), (20, 0));
        assert_eq!(
            meters.read(ORG, NOW).used,
            20,
            "who is refused pays nothing"
        );
    }

    #[test]
    fn a_request_is_counted_once_however_often_it_runs_and_pays_the_rest_when_its_body_is_known() {
        let meters = Arc::<Meters>::default();
        let request = meters.begin();
        for (cost, used) in [(1, 1), (1, 1), (10, 10), (1, 10), (10, 10)] {
            assert_eq!(request.meter().admit(&call(cost, 1)), Ok(()));
            assert_eq!((meters.read(ORG, NOW).used, under_way(&meters)), (used, 1));
        }
        drop(request);
        let request = meters.begin();
        assert_eq!(request.meter().admit(&call(1, 1)), Ok(()));
        for cost in [91, 1] {
            let refused = request.meter().admit(&call(cost, 1));
            assert!(
                matches!(
                    refused,
                    Err(Refusal::Credits {
                        cost: 91,
                        left: 90,
                        ..
                    })
                ),
                "{refused:?}"
            );
            assert_eq!((meters.read(ORG, NOW).used, under_way(&meters)), (10, 0));
        }
    }

    #[test]
    fn ten_calls_that_cost_more_than_one_credit_may_be_under_way_and_others_beside_them() {
        let meters = Arc::<Meters>::default();
        let begin = |cost| {
            let request = meters.begin();
            request.meter().admit(&call(cost, 20)).map(|()| request)
        };
        let complex: Vec<_> = (0..10).map(|_| begin(2).expect("admitted")).collect();
        assert_eq!(begin(2).err(), Some(Refusal::Complex(10)));
        let simple = begin(1).expect("admitted");
        assert_eq!(
            simple.meter().admit(&call(2, 20)),
            Err(Refusal::Complex(10))
        );
        drop(complex);
        assert!(begin(2).is_ok());
    }

    #[test]
    fn a_request_that_nobody_waits_for_any_more_takes_no_place() {
        let meters = Arc::<Meters>::default();
        let request = meters.begin();
        let meter = request.meter();
        drop(request);
        assert_eq!(meter.admit(&call(1, 1)), Ok(()));
        assert_eq!((meters.read(ORG, NOW).used, under_way(&meters)), (1, 0));
    }

    #[test]
    fn what_is_under_way_when_all_is_forgotten_frees_nobody_else_s_place() {
        let meters = Arc::<Meters>::default();
        let old = meters.begin();
        assert_eq!(old.meter().admit(&call(1, 1)), Ok(()));
        meters.reset(ORG);
        assert_eq!((meters.read(ORG, NOW).used, under_way(&meters)), (0, 1));
        meters.forget(ORG);
        let new = meters.begin();
        assert_eq!(new.meter().admit(&call(1, 1)), Ok(()));
        drop(old);
        assert_eq!(under_way(&meters), 1);
    }

    #[test]
    fn the_throttle_of_the_refresh_token_that_was_used_longest_ago_is_forgotten() {
        let meters = Arc::<Meters>::default();
        let give = |number: usize| {
            let refresh = Digest::of(&number.to_le_bytes());
            let token = MeteredToken {
                org: ORG,
                refresh,
                now: NOW,
            };
            meters.begin().meter().admit_token(&token).is_ok()
        };
        for _ in 0..limits::TOKEN_THROTTLE_MAX {
            assert!(give(0) && give(1));
        }
        assert!(!give(0) && !give(1));
        for number in 2..=limits::THROTTLED_TOKENS_MAX {
            assert!(give(number));
        }
        assert!(give(0), "the first is forgotten");
        let tokens = meters.read(ORG, NOW).refresh_tokens;
        assert_eq!(tokens, limits::THROTTLED_TOKENS_MAX);
    }
}
