//! One measurement: a request, over all connections, for a time; what came of it.

use super::child::Server;
use super::clock::{processor_time, processor_time_with_children};
use super::load::{Fleet, Tally};
use super::request::{Request, Supply};
use super::shuffle::Noise;
use std::time::Duration;
use xtask::output::Outcome;

/// Connections, each with one request on its way.
pub(super) const CONNECTIONS: usize = 64;
/// With fewer records than this a warm-up would use too many of them up: one untimed pass over all
/// is the warm-up.
const WARM_UP_RECORDS_MIN: usize = 100_000;
/// How long records may take to get their photos back.
const RESTORE_TIMEOUT: Duration = Duration::from_mins(5);
/// Passes over all records in one measurement.
const PASSES_MAX: usize = 10_000;

/// How long to measure, and how long to load before it counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    /// Untimed.
    pub(super) warm_up: Duration,
    /// Timed.
    pub(super) time: Duration,
}

/// Which records a request is about.
#[derive(Debug)]
pub(super) enum Records {
    /// The one that the path names, or none.
    Fixed,
    /// These, round and round.
    Cycle(Vec<i64>),
    /// Each once, for its photo is then gone; when all are used up, an upload gives each its photo
    /// back, untimed.
    Consume(Pool),
}

/// Records whose photos are deleted and restored.
#[derive(Debug)]
pub(super) struct Pool {
    ids: Vec<i64>,
    used: usize,
    restore: Request,
}

/// What came of one measurement.
#[derive(Debug)]
pub(super) struct Sample {
    /// Replies, rate and latencies.
    pub(super) tally: Tally,
    /// What the timed part cost.
    pub(super) times: Times,
}

/// Processor time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Times {
    /// The servers'.
    pub(super) server: Duration,
    /// The load generator's.
    pub(super) client: Duration,
    /// That of what the servers lean on.
    pub(super) behind: Duration,
}

/// Whom a load goes to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends<'a> {
    /// The connections go to them in turn.
    servers: &'a [Server],
    /// A process that they all lean on, with its children.
    behind: Option<u32>,
}

impl<'a> Ends<'a> {
    /// One that leans on nothing.
    pub(super) fn one(server: &'a Server) -> Self {
        Self {
            servers: std::slice::from_ref(server),
            behind: None,
        }
    }

    /// Several that lean on one process.
    pub(super) fn before(servers: &'a [Server], behind: u32) -> Self {
        Self {
            servers,
            behind: Some(behind),
        }
    }

    fn connect(&self) -> Outcome<Fleet> {
        let addresses: Vec<_> = self.servers.iter().map(|server| server.address).collect();
        Fleet::connect(&addresses, CONNECTIONS)
    }

    /// What has been used so far.
    fn times(&self) -> Outcome<Times> {
        let behind = self.behind.map(processor_time_with_children).transpose()?;
        let servers = self.servers.iter().map(Server::processor_time);
        Ok(Times {
            server: servers.sum::<Outcome<Duration>>()?,
            client: processor_time("self")?,
            behind: behind.unwrap_or_default(),
        })
    }
}

impl Times {
    fn since(self, before: Self) -> Self {
        Self {
            server: self.server.saturating_sub(before.server),
            client: self.client.saturating_sub(before.client),
            behind: self.behind.saturating_sub(before.behind),
        }
    }

    /// Adds what was used besides.
    pub(super) fn add(&mut self, other: Self) {
        self.server += other.server;
        self.client += other.client;
        self.behind += other.behind;
    }
}

impl Span {
    /// So many times as long.
    pub(super) fn times(self, factor: u32) -> Self {
        Self {
            warm_up: self.warm_up * factor,
            time: self.time * factor,
        }
    }
}

impl Sample {
    /// Replies a second.
    pub(super) fn rate(&self) -> f64 {
        count(self.tally.latencies.len()) / self.tally.elapsed.as_secs_f64().max(f64::EPSILON)
    }
}

/// A count as a number to calculate with.
pub(super) fn count(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

impl Records {
    /// The id of one, for a single request.
    pub(super) fn take_one(&mut self) -> i64 {
        match self {
            Self::Fixed => 0,
            Self::Cycle(ids) => ids.first().copied().unwrap_or_default(),
            Self::Consume(pool) => {
                let id = pool.ids.get(pool.used).copied().unwrap_or_default();
                pool.used = pool.ids.len().min(pool.used + 1);
                id
            }
        }
    }
}

impl Pool {
    /// Records that all have photos now, and the request that gives one back.
    pub(super) fn new(ids: Vec<i64>, restore: Request) -> Self {
        Self {
            ids,
            used: 0,
            restore,
        }
    }

    /// Gives photos back to those that lost theirs; what went wrong.
    fn restore(&mut self, fleet: &mut Fleet) -> Tally {
        let supply = Supply::once(self.ids[..self.used].to_vec());
        let (mut tally, _) = fleet.run(
            &self.restore,
            supply,
            Duration::ZERO,
            RESTORE_TIMEOUT,
            || (),
        );
        if tally.errors == 0 && tally.latencies.len() != self.used {
            tally.errors = 1;
            tally.complaint = Some("not every photo was restored in time".to_owned());
        }
        Noise::new(3).shuffle(&mut self.ids);
        self.used = 0;
        Tally {
            latencies: Vec::new(),
            elapsed: Duration::ZERO,
            ..tally
        }
    }
}

/// Sends a request for a time.
pub(super) fn measure(
    ends: Ends<'_>,
    request: &Request,
    records: &mut Records,
    span: Span,
) -> Outcome<Sample> {
    let mut fleet = ends.connect()?;
    match records {
        Records::Fixed => timed(ends, &mut fleet, request, Supply::constant(), span).map(first),
        Records::Cycle(ids) => {
            timed(ends, &mut fleet, request, Supply::cycle(ids.clone()), span).map(first)
        }
        Records::Consume(pool) => consume(ends, &mut fleet, request, pool, span),
    }
}

fn first<A, B>((a, _): (A, B)) -> A {
    a
}

fn consume(
    ends: Ends<'_>,
    fleet: &mut Fleet,
    request: &Request,
    pool: &mut Pool,
    span: Span,
) -> Outcome<Sample> {
    let few = pool.ids.len() < WARM_UP_RECORDS_MIN;
    let mut warm_up = if few { Duration::ZERO } else { span.warm_up };
    let mut whole: Option<Sample> = None;
    let mut untimed = Tally::default();
    if few {
        let supply = Supply::once(pool.ids[pool.used..].to_vec());
        let (pass, _) = fleet.run(request, supply, Duration::ZERO, RESTORE_TIMEOUT, || ());
        pool.used = pool.ids.len();
        untimed.add_errors(&pass);
    }
    for _ in 0..PASSES_MAX {
        let done = whole
            .as_ref()
            .map_or(Duration::ZERO, |sample| sample.tally.elapsed);
        if done >= span.time || untimed.errors > 0 {
            break;
        }
        if pool.used == pool.ids.len() {
            untimed.add_errors(&pool.restore(fleet));
            continue;
        }
        let supply = Supply::once(pool.ids[pool.used..].to_vec());
        let part = Span {
            warm_up,
            time: span.time.saturating_sub(done),
        };
        let (sample, supply) = timed(ends, fleet, request, supply, part)?;
        pool.used += supply.taken();
        warm_up = Duration::ZERO;
        untimed.add_errors(&sample.tally);
        whole = Some(match whole {
            None => sample,
            Some(whole) => whole.and_then(sample),
        });
    }
    let mut whole = whole.ok_or("nothing could be measured")?;
    whole.tally.errors = untimed.errors;
    whole.tally.complaint = untimed.complaint;
    Ok(whole)
}

fn timed(
    ends: Ends<'_>,
    fleet: &mut Fleet,
    request: &Request,
    supply: Supply,
    span: Span,
) -> Outcome<(Sample, Supply)> {
    let mut before = None;
    let (tally, supply) = fleet.run(request, supply, span.warm_up, span.time, || {
        before = Some(ends.times());
    });
    let before = before.ok_or("the load did not begin")??;
    let times = ends.times()?.since(before);
    Ok((Sample { tally, times }, supply))
}

impl Sample {
    fn and_then(mut self, part: Self) -> Self {
        self.tally.add_after(part.tally);
        self.times.add(part.times);
        self
    }
}
