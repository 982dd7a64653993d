//! Checks that a record's history is linearizable: that its operations have an order, each at some moment between its
//! invocation and its answer, in which every answer is right.
//!
//! The search is Wing and Gong's in the form of Lowe ("Testing for linearizability", 2017). The history is read once
//! from its beginning to its end, with all states that the record may be in. An operation is put in its place in the
//! order no sooner than some answer needs it there. The search is ours because no crate fits. The tester of stateright
//! remembers no interleaving and tries each again, which takes too long for some hundred colliding operations; it also
//! ties an operation without an answer to a thread that never does anything again. The one of todc-utils needs an
//! answer to each operation.
//!
//! An operation whose answer was lost has no answer that could be wrong. It takes its place at any moment from its
//! invocation to its end, or never; its end is the moment from which nobody works on it any more. If two ways lead to
//! the same state, the way that has used fewer of these operations can do all that the other can, so the other is
//! dropped.

use super::history::{Answer, Operation};
use super::record::Record;
use std::collections::{BTreeSet, HashMap, VecDeque};

/// The reason why no order was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Violation {
    /// No order of the operations so far makes this operation's answer right.
    Unexplained {
        operation: usize,
        /// The states that the record may have had just before the answer.
        states: Vec<Record>,
    },
    /// More operations are open at once than the search can hold, or there are more ways than it can look at.
    TooMany,
}

/// The most ways that are looked at for one operation. Histories of a run need some hundred.
const WAYS_MAX: usize = 1_000_000;

/// One possible state of the search. A bit for the seat of each open operation says whether it is in its place.
#[derive(Clone, Copy, Debug)]
struct Way {
    state: Record,
    /// The bits of the operations with an answer.
    placed: u128,
    /// The bits of the operations without an answer.
    used: u128,
}

/// Ways by state and placed operations, each with its used ones. No way in it can do all that another can.
#[derive(Debug, Default)]
struct Ways(HashMap<(Record, u128), Vec<u128>>);

/// Operations that have begun and not ended, each on a seat.
#[derive(Debug)]
struct Open<'a> {
    operations: &'a [Operation],
    /// The number of the operation on each seat; only valid if the seat's bit in `taken` is set.
    seats: [usize; 128],
    taken: u128,
}

/// Looks for an order of the operations. Gives the states that the record may have at the end.
pub(super) fn check(before: Record, operations: &[Operation]) -> Result<Vec<Record>, Violation> {
    let mut events: Vec<(u64, bool, usize)> = Vec::new();
    for (number, operation) in operations.iter().enumerate() {
        events.push((operation.invoked, false, number));
        events.push((operation.ended, true, number));
    }
    events.sort_unstable();
    let mut open = Open {
        operations,
        seats: [0; 128],
        taken: 0,
    };
    let mut ways = Ways::default();
    ways.add(Way {
        state: before,
        placed: 0,
        used: 0,
    });
    for (_, is_end, number) in events {
        if is_end {
            ways = open.end(&ways, number)?;
        } else {
            open.begin(number)?;
            ways = Ways::of(ways.iter().map(|way| open.settle(way)));
        }
    }
    Ok(ways.states())
}

impl Open<'_> {
    /// Begins an operation and gives it a seat.
    fn begin(&mut self, number: usize) -> Result<(), Violation> {
        let free = self.taken.trailing_ones();
        let seat = usize::try_from(free)
            .ok()
            .and_then(|seat| self.seats.get_mut(seat));
        *seat.ok_or(Violation::TooMany)? = number;
        self.taken |= 1 << free;
        Ok(())
    }

    /// Ends an operation and frees its seat. Gives the ways in which the operation is in its place.
    fn end(&mut self, ways: &Ways, number: usize) -> Result<Ways, Violation> {
        let seats = self.seats.iter().enumerate();
        let mut of_this =
            seats.filter(|(seat, here)| **here == number && self.taken >> seat & 1 == 1);
        let bit = of_this.next().map_or(0, |(seat, _)| 1_u128 << seat);
        let mut left = Ways::default();
        let mut seen = Ways::default();
        // Ways that have used fewer operations come first.
        let mut waiting: VecDeque<Way> = ways.iter().collect();
        waiting
            .make_contiguous()
            .sort_by_key(|way| way.used.count_ones());
        while let Some(way) = waiting.pop_front() {
            if (way.placed | way.used) & bit != 0 {
                left.add(Way {
                    placed: way.placed & !bit,
                    used: way.used & !bit,
                    ..way
                });
            } else if seen.0.len() > WAYS_MAX {
                return Err(Violation::TooMany);
            } else if seen.add(way) {
                for next in self.next(way) {
                    if next.used == way.used {
                        waiting.push_front(next);
                    } else {
                        waiting.push_back(next);
                    }
                }
            }
        }
        if self.operations[number].answer.is_none() {
            // An operation without an answer may never have happened.
            for way in ways.iter().filter(|way| way.used & bit == 0) {
                left.add(way);
            }
        } else if left.0.is_empty() {
            return Err(Violation::Unexplained {
                operation: number,
                states: seen.states(),
            });
        }
        self.taken &= !bit;
        Ok(left)
    }

    /// All ways with one more operation in its place.
    fn next(&self, way: Way) -> impl Iterator<Item = Way> {
        self.waiting(way).filter_map(move |(bit, operation)| {
            let (state, right) = way.state.after(operation.ask);
            let next = match operation.answer {
                Some(answer) if answer != right => return None,
                Some(_) => Way {
                    state,
                    placed: way.placed | bit,
                    ..way
                },
                None => Way {
                    state,
                    used: way.used | bit,
                    ..way
                },
            };
            Some(self.settle(next))
        })
    }

    /// Puts the operations in their places whose answers are right in this state and change nothing. That can rule out
    /// no later order.
    fn settle(&self, mut way: Way) -> Way {
        for (bit, operation) in self.waiting(way) {
            let right = way.state.after(operation.ask).1;
            if right != Answer::Done && operation.answer == Some(right) {
                way.placed |= bit;
            }
        }
        way
    }

    /// The open operations that are not in their places, with their bits.
    fn waiting(&self, way: Way) -> impl Iterator<Item = (u128, &Operation)> {
        let mut bits = self.taken & !(way.placed | way.used);
        std::iter::from_fn(move || {
            let seat = bits.trailing_zeros();
            let number = self.seats.get(usize::try_from(seat).ok()?)?;
            bits &= bits - 1;
            Some((1 << seat, &self.operations[*number]))
        })
    }
}

impl Ways {
    fn of(ways: impl Iterator<Item = Way>) -> Self {
        let mut all = Self::default();
        for way in ways {
            all.add(way);
        }
        all
    }

    /// Adds a way, unless another can do all that it can. Gives whether it was added.
    fn add(&mut self, way: Way) -> bool {
        let same = self.0.entry((way.state, way.placed)).or_default();
        if same.iter().any(|used| used & !way.used == 0) {
            return false;
        }
        same.retain(|used| way.used & !used != 0);
        same.push(way.used);
        true
    }

    fn iter(&self) -> impl Iterator<Item = Way> {
        self.0.iter().flat_map(|((state, placed), used)| {
            used.iter().map(|used| Way {
                state: *state,
                placed: *placed,
                used: *used,
            })
        })
    }

    fn states(&self) -> Vec<Record> {
        let states: BTreeSet<Record> = self.0.keys().map(|(state, _)| *state).collect();
        states.into_iter().collect()
    }
}

#[cfg(test)]
mod tests;
