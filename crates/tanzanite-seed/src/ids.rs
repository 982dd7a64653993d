//! Assigns ids to the items of a seed file: the id that an item names, or the next one in the order of the file.

use super::error::Problems;
use super::reader::At;
use super::shapes::SeedFile;

/// The highest `id_base`: a trillion ids above it still fit the 63 bits in which clients hold ids.
pub(super) const ID_BASE_MAX: i64 = i64::MAX - 1_000_000_000_000;

/// The ids of one file.
///
/// The n-th item without its own id gets `id_base + n`. The server counts on from there, so an id that the file names
/// must not be above `id_base`, where it would be assigned again.
#[derive(Debug)]
pub(super) struct Ids {
    id_base: i64,
    /// The positions of the counted items, in the order of the file.
    counted: Vec<usize>,
}

impl Ids {
    /// Counts the file's items, and checks the ids that it names.
    pub(super) fn new(file: &SeedFile<'_>, problems: &mut Problems) -> Self {
        let id_base = file.organisation.id_base.value;
        let (mut counted, mut named) = (Vec::new(), Vec::new());
        for (at, id) in file.ids() {
            match id {
                Some(id) => named.push(id),
                None => counted.push(at),
            }
        }
        counted.sort_unstable();
        check_named(named, id_base, problems);
        Self { id_base, counted }
    }

    /// The number of ids that were counted; the server's ids begin after them.
    pub(super) fn counted(&self) -> i64 {
        i64::try_from(self.counted.len()).unwrap_or(i64::MAX)
    }

    /// The id of the item at a position.
    pub(super) fn of(&self, at: usize, named: Option<&At<i64>>) -> i64 {
        match named {
            Some(id) => id.value,
            None => self.id_base.saturating_add(self.number(at)),
        }
    }

    /// The number of a counted item, from 1.
    fn number(&self, at: usize) -> i64 {
        let before = self.counted.partition_point(|counted| *counted < at);
        i64::try_from(before).unwrap_or(i64::MAX).saturating_add(1)
    }
}

fn check_named(mut named: Vec<&At<i64>>, id_base: i64, problems: &mut Problems) {
    named.sort_by_key(|id| (id.value, id.at));
    for id in &named {
        if id.value < 1 {
            problems.add(
                id.at,
                format!("{} is no id", id.value),
                "Write a positive number.",
            );
        } else if id.value > id_base {
            let message = format!(
                "the id {} lies above id_base, where the server counts",
                id.value
            );
            let hint = format!("Leave it out, or set id_base to {} or more.", id.value);
            problems.add(id.at, message, hint);
        }
    }
    for pair in named.windows(2) {
        if let [first, second] = pair
            && first.value == second.value
        {
            let message = format!("the id {} is given twice", second.value);
            problems.add(
                second.at,
                message,
                "Give each thing its own id, or leave ids out.",
            );
        }
    }
}
