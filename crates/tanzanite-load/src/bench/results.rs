//! What was measured, put together: medians over the rounds, and the targets that the issue set.

use super::cases::Name;
use super::peers::{MOCKOON, PRISM};
use super::rows::{Row, median};
use super::targets::{Target, at_least, at_most};
use std::time::Duration;

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
    /// Each with its case's name; raw SQLite is no case.
    pub(super) rows: Vec<(Option<Name>, Row)>,
    pub(super) processes: Processes,
}

/// The middle of some times.
pub(super) fn median_time(times: &[Duration]) -> Duration {
    let seconds: Vec<f64> = times.iter().map(Duration::as_secs_f64).collect();
    Duration::try_from_secs_f64(median(&seconds)).unwrap_or_default()
}

impl Results {
    /// The median, over the rounds, of one case's rate over another's.
    pub(super) fn ratio(&self, name: Name, to: Option<Name>) -> Option<f64> {
        self.row(Some(name))?.ratio_to(self.row(to)?)
    }

    fn row(&self, name: Option<Name>) -> Option<&Row> {
        let found = self.rows.iter().find(|(of, _)| *of == name);
        found.map(|(_, row)| row)
    }

    /// One case's rate over that of the faster peer.
    pub(super) fn ratio_to_peer(&self, name: Name) -> Option<f64> {
        let names = self.rows.iter().map(|(name, _)| *name);
        let peers = names.filter(|name| matches!(name, Some(Name::Peer(_))));
        let peers = peers.filter_map(|peer| self.ratio(name, peer));
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
        Some(at_least(&title, row.ratio(), wanted))
    }

    fn all_measured(&self, names: &[Name]) -> bool {
        names.iter().all(|name| self.row(Some(*name)).is_some())
    }

    /// Replies that were not the right ones.
    pub(super) fn errors(&self) -> u64 {
        self.rows.iter().map(|(_, row)| row.errors).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(names: &[Name]) -> Results {
        let row = |name: &Name| (Some(*name), Row::new(name.to_string()));
        let raw = (None, Row::new("raw".to_owned()));
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
