//! The journal's memory: a ring buffer for each organisation that has entries, within a common limit.

use super::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use tanzanite_protocol::{OrgId, limits};

/// The ring buffers. An organisation without entries has none.
#[derive(Debug, Default)]
pub(super) struct Rings {
    of: HashMap<OrgId, Ring>,
    /// The newest entry's number.
    last: u64,
    /// The bytes of all entries together.
    bytes: usize,
}

/// The newest entries of one organisation.
#[derive(Debug, Default)]
struct Ring {
    entries: VecDeque<Arc<Entry>>,
    /// The bytes of its entries together.
    bytes: usize,
}

impl Rings {
    /// Keeps an entry under the next number. Returns the entries removed for it, so that the caller drops them after
    /// releasing the lock.
    ///
    /// First the organisation's oldest entries go, if it has too many or too large ones; then the oldest of the largest
    /// ring, whichever organisation has it, if all rings together are too large.
    pub(super) fn keep(&mut self, org: OrgId, mut entry: Entry) -> (Arc<Entry>, Vec<Arc<Entry>>) {
        self.last += 1;
        entry.number = self.last;
        let entry = Arc::new(entry);
        let ring = self.of.entry(org).or_default();
        ring.bytes += entry.bytes;
        self.bytes += entry.bytes;
        ring.entries.push_back(Arc::clone(&entry));
        let mut gone = Vec::new();
        while ring.entries.len() > limits::JOURNAL_ENTRIES_MAX
            || ring.bytes > limits::JOURNAL_BYTES_MAX
        {
            let Some(oldest) = ring.pop() else { break };
            self.bytes -= oldest.bytes;
            gone.push(oldest);
        }
        while self.bytes > limits::JOURNAL_TOTAL_BYTES_MAX {
            let fullest = self.of.values_mut().max_by_key(|ring| ring.bytes);
            let Some(oldest) = fullest.and_then(Ring::pop) else {
                break;
            };
            self.bytes -= oldest.bytes;
            gone.push(oldest);
        }
        (entry, gone)
    }

    /// All entries of an organisation, the oldest first.
    pub(super) fn all(&self, org: OrgId) -> Vec<Arc<Entry>> {
        let ring = self.of.get(&org);
        let entries = ring.into_iter().flat_map(|ring| &ring.entries);
        entries.cloned().collect()
    }

    /// Removes and returns an organisation's entries.
    pub(super) fn take(&mut self, org: OrgId) -> VecDeque<Arc<Entry>> {
        let ring = self.of.remove(&org).unwrap_or_default();
        self.bytes -= ring.bytes;
        ring.entries
    }
}

impl Ring {
    fn pop(&mut self) -> Option<Arc<Entry>> {
        let oldest = self.entries.pop_front()?;
        self.bytes -= oldest.bytes;
        Some(oldest)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::exchange;
    use super::*;

    fn org(number: i64) -> OrgId {
        OrgId::new(number).expect("an organisation")
    }

    fn entry(bytes: usize) -> Entry {
        let mut entry = Entry::new(exchange(org(1), 200));
        entry.bytes = bytes;
        entry
    }

    fn numbers(rings: &Rings, of: i64) -> Vec<u64> {
        let entries = rings.all(org(of));
        entries.iter().map(|entry| entry.number).collect()
    }

    #[test]
    fn one_organisation_s_bounds_are_its_own() {
        let mut rings = Rings::default();
        rings.keep(org(1), entry(1));
        for _ in 0..=limits::JOURNAL_ENTRIES_MAX {
            rings.keep(org(2), entry(1));
        }
        assert_eq!(numbers(&rings, 1), [1]);
        assert_eq!(numbers(&rings, 2).len(), limits::JOURNAL_ENTRIES_MAX);
        assert_eq!(numbers(&rings, 2)[0], 3);
        let (_, gone) = rings.keep(org(2), entry(limits::JOURNAL_BYTES_MAX));
        assert_eq!(gone.len(), limits::JOURNAL_ENTRIES_MAX);
        assert_eq!(rings.bytes, 1 + limits::JOURNAL_BYTES_MAX);
    }

    #[test]
    fn when_all_have_too_much_together_the_fullest_loses_its_oldest() {
        let mut rings = Rings::default();
        let share = limits::JOURNAL_BYTES_MAX / 4;
        let full = limits::JOURNAL_TOTAL_BYTES_MAX / share;
        // An entry has the size of a share. The first three organisations get four entries each, the others two.
        let mut kept = 0;
        let mut next = 1;
        while kept < full {
            let count = if next <= 3 { 4 } else { 2 };
            for _ in 0..count {
                let (_, gone) = rings.keep(org(next), entry(share));
                assert_eq!(gone.len(), 0);
                kept += 1;
            }
            next += 1;
        }
        let before: Vec<_> = (1..next).map(|org| numbers(&rings, org).len()).collect();
        let (newest, gone) = rings.keep(org(next), entry(share));
        assert_eq!(gone.len(), 1);
        assert_eq!(numbers(&rings, next), [newest.number]);
        let after: Vec<_> = (1..next).map(|org| numbers(&rings, org).len()).collect();
        let lost: Vec<_> = (0..before.len())
            .filter(|place| after[*place] < before[*place])
            .collect();
        assert!(lost.len() == 1 && lost[0] < 3, "{before:?} {after:?}");
        assert!(rings.bytes <= limits::JOURNAL_TOTAL_BYTES_MAX);
    }

    #[test]
    fn an_organisation_without_entries_has_no_ring() {
        let mut rings = Rings::default();
        rings.keep(org(1), entry(10));
        rings.keep(org(2), entry(20));
        assert_eq!(rings.take(org(1)).len(), 1);
        assert_eq!(rings.take(org(3)).len(), 0);
        assert_eq!((rings.of.len(), rings.bytes), (1, 20));
    }
}
