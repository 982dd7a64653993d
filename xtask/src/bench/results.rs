//! What was measured, put together: medians over the rounds, and the targets that the issue set.

use super::cases::Name;
use super::measure::{Sample, count};
use hdrhistogram::Histogram;
use std::time::Duration;

/// One line of the table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) title: String,
    /// Nobody's if it is raw SQLite.
    pub(super) name: Option<Name>,
    /// The rate of each round.
    pub(super) rates: Vec<f64>,
    /// Each round's rate, over that of the bare handler just before.
    pub(super) to_bare: Vec<f64>,
    latencies: Vec<Duration>,
    server_time: Duration,
    client_time: Duration,
    pub(super) errors: u64,
    pub(super) complaint: Option<String>,
}

/// Memory and times of the server's processes.
#[derive(Debug)]
pub(super) struct Processes {
    /// Records with small photos in the two folders.
    pub(super) records: (usize, usize),
    /// Bytes of the large folder's database.
    pub(super) database_bytes: u64,
    /// From start to ready, on an empty folder and on the large one.
    pub(super) ready: (Vec<Duration>, Vec<Duration>),
    /// Resident memory of the server on the large folder after the load, and at its highest, in
    /// KiB.
    pub(super) memory_kib: (u64, u64),
}

/// All of it.
#[derive(Debug)]
pub(super) struct Results {
    pub(super) rows: Vec<Row>,
    pub(super) processes: Processes,
}

/// What was to be reached.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) title: String,
    pub(super) reached: bool,
    pub(super) value: String,
    pub(super) wanted: String,
}

impl Row {
    /// An empty one.
    pub(super) fn new(title: String, name: Option<Name>) -> Self {
        Self {
            title,
            name,
            rates: Vec::new(),
            to_bare: Vec::new(),
            latencies: Vec::new(),
            server_time: Duration::ZERO,
            client_time: Duration::ZERO,
            errors: 0,
            complaint: None,
        }
    }

    /// Adds a round.
    pub(super) fn add(&mut self, sample: Sample, bare: Option<f64>) {
        let rate = sample.rate();
        self.rates.push(rate);
        self.to_bare.extend(bare.map(|bare| rate / bare));
        self.latencies.extend(sample.tally.latencies);
        self.server_time += sample.server_time;
        self.client_time += sample.client_time;
        self.errors += sample.tally.errors;
        self.complaint = self.complaint.take().or(sample.tally.complaint);
    }

    /// The median rate.
    pub(super) fn rate(&self) -> f64 {
        median(&self.rates)
    }

    /// The latencies below which so many of hundred lie, in the order of the percentages.
    pub(super) fn percentiles(&self, percentages: [f64; 2]) -> [Duration; 2] {
        let micros = |latency: &Duration| u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        // Three digits.
        let Ok(mut histogram) = Histogram::<u64>::new(3) else {
            return [Duration::ZERO; 2];
        };
        for latency in &self.latencies {
            // It grows to hold whatever comes.
            let _ = histogram.record(micros(latency));
        }
        percentages.map(|share| Duration::from_micros(histogram.value_at_percentile(share)))
    }

    /// The processor time of server and load generator for one request.
    pub(super) fn processor_times(&self) -> [Duration; 2] {
        let requests = count(self.latencies.len()).max(1.0);
        [self.server_time, self.client_time].map(|time| time.div_f64(requests))
    }

    /// How many replies were counted.
    pub(super) fn replies(&self) -> usize {
        self.latencies.len()
    }
}

/// The middle one; of two, between them.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.get(middle), values.len() % 2) {
        (None, _) => f64::NAN,
        (Some(upper), 1) => *upper,
        (Some(upper), _) => f64::midpoint(values[middle - 1], *upper),
    }
}

/// The middle of some times.
pub(super) fn median_time(times: &[Duration]) -> Duration {
    let seconds: Vec<f64> = times.iter().map(Duration::as_secs_f64).collect();
    Duration::try_from_secs_f64(median(&seconds)).unwrap_or_default()
}

impl Results {
    /// The median, over the rounds, of one case's rate over another's.
    pub(super) fn ratio(&self, name: Name, to: Option<Name>) -> Option<f64> {
        let (one, other) = (self.row(Some(name))?, self.row(to)?);
        let ratios: Vec<f64> = one
            .rates
            .iter()
            .zip(&other.rates)
            .map(|(one, other)| one / other)
            .collect();
        (!ratios.is_empty()).then(|| median(&ratios))
    }

    fn row(&self, name: Option<Name>) -> Option<&Row> {
        self.rows.iter().find(|row| row.name == name)
    }

    /// One case's rate over that of the faster peer.
    pub(super) fn ratio_to_peer(&self, name: Name) -> Option<f64> {
        let peers = self
            .rows
            .iter()
            .filter(|row| matches!(row.name, Some(Name::Peer(_))));
        let peers = peers.filter_map(|row| self.ratio(name, row.name));
        peers.min_by(f64::total_cmp)
    }

    /// The targets of the issue.
    pub(super) fn targets(&self) -> Vec<Target> {
        let records = self.processes.records;
        let to_bare = |name| self.row(Some(name)).map(|row| median(&row.to_bare));
        let durable = Name::DeleteLarge;
        let mut targets = vec![
            at_least("durable DELETE, of bare axum", to_bare(durable), 0.35),
            at_least(
                "durable DELETE, of the raw one-commit loop",
                self.ratio(durable, None),
                1.5,
            ),
        ];
        if let Some(ratio) = self.ratio_to_peer(durable) {
            let title = "durable DELETE, of the better of Prism and Mockoon";
            targets.push(at_least(title, Some(ratio), 12.0));
        }
        for name in [
            Name::GetPhoto,
            Name::GetNothing,
            Name::BadToken,
            Name::UnknownUrl,
            Name::Locked,
        ] {
            targets.push(at_least(
                &format!("{name}, of bare axum"),
                to_bare(name),
                0.6,
            ));
        }
        let by_size = self.ratio(durable, Some(Name::DeleteSmall));
        let title = format!(
            "DELETE at {} records, of its rate at {}",
            records.1, records.0
        );
        targets.push(at_least(&title, by_size, 0.85));
        let megabytes = f64::from(u32::try_from(self.processes.memory_kib.1).unwrap_or(u32::MAX))
            * 1024.0
            / 1e6;
        targets.push(at_most(
            &format!("resident memory, {} records", records.1),
            megabytes,
            150.0,
            "MB",
        ));
        let (empty, large) = &self.processes.ready;
        let millis = |times: &[Duration]| median_time(times).as_secs_f64() * 1000.0;
        targets.push(at_most(
            "ready on an empty folder",
            millis(empty),
            30.0,
            "ms",
        ));
        targets.push(at_most(
            &format!("ready on {} records", records.1),
            millis(large),
            100.0,
            "ms",
        ));
        targets
    }

    /// Replies that were not the right ones.
    pub(super) fn errors(&self) -> u64 {
        self.rows.iter().map(|row| row.errors).sum()
    }
}

fn at_least(title: &str, value: Option<f64>, wanted: f64) -> Target {
    Target {
        title: title.to_owned(),
        reached: value.is_some_and(|value| value >= wanted),
        value: value.map_or_else(|| "not measured".to_owned(), |value| format!("{value:.2}×")),
        wanted: format!("≥ {wanted}×"),
    }
}

fn at_most(title: &str, value: f64, wanted: f64, unit: &str) -> Target {
    Target {
        title: title.to_owned(),
        reached: value <= wanted,
        value: format!("{value:.1} {unit}"),
        wanted: format!("≤ {wanted} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_whatever_the_order() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(&[4.0, 1.0]) - 2.5).abs() < f64::EPSILON);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn a_target_is_missed_when_nothing_was_measured() {
        assert!(at_least("x", Some(0.35), 0.35).reached);
        assert!(!at_least("x", Some(0.34), 0.35).reached);
        assert!(!at_least("x", None, 0.35).reached);
        assert!(!at_least("x", Some(f64::NAN), 0.35).reached);
        assert!(!at_most("x", f64::NAN, 1.0, "s").reached);
    }
}
