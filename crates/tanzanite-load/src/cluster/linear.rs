//! Whether a record's history is linearizable: whether there is an order of its operations, each at some moment between its
//! invocation and its answer, in which every answer is right.
//!
//! The search is Wing and Gong's in the form of Lowe ("Testing for linearizability", 2017): the history is read once
//! from its beginning to its end with all states that the record may be in, and an operation is put in its place
//! no sooner than some answer needs it there. It is ours because the crates that there are do not fit: stateright's tester
//! tries every interleaving again without remembering any, which a history of some hundred colliding operations outlasts,
//! and ties an operation without an answer to a thread that never does anything again; todc-utils' wants an answer to each.
//!
//! An operation whose answer was lost has no answer that could be wrong. It is in its place at any moment from its
//! invocation on, or never; at its end, when it is known that nobody works on it any more, it stops being possible. Of two
//! ways to the same state the one that has used fewer of these can do all that the other can, so the other is dropped.

use super::history::{Answer, Operation};
use super::record::Record;
use std::collections::{BTreeSet, HashMap, VecDeque};

/// Why there is no order.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Violation {
    /// Nothing that may have happened makes this operation's answer right.
    Unexplained {
        operation: usize,
        /// What the record may have been just before the answer, if that were left out.
        states: Vec<Record>,
    },
    /// More operations are open at once than the search can hold, or there are more ways than it can look at.
    TooMany,
}

/// Ways that are looked at for one operation. Histories of a run have some hundred.
const WAYS_MAX: usize = 1_000_000;

/// One way in which things may be. A bit for the seat of each open operation says whether it is in its place.
#[derive(Clone, Copy, Debug)]
struct Way {
    state: Record,
    /// Of those with an answer.
    placed: u128,
    /// Of those without.
    used: u128,
}

/// Ways of which none can do all that another can.
#[derive(Debug, Default)]
struct Ways(HashMap<(Record, u128), Vec<u128>>);

/// Operations that have begun and not ended, each on a seat.
#[derive(Debug)]
struct Open<'a> {
    operations: &'a [Operation],
    /// The numbers of operations; of use where a bit is set.
    seats: [usize; 128],
    taken: u128,
}

/// Looks for an order; what the record may be at the end.
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
    /// An operation begins, and gets a seat.
    fn begin(&mut self, number: usize) -> Result<(), Violation> {
        let free = self.taken.trailing_ones();
        let seat = usize::try_from(free)
            .ok()
            .and_then(|seat| self.seats.get_mut(seat));
        *seat.ok_or(Violation::TooMany)? = number;
        self.taken |= 1 << free;
        Ok(())
    }

    /// An operation ends: what is left are the ways in which it is in its place, and its seat is free.
    fn end(&mut self, ways: &Ways, number: usize) -> Result<Ways, Violation> {
        let seats = self.seats.iter().enumerate();
        let mut of_this =
            seats.filter(|(seat, here)| **here == number && self.taken >> seat & 1 == 1);
        let bit = of_this.next().map_or(0, |(seat, _)| 1_u128 << seat);
        let mut left = Ways::default();
        let mut seen = Ways::default();
        // Those that have used fewer stand before those that have used more.
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
            // It may as well never happen.
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

    /// Puts in their places all whose answers are right in this state and change nothing: that they are there
    /// forbids nothing later.
    fn settle(&self, mut way: Way) -> Way {
        for (bit, operation) in self.waiting(way) {
            let right = way.state.after(operation.ask).1;
            if right != Answer::Done && operation.answer == Some(right) {
                way.placed |= bit;
            }
        }
        way
    }

    /// Those that are not in their places, with their bits.
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

    /// Adds one, unless there is one that can do all that it can.
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
