//! Lists, compared with a naive model in all combinations of sort key, direction, start, limit and filter.

use super::{A, B, Check, INES, JUN, found, id, leads, module, new_record, permit, stamp, write};
use crate::Store;
use tanzanite_crm::Transaction;
use tanzanite_crm::policy::Seen;
use tanzanite_crm::transaction::{NewRecord, Record, RecordHead, RecordQuery, SortKey, Start};
use tanzanite_protocol::{RecordId, Timestamp};

pub(super) fn checks<S: Store>() -> Vec<Check<S>> {
    vec![(
        "lists are those of a naive model",
        lists_are_those_of_a_model,
    )]
}

const RECORDS: i64 = 24;

/// Twenty-four Leads with repeating times and owners, every fifth in the recycle bin; beside them records that must not
/// be listed: those of another module and of another organisation with the same ids.
fn plant<S: Store>(store: &S) {
    found(store);
    write(store, |tx| {
        for number in 1..=RECORDS {
            // Not in the order of ids.
            let number = (number * 7) % (RECORDS + 1);
            let owner = if number % 3 == 0 { INES } else { JUN };
            let new = NewRecord {
                owner,
                ..new_record(&format!("n{number}"), 100 * (number % 5))
            };
            tx.insert_record(permit(A, leads(), id(number)), &new)?;
            tx.insert_record(permit(B, leads(), id(number)), &new)?;
            tx.insert_record(permit(A, module("Contacts"), id(number + 100)), &new)?;
            if number % 2 == 0 {
                let change = NewRecord {
                    stamp: stamp(1_000 - 10 * (number % 4), INES),
                    ..new
                };
                tx.update_record(permit(A, leads(), id(number)), &change)?;
            }
            if number % 5 == 0 {
                tx.delete_record(permit(A, leads(), id(number)), stamp(5_000, JUN))?;
            }
        }
        Ok(())
    });
}

fn key(head: &RecordHead, sort: SortKey) -> i64 {
    match sort {
        SortKey::Id => head.id.get(),
        SortKey::CreatedTime => head.created.at.millis(),
        SortKey::ModifiedTime => head.modified.at.millis(),
    }
}

fn seen_of(owners: Option<Vec<RecordId>>) -> Seen {
    let seen = Seen::bypassing_policy_as_operator(A, leads());
    match owners {
        Some(owners) => seen.of_owners(owners),
        None => seen,
    }
}

/// The expected list, from all records of the module.
fn model(all: &[Record], query: &RecordQuery) -> Vec<Record> {
    let among = |ids: Option<&[RecordId]>, id: RecordId| ids.is_none_or(|ids| ids.contains(&id));
    let mut listed: Vec<&Record> = all
        .iter()
        .filter(|record| among(query.seen.owners(), record.head.owner))
        .filter(|record| among(query.ids.as_deref(), record.head.id))
        .filter(|record| {
            query
                .modified_since
                .is_none_or(|since| record.head.modified.at > since)
        })
        .collect();
    listed.sort_by_key(|record| (key(&record.head, query.sort), record.head.id));
    if query.descending {
        listed.reverse();
    }
    let skipped = match query.start {
        Start::Offset(offset) => offset as usize,
        Start::After(value, id) => {
            let value = if query.sort == SortKey::Id {
                id.get()
            } else {
                value
            };
            let before = |record: &&Record| {
                let at = (key(&record.head, query.sort), record.head.id);
                if query.descending {
                    at >= (value, id)
                } else {
                    at <= (value, id)
                }
            };
            listed
                .iter()
                .copied()
                .take_while(|record| before(record))
                .count()
        }
    };
    listed
        .into_iter()
        .skip(skipped)
        .take(query.limit as usize)
        .cloned()
        .collect()
}

fn lists_are_those_of_a_model<S: Store>(store: &S) {
    plant(store);
    let compared = super::read(store, |tx| {
        let mut all = Vec::new();
        for number in 1..=RECORDS {
            all.extend(tx.record(A, leads(), id(number))?);
        }
        assert_eq!(all.len(), 20, "the recycle bin's are none");
        let mut compared = 0;
        for query in queries(&all) {
            compare(&all, &query, tx)?;
            compared += 1;
        }
        Ok(compared)
    });
    assert!(compared > 5_000, "{compared} lists were compared");
}

fn compare(all: &[Record], query: &RecordQuery, tx: &mut dyn Transaction) -> super::Stored<()> {
    let listed = tx.records(query)?;
    let expected = model(all, query);
    let ids = |records: &[Record]| -> Vec<i64> {
        records.iter().map(|record| record.head.id.get()).collect()
    };
    assert_eq!(ids(&listed), ids(&expected), "{query:?}");
    assert_eq!(listed, expected, "{query:?}");
    if query.start == Start::Offset(0) && query.limit == 200 {
        let count = tx.count_records(query)?;
        assert_eq!(usize::try_from(count), Ok(expected.len()), "{query:?}");
    }
    Ok(())
}

/// All combinations.
fn queries(all: &[Record]) -> Vec<RecordQuery> {
    let owners = [
        None,
        Some(vec![]),
        Some(vec![INES]),
        Some(vec![INES, JUN, id(99)]),
    ];
    let ids = [
        None,
        Some(vec![]),
        Some([1, 2, 3, 5, 9, 24, 101].map(id).to_vec()),
    ];
    let since = [
        None,
        Some(Timestamp::from_millis(200)),
        Some(Timestamp::from_millis(9_999)),
    ];
    let mut queries = Vec::new();
    for sort in [SortKey::Id, SortKey::CreatedTime, SortKey::ModifiedTime] {
        for descending in [false, true] {
            for start in starts(all, sort) {
                for limit in [0, 1, 3, 200] {
                    for owners in &owners {
                        for ids in &ids {
                            for modified_since in since {
                                queries.push(RecordQuery {
                                    seen: seen_of(owners.clone()),
                                    criteria: None,
                                    ids: ids.clone(),
                                    modified_since,
                                    sort,
                                    descending,
                                    start,
                                    limit,
                                });
                            }
                        }
                    }
                }
            }
        }
    }
    queries
}

/// Offsets, the places of records, and places without a record.
fn starts(all: &[Record], sort: SortKey) -> Vec<Start> {
    let mut starts = vec![
        Start::Offset(0),
        Start::Offset(1),
        Start::Offset(19),
        Start::Offset(999),
    ];
    for position in [0, 7, 19] {
        let head = &all[position].head;
        starts.push(Start::After(key(head, sort), head.id));
    }
    starts.extend([
        Start::After(200, id(5)),
        Start::After(-1, id(1)),
        Start::After(i64::MAX, id(i64::MAX)),
    ]);
    starts
}
