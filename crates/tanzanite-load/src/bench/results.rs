//! The results: medians over the rounds, and the targets.

use super::cases::Name;
use super::laboratory::ORGANISATION_KILOBYTES_MAX;
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
    /// Pages of the log that a deletion of the limit writes in the large folder. Nothing if there was none.
    pub(super) pages_per_deletion: Option<f64>,
    /// How many organisations were side by side in one process, and kilobytes of each, a photo that it was asked for
    /// remembered. Nothing if only some cases were measured.
    pub(super) crowd: Option<(usize, f64)>,
}

/// All of it.
#[derive(Debug)]
pub(super) struct Results {
    pub(super) rows: Vec<(Name, Row)>,
    pub(super) processes: Processes,
}

/// How much of the rate of bare axum was to be reached.
const OF_BARE: [(Name, f64); 5] = [
    (Name::GetPhoto, 0.6),
    (Name::GetNothing, 0.65),
    (Name::BadToken, 0.65),
    (Name::UnknownUrl, 0.65),
    (Name::Locked, 0.65),
];

/// How much of the rate of another case, and how that reads. An owner's page is to come as fast from the large folder;
/// what is missing to 1 is the machine's.
const OF_ANOTHER: [(&str, Name, Name, f64); 8] = [
    (
        "DELETE photo, small folder, of the limit",
        Name::DeleteSmall,
        Name::DeleteSmallLimit,
        0.6,
    ),
    (
        "DELETE photo, large folder, of the limit",
        Name::DeleteLarge,
        Name::DeleteLargeLimit,
        0.6,
    ),
    (
        "DELETE photo, large folder, of the small one",
        Name::DeleteLarge,
        Name::DeleteSmall,
        0.7,
    ),
    (
        "an owner's page, large folder, of the small one",
        Name::PageLarge,
        Name::PageSmall,
        0.8,
    ),
    (
        "a search by e-mail, large folder, of the small one",
        Name::EmailLarge,
        Name::EmailSmall,
        0.8,
    ),
    (
        "a search by words, large folder, of the small one",
        Name::WordsLarge,
        Name::WordsSmall,
        0.8,
    ),
    (
        "a GET beside another's settings writes, of alone",
        Name::BesideSettings,
        Name::Undisturbed,
        0.95,
    ),
    (
        "insertion of a call's records, of the limit",
        Name::Insert,
        Name::InsertLimit,
        0.5,
    ),
];

/// The middle of some times.
pub(super) fn median_time(times: &[Duration]) -> Duration {
    let seconds: Vec<f64> = times.iter().map(Duration::as_secs_f64).collect();
    Duration::try_from_secs_f64(median(&seconds)).unwrap_or_default()
}

impl Results {
    /// The median, over the rounds, of one case's rate over another's.
    pub(super) fn ratio(&self, name: Name, to: Name) -> Option<f64> {
        self.row(name)?.ratio_to(self.row(to)?)
    }

    fn row(&self, name: Name) -> Option<&Row> {
        let found = self.rows.iter().find(|(of, _)| *of == name);
        found.map(|(_, row)| row)
    }

    /// One case's rate over that of the faster peer.
    pub(super) fn ratio_to_peer(&self, name: Name) -> Option<f64> {
        let names = self.rows.iter().map(|(name, _)| *name);
        let peers = names.filter(|name| matches!(name, Name::Peer(_)));
        let peers = peers.filter_map(|peer| self.ratio(name, peer));
        peers.min_by(f64::total_cmp)
    }

    /// The targets, but for those whose cases were not measured.
    pub(super) fn targets(&self) -> Vec<Target> {
        let mut targets = Vec::new();
        for (title, name, of, wanted) in OF_ANOTHER {
            if self.all_measured(&[name, of]) {
                targets.push(at_least(title, self.ratio(name, of), wanted));
            }
        }
        if self.all_measured(&[Name::DeleteLarge, Name::Peer(PRISM), Name::Peer(MOCKOON)]) {
            let title = "durable DELETE, of the better of Prism and Mockoon";
            targets.push(at_least(title, self.ratio_to_peer(Name::DeleteLarge), 12.0));
        }
        for (name, wanted) in OF_BARE {
            let row = self.row(name);
            targets.extend(
                row.map(|row| at_least(&format!("{name}, of bare axum"), row.ratio(), wanted)),
            );
        }
        targets.extend(self.processes.targets());
        targets
    }

    fn all_measured(&self, names: &[Name]) -> bool {
        names.iter().all(|name| self.row(*name).is_some())
    }

    /// Replies that were not the right ones.
    pub(super) fn errors(&self) -> u64 {
        self.rows.iter().map(|(_, row)| row.errors).sum()
    }
}

impl Processes {
    fn targets(&self) -> Vec<Target> {
        let large = self.records.1;
        let mut targets = Vec::new();
        targets.extend(self.pages_per_deletion.map(|pages| {
            let title = format!("pages of the log of a DELETE, {large} records");
            at_most(&title, pages, 3.3, "pages")
        }));
        targets.extend(self.memory_kib.map(|(_, peak_kib)| {
            let megabytes = f64::from(u32::try_from(peak_kib).unwrap_or(u32::MAX)) * 1024.0 / 1e6;
            let title = format!("resident memory, {large} records");
            at_most(&title, megabytes, 150.0, "MB")
        }));
        targets.extend(self.crowd.map(|(count, kilobytes)| {
            let title = format!("each of {count} organisations, a photo remembered");
            at_most(&title, kilobytes, ORGANISATION_KILOBYTES_MAX, "kB")
        }));
        let (on_empty, on_large) = &self.ready;
        let millis = |times: &[Duration]| median_time(times).as_secs_f64() * 1000.0;
        let title = "ready on an empty folder";
        targets.push(at_most(title, millis(on_empty), 30.0, "ms"));
        let title = format!("ready on {large} records");
        targets.push(at_most(&title, millis(on_large), 100.0, "ms"));
        targets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(names: &[Name]) -> Results {
        let row = |name: &Name| (*name, Row::new(name.to_string()));
        Results {
            rows: names.iter().map(row).collect(),
            processes: Processes {
                records: (1, 2),
                database_bytes: 0,
                ready: (vec![Duration::ZERO], vec![Duration::ZERO]),
                memory_kib: None,
                pages_per_deletion: None,
                crowd: None,
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
            missed(&[
                Name::DeleteLarge,
                Name::DeleteSmall,
                Name::DeleteSmallLimit,
                peers[0],
                peers[1]
            ]),
            [
                "DELETE photo, small folder, of the limit",
                "DELETE photo, large folder, of the small one",
                "durable DELETE, of the better of Prism and Mockoon",
            ]
        );
    }
}
