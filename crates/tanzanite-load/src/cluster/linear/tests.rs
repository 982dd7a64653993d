//! The checker objects to a history if and only if it has no order. Some histories are written by hand; many small
//! random ones are compared with the definition itself.

use super::super::history::{Answer, Ask, Operation};
use super::super::record::Record;
use super::{Violation, check};
use crate::crash::next;

/// An operation with an answer.
fn told(from: u64, to: u64, ask: Ask, answer: Answer) -> Operation {
    Operation {
        client: 0,
        node: 0,
        ask,
        invoked: from,
        answer: Some(answer),
        ended: to,
    }
}

/// An operation without an answer, which can happen until `to`.
fn lost(from: u64, to: u64, ask: Ask) -> Operation {
    Operation {
        answer: None,
        ..told(from, to, ask, Answer::Done)
    }
}

fn with_photo(photo: u64) -> Record {
    Record {
        photo: Some(photo),
        ..Record::default()
    }
}

/// The operation whose answer no order explains; `None` if there is an order.
fn culprit(before: Record, operations: &[Operation]) -> Option<usize> {
    match check(before, operations) {
        Ok(states) => {
            assert!(!states.is_empty());
            None
        }
        Err(Violation::Unexplained { operation, .. }) => Some(operation),
        Err(Violation::TooMany) => panic!("too many operations"),
    }
}

const DONE: Answer = Answer::Done;
const NO_PHOTO: Answer = Answer::Photo(None);
const fn photo(number: u64) -> Answer {
    Answer::Photo(Some(number))
}

#[test]
fn a_history_in_order_has_one() {
    let history = [
        told(1, 2, Ask::Upload(1), DONE),
        told(3, 4, Ask::Download, photo(1)),
        told(5, 6, Ask::DeletePhoto, DONE),
        told(7, 8, Ask::DeletePhoto, Answer::Missing),
        told(9, 10, Ask::Lock(2), DONE),
        told(11, 12, Ask::Upload(3), Answer::Locked),
        told(13, 14, Ask::Lock(4), Answer::Other),
        told(15, 16, Ask::Unlock(4), Answer::Other),
        told(17, 18, Ask::Unlock(2), DONE),
        told(19, 20, Ask::Unlock(2), Answer::Missing),
        told(21, 22, Ask::Update(5), DONE),
        told(
            23,
            24,
            Ask::Read,
            Answer::Record {
                value: 5,
                photo: false,
                locked: false,
            },
        ),
    ];
    assert_eq!(
        check(Record::default(), &history),
        Ok(vec![Record {
            value: 5,
            ..Record::default()
        }])
    );
}

#[test]
fn a_stale_read_is_objected_to() {
    let history = [
        told(1, 2, Ask::Upload(2), DONE),
        told(3, 4, Ask::Download, photo(1)),
    ];
    assert_eq!(culprit(with_photo(1), &history), Some(1));
    let history = [
        told(1, 2, Ask::DeletePhoto, DONE),
        told(3, 4, Ask::Download, photo(1)),
    ];
    assert_eq!(culprit(with_photo(1), &history), Some(1));
}

#[test]
fn a_read_beside_a_write_may_see_either_but_not_both_in_the_wrong_order() {
    let write = told(1, 10, Ask::Upload(2), DONE);
    let reads = |first, second| {
        [
            write,
            told(2, 3, Ask::Download, photo(first)),
            told(4, 5, Ask::Download, photo(second)),
        ]
    };
    assert_eq!(culprit(with_photo(1), &reads(1, 1)), None);
    assert_eq!(culprit(with_photo(1), &reads(1, 2)), None);
    assert_eq!(culprit(with_photo(1), &reads(2, 2)), None);
    assert_eq!(culprit(with_photo(1), &reads(2, 1)), Some(2));
}

#[test]
fn two_successful_deletes_of_one_photo_are_objected_to() {
    let history = [
        told(1, 4, Ask::DeletePhoto, DONE),
        told(2, 3, Ask::DeletePhoto, DONE),
    ];
    assert!(culprit(with_photo(1), &history).is_some());
    let one_refused = [
        told(1, 4, Ask::DeletePhoto, DONE),
        told(2, 3, Ask::DeletePhoto, Answer::Missing),
    ];
    assert_eq!(culprit(with_photo(1), &one_refused), None);
    // Another photo in between makes the second answer right, even if its upload was never answered.
    let again = [history[0], history[1], lost(1, 9, Ask::Upload(2))];
    assert_eq!(culprit(with_photo(1), &again), None);
}

#[test]
fn a_lost_write_that_was_acknowledged_is_objected_to() {
    let history = [
        told(1, 2, Ask::Update(7), DONE),
        told(
            3,
            4,
            Ask::Read,
            Answer::Record {
                value: 0,
                photo: false,
                locked: false,
            },
        ),
    ];
    assert_eq!(culprit(Record::default(), &history), Some(1));
    let history = [
        told(1, 2, Ask::Upload(7), DONE),
        told(3, 4, Ask::Download, NO_PHOTO),
    ];
    assert_eq!(culprit(Record::default(), &history), Some(1));
}

#[test]
fn a_write_that_is_done_twice_is_objected_to() {
    let history = [
        told(1, 2, Ask::Upload(1), DONE),
        told(3, 4, Ask::Upload(2), DONE),
        told(5, 6, Ask::Download, photo(1)),
    ];
    assert_eq!(culprit(Record::default(), &history), Some(2));
    // A delete was committed, run again, and refused.
    let history = [
        told(1, 2, Ask::DeletePhoto, Answer::Missing),
        told(3, 4, Ask::Download, NO_PHOTO),
    ];
    assert_eq!(culprit(with_photo(1), &history), Some(0));
}

#[test]
fn a_read_that_mixes_two_moments_is_objected_to() {
    let mixed = |value, photo| {
        let record = Answer::Record {
            value,
            photo,
            locked: false,
        };
        [
            told(1, 2, Ask::Upload(1), DONE),
            told(3, 4, Ask::Update(2), DONE),
            told(0, 5, Ask::Read, record),
        ]
    };
    assert_eq!(culprit(Record::default(), &mixed(0, true)), None);
    assert_eq!(culprit(Record::default(), &mixed(2, false)), Some(2));
}

#[test]
fn a_lock_that_a_write_passes_is_objected_to() {
    let history = [
        told(1, 2, Ask::Lock(1), DONE),
        told(3, 4, Ask::Update(2), DONE),
    ];
    assert_eq!(culprit(Record::default(), &history), Some(1));
}

#[test]
fn what_was_not_answered_may_have_happened_or_not_or_happen_later() {
    let upload = lost(1, 20, Ask::Upload(2));
    let reads = |first, second| {
        [
            upload,
            told(3, 4, Ask::Download, photo(first)),
            told(5, 6, Ask::Download, photo(second)),
        ]
    };
    assert_eq!(culprit(with_photo(1), &reads(1, 1)), None);
    assert_eq!(culprit(with_photo(1), &reads(1, 2)), None);
    assert_eq!(culprit(with_photo(1), &reads(2, 2)), None);
    // An upload without an answer that has happened cannot be undone, and cannot happen twice.
    assert_eq!(culprit(with_photo(1), &reads(2, 1)), Some(2));
    let twice = [
        upload,
        told(3, 4, Ask::Download, photo(2)),
        told(5, 6, Ask::Upload(3), DONE),
        told(7, 8, Ask::Download, photo(2)),
    ];
    assert_eq!(culprit(with_photo(1), &twice), Some(3));
}

#[test]
fn what_was_not_answered_never_happens_before_it_was_asked_for() {
    let history = [
        told(1, 2, Ask::Download, photo(2)),
        lost(3, 20, Ask::Upload(2)),
    ];
    assert_eq!(culprit(with_photo(1), &history), Some(0));
}

#[test]
fn what_was_not_answered_does_not_happen_after_its_end() {
    let history = |read| {
        [
            lost(1, 4, Ask::Upload(2)),
            told(2, 3, Ask::Download, photo(1)),
            told(5, 6, Ask::Download, photo(1)),
            told(read, read + 1, Ask::Download, photo(2)),
        ]
    };
    assert_eq!(culprit(with_photo(1), &history(7)), Some(3));
    let states = check(with_photo(1), &history(7)[..2]);
    assert_eq!(states, Ok(vec![with_photo(1), with_photo(2)]));
}

#[test]
fn a_refusal_that_was_not_answered_explains_nothing() {
    // The record has a photo, and the lost delete would remove it: so a second delete may be refused.
    let history = [
        lost(1, 20, Ask::DeletePhoto),
        told(2, 3, Ask::DeletePhoto, Answer::Missing),
        told(4, 5, Ask::Download, NO_PHOTO),
    ];
    assert_eq!(culprit(with_photo(1), &history), None);
    assert_eq!(culprit(with_photo(1), &history[1..]), Some(0));
}

/// The definition: the operations have an order, each between its invocation and its end, in which every answer is
/// right.
fn has_order(state: Record, rest: &[Operation]) -> bool {
    if rest.iter().all(|operation| operation.answer.is_none()) {
        return true;
    }
    (0..rest.len()).any(|position| {
        let operation = rest[position];
        let mut others = rest.to_vec();
        others.remove(position);
        // An operation without an answer may never happen.
        if operation.answer.is_none() && has_order(state, &others) {
            return true;
        }
        let first = others.iter().all(|other| other.ended > operation.invoked);
        let (after, answer) = state.after(operation.ask);
        first && operation.answer.is_none_or(|told| told == answer) && has_order(after, &others)
    })
}

/// A small random history of a server that puts every operation in its place between invocation and answer. Some of its
/// answers may be made false.
fn by_chance(random: &mut u64) -> Vec<Operation> {
    let mut dice = |sides: u64| {
        *random = next(*random);
        (*random >> 20) % sides
    };
    let mut state = Record::default();
    let mut history: Vec<Operation> = Vec::new();
    // The open operation of each client, and whether it is in its place.
    let mut open: [Option<(Operation, bool)>; 3] = [None; 3];
    let mut number = 0;
    for moment in 0..26 {
        let client = usize::try_from(dice(3)).expect("a client");
        match &mut open[client] {
            None => {
                number += 1;
                let ask = match dice(10) {
                    0 | 1 => Ask::Upload(number),
                    2 | 3 => Ask::DeletePhoto,
                    4 | 5 => Ask::Download,
                    6 => Ask::Update(number),
                    7 => Ask::Read,
                    8 => Ask::Lock(number),
                    _ => Ask::Unlock(state.lock.unwrap_or(1)),
                };
                open[client] = Some((lost(moment, 100 + moment, ask), false));
            }
            Some((operation, placed @ false)) => {
                let (after, answer) = state.after(operation.ask);
                *placed = true;
                state = after;
                operation.answer = Some(answer);
            }
            Some((operation, true)) => {
                operation.ended = moment;
                if dice(6) == 0 {
                    operation.answer = None;
                    operation.ended += dice(8) * 1000;
                }
                history.push(*operation);
                open[client] = None;
            }
        }
    }
    for (operation, _) in open.into_iter().flatten() {
        history.push(Operation {
            answer: None,
            ended: 100 + operation.invoked,
            ..operation
        });
    }
    if dice(2) == 0 {
        let one = usize::try_from(dice(history.len() as u64)).expect("a position");
        let other = usize::try_from(dice(history.len() as u64)).expect("a position");
        let answer = history[other].answer;
        if history[one].answer.is_some() && answer.is_some() {
            history[one].answer = answer;
        }
    }
    history
}

#[test]
fn it_says_what_the_definition_says() {
    let mut random = 0x2545_f491_4f6c_dd1d;
    let mut objections = 0;
    let mut with_lost = 0;
    for round in 0..4_000 {
        let history = by_chance(&mut random);
        let expected = has_order(Record::default(), &history);
        let found = culprit(Record::default(), &history);
        assert_eq!(found.is_none(), expected, "round {round}: {history:#?}");
        objections += u32::from(!expected);
        with_lost += u32::from(history.iter().any(|operation| operation.answer.is_none()));
    }
    assert!(
        objections > 400 && with_lost > 1_000,
        "{objections}, {with_lost}"
    );
}

/// Long histories of many clients, with and without an order, are checked fast.
#[test]
fn a_long_history_takes_no_time() {
    let mut history = Vec::new();
    for number in 0..200 {
        let at = number * 100;
        for client in 0..5 {
            let ask = Ask::Upload(number * 10 + client);
            history.push(told(at + client, at + 50 + client, ask, DONE));
        }
        if number < 12 {
            history.push(lost(at + 20, 1_000_000, Ask::DeletePhoto));
        }
        history.push(told(
            at + 70,
            at + 71,
            Ask::Download,
            photo(number * 10 + 3),
        ));
    }
    assert_eq!(culprit(Record::default(), &history), None);
    let last = history.len() - 1;
    history[last].answer = Some(photo(3));
    assert_eq!(culprit(Record::default(), &history), Some(last));
}
