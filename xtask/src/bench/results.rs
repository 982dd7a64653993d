//! What was measured, put together: medians over the rounds, and the targets that the issue set.

use super::cases::Name;
use super::measure::{Sample, count};
use super::peers::{MOCKOON, PRISM};
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
    /// The rate of its yardstick just before, in each round.
    pub(super) bare_rates: Vec<f64>,
    /// Each round's rate over that of the yardstick.
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
    /// KiB. Nothing if it had no load.
    pub(super) memory_kib: Option<(u64, u64)>,
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
            bare_rates: Vec::new(),
            to_bare: Vec::new(),
            latencies: Vec::new(),
            server_time: Duration::ZERO,
            client_time: Duration::ZERO,
            errors: 0,
            complaint: None,
        }
    }

    /// Adds a round, with the rate of the yardstick.
    pub(super) fn add(&mut self, sample: Sample, bare: Option<f64>) {
        let rate = sample.rate();
        self.rates.push(rate);
        self.bare_rates.extend(bare);
        self.to_bare.extend(bare.map(|bare| rate / bare));
        self.latencies.extend(sample.tally.latencies);
        self.server_time += sample.server_time;
        self.client_time += sample.client_time;
        self.errors += sample.tally.errors;
        self.complaint = self.complaint.take().or(sample.tally.complaint);
    }

    /// Adds what went wrong with the yardstick: then the ratio is wrong too.
    pub(super) fn add_errors_of_yardstick(&mut self, sample: &Sample) {
        self.errors += sample.tally.errors;
        let complaint = sample.tally.complaint.as_ref();
        let complaint = complaint.map(|complaint| format!("its yardstick: {complaint}"));
        self.complaint = self.complaint.take().or(complaint);
    }

    /// The median rate of the yardstick.
    pub(super) fn bare_rate(&self) -> Option<f64> {
        (!self.bare_rates.is_empty()).then(|| median(&self.bare_rates))
    }

    /// The median, over the rounds, of the rate over that of the yardstick.
    pub(super) fn ratio_to_bare(&self) -> Option<f64> {
        (!self.to_bare.is_empty()).then(|| median(&self.to_bare))
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

    /// The targets of the issue, but for those whose cases were not measured.
    pub(super) fn targets(&self) -> Vec<Target> {
        let mut targets = self.targets_of_deletion();
        for name in [
            Name::GetPhoto,
            Name::GetNothing,
            Name::BadToken,
            Name::UnknownUrl,
            Name::Locked,
        ] {
            targets.extend(self.target_to_bare(name, &name.to_string(), 0.6));
        }
        let (small, large) = self.processes.records;
        if self.all_measured(&[Name::DeleteLarge, Name::DeleteSmall]) {
            let title = format!("DELETE at {large} records, of its rate at {small}");
            let by_size = self.ratio(Name::DeleteLarge, Some(Name::DeleteSmall));
            targets.push(at_least(&title, by_size, 0.85));
        }
        if let Some((_, peak_kib)) = self.processes.memory_kib {
            let megabytes = f64::from(u32::try_from(peak_kib).unwrap_or(u32::MAX)) * 1024.0 / 1e6;
            let title = format!("resident memory, {large} records");
            targets.push(at_most(&title, megabytes, 150.0, "MB"));
        }
        let (on_empty, on_large) = &self.processes.ready;
        let millis = |times: &[Duration]| median_time(times).as_secs_f64() * 1000.0;
        let title = "ready on an empty folder";
        targets.push(at_most(title, millis(on_empty), 30.0, "ms"));
        let title = format!("ready on {large} records");
        targets.push(at_most(&title, millis(on_large), 100.0, "ms"));
        targets
    }

    fn targets_of_deletion(&self) -> Vec<Target> {
        let durable = Name::DeleteLarge;
        let mut targets = Vec::new();
        targets.extend(self.target_to_bare(durable, "durable DELETE", 0.35));
        if self.all_measured(&[durable]) {
            let title = "durable DELETE, of the raw one-commit loop";
            targets.push(at_least(title, self.ratio(durable, None), 1.5));
        }
        if self.all_measured(&[durable, Name::Peer(PRISM), Name::Peer(MOCKOON)]) {
            let title = "durable DELETE, of the better of Prism and Mockoon";
            targets.push(at_least(title, self.ratio_to_peer(durable), 12.0));
        }
        targets
    }

    fn target_to_bare(&self, name: Name, title: &str, wanted: f64) -> Option<Target> {
        let row = self.row(Some(name))?;
        let title = format!("{title}, of bare axum");
        Some(at_least(&title, row.ratio_to_bare(), wanted))
    }

    fn all_measured(&self, names: &[Name]) -> bool {
        names.iter().all(|name| self.row(Some(*name)).is_some())
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

    fn results(names: &[Name]) -> Results {
        let row = |name: &Name| Row::new(name.to_string(), Some(*name));
        let raw = Row::new("raw".to_owned(), None);
        Results {
            rows: names.iter().map(row).chain([raw]).collect(),
            processes: Processes {
                records: (1, 2),
                database_bytes: 0,
                ready: (vec![Duration::ZERO], vec![Duration::ZERO]),
                memory_kib: None,
            },
        }
    }

    fn missed(names: &[Name]) -> Vec<String> {
        let targets = results(names).targets();
        let missed = targets.into_iter().filter(|target| !target.reached);
        missed.map(|target| target.title).collect()
    }

    #[test]
    fn a_target_is_left_out_when_its_case_was() {
        assert!(missed(&[]).is_empty());
        assert!(missed(&[Name::Bare, Name::Post, Name::Peer(PRISM)]).is_empty());
        assert_eq!(
            missed(&[Name::Locked]),
            ["refused: 400 RECORD_LOCKED, of bare axum"]
        );
        assert!(missed(&[Name::DeleteSmall]).is_empty());
    }

    #[test]
    fn a_target_whose_case_has_no_value_is_missed() {
        let peers = [PRISM, MOCKOON].map(Name::Peer);
        assert_eq!(
            missed(&[Name::DeleteLarge, Name::DeleteSmall, peers[0], peers[1]]),
            [
                "durable DELETE, of bare axum",
                "durable DELETE, of the raw one-commit loop",
                "durable DELETE, of the better of Prism and Mockoon",
                "DELETE at 2 records, of its rate at 1",
            ]
        );
    }
}
