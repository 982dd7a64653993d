//! What was measured of one thing, put together over the rounds: its rates and its yardstick's, latencies, processor
//! time.

use super::measure::{Sample, Times, count};
use hdrhistogram::Histogram;
use std::time::Duration;

/// One line of a table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) title: String,
    /// The rate of each round.
    pub(super) rates: Vec<f64>,
    /// The rate of its yardstick just before, in each round.
    pub(super) beside_rates: Vec<f64>,
    /// Each round's rate over that of the yardstick.
    pub(super) ratios: Vec<f64>,
    latencies: Vec<Duration>,
    times: Times,
    pub(super) errors: u64,
    pub(super) complaint: Option<String>,
}

impl Row {
    /// An empty one.
    pub(super) fn new(title: String) -> Self {
        Self {
            title,
            rates: Vec::new(),
            beside_rates: Vec::new(),
            ratios: Vec::new(),
            latencies: Vec::new(),
            times: Times::default(),
            errors: 0,
            complaint: None,
        }
    }

    /// Adds a round, with the rate of the yardstick.
    pub(super) fn add(&mut self, sample: Sample, beside: Option<f64>) {
        let rate = sample.rate();
        self.rates.push(rate);
        self.beside_rates.extend(beside);
        self.ratios.extend(beside.map(|beside| rate / beside));
        self.latencies.extend(sample.tally.latencies);
        self.times.add(sample.times);
        self.errors += sample.tally.errors;
        self.complaint = self.complaint.take().or(sample.tally.complaint);
    }

    /// Adds what went wrong with the yardstick: then the ratio is wrong too.
    pub(super) fn add_errors_of_yardstick(&mut self, errors: u64, complaint: Option<&String>) {
        self.errors += errors;
        let complaint = complaint.map(|complaint| format!("its yardstick: {complaint}"));
        self.complaint = self.complaint.take().or(complaint);
    }

    /// The median rate of the yardstick.
    pub(super) fn beside_rate(&self) -> Option<f64> {
        (!self.beside_rates.is_empty()).then(|| median(&self.beside_rates))
    }

    /// The median, over the rounds, of the rate over that of the yardstick.
    pub(super) fn ratio(&self) -> Option<f64> {
        (!self.ratios.is_empty()).then(|| median(&self.ratios))
    }

    /// The median, over the rounds, of the rate over another row's.
    pub(super) fn ratio_to(&self, other: &Self) -> Option<f64> {
        let both = self.rates.iter().zip(&other.rates);
        let ratios: Vec<f64> = both.map(|(one, other)| one / other).collect();
        (!ratios.is_empty()).then(|| median(&ratios))
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

    /// The processor time of one request.
    pub(super) fn times(&self) -> Times {
        let requests = count(self.latencies.len()).max(1.0);
        Times {
            server: self.times.server.div_f64(requests),
            client: self.times.client.div_f64(requests),
            behind: self.times.behind.div_f64(requests),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_whatever_the_order() {
        assert!((median(&[3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median(&[4.0, 1.0]) - 2.5).abs() < f64::EPSILON);
        assert!(median(&[]).is_nan());
    }
}
