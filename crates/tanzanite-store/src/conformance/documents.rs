//! Documents, their keys, and links.

use super::{
    A, B, Check, found, given_up, id, insert, leads, new_record, permit, read, stamp, write,
};
use crate::Store;
use serde_json::json;
use tanzanite_crm::policy::{End, Grant, LinkGrant};
use tanzanite_crm::stored::{
    Document, DocumentKey, DocumentKind, DocumentQuery, DueJob, Ends, KeySlot, Link, LinkQuery,
    NewDocument, Relation, document,
};
use tanzanite_crm::{Stored, Transaction};
use tanzanite_protocol::{OrgId, Timestamp};

const TAG: DocumentKind = DocumentKind::TAG;
const REASON: &str = "the conformance suite of the stores";

pub(super) fn checks<S: Store>() -> Vec<Check<S>> {
    vec![
        (
            "documents are put, changed, listed and removed",
            documents_are_kept,
        ),
        (
            "documents are found by their keys alone",
            documents_are_found_by_keys,
        ),
        ("jobs are due in the order of time", jobs_are_due),
        ("links are found from both ends", links_are_found),
        (
            "links of records in the recycle bin do not count",
            links_of_records_count,
        ),
    ]
}

fn put(
    org: OrgId,
    kind: DocumentKind,
    number: i64,
    within: i64,
    keys: &[(KeySlot, &str)],
    tx: &mut dyn Transaction,
) -> Stored<()> {
    let key = |(slot, value): &(KeySlot, &str)| DocumentKey {
        slot: *slot,
        value: (*value).to_owned(),
    };
    let document = NewDocument {
        within,
        body: json!({ "n": number, "keys": keys.len() }),
        keys: keys.iter().map(key).collect(),
    };
    tx.put_document(
        Grant::bypassing_policy_as_operator(org, kind, number, REASON),
        &document,
    )
}

fn remove(org: OrgId, number: i64, tx: &mut dyn Transaction) -> Stored<bool> {
    tx.remove_document(Grant::bypassing_policy_as_operator(
        org, TAG, number, REASON,
    ))
}

fn ids<S: Store>(store: &S, query: DocumentQuery) -> Vec<i64> {
    read(store, move |tx| {
        Ok(tx.documents(&query)?.iter().map(|found| found.id).collect())
    })
}

fn documents_are_kept<S: Store>(store: &S) {
    found(store);
    for number in [3, 1, 2, 10] {
        write(store, move |tx| put(A, TAG, number, number % 2, &[], tx));
    }
    write(store, |tx| put(B, TAG, 1, 1, &[], tx));
    write(store, |tx| put(A, DocumentKind::VARIABLE, 4, 0, &[], tx));
    let all = DocumentQuery::all(A, TAG);
    assert_eq!(ids(store, all.clone()), [1, 2, 3, 10]);
    assert_eq!(ids(store, all.clone().within(1)), [1, 3]);
    assert_eq!(ids(store, all.clone().within(0)), [2, 10]);
    assert_eq!(
        ids(store, all.clone().with_ids(vec![10, 4, 1, 1])),
        [1, 10],
        "of those asked for that there are"
    );
    assert_eq!(
        ids(
            store,
            DocumentQuery {
                after: 1,
                limit: 2,
                ..all.clone()
            }
        ),
        [2, 3]
    );
    let changed = write(store, |tx| {
        put(A, TAG, 3, 1, &[(KeySlot::NAME, "x")], tx)?;
        document(A, TAG, 3, tx)
    });
    let expected = Document {
        id: 3,
        within: 1,
        body: json!({ "n": 3, "keys": 1 }),
    };
    assert_eq!(changed, Some(expected), "its own write");
    assert!(write(store, |tx| remove(A, 3, tx)), "it was there");
    assert!(!write(store, |tx| remove(A, 3, tx)), "it is gone");
    given_up(store, |tx| remove(A, 1, tx).map(drop));
    assert_eq!(ids(store, all), [1, 2, 10]);
    assert_eq!(ids(store, DocumentQuery::all(B, TAG)), [1]);
}

fn found_by<S: Store>(store: &S, org: OrgId, slot: KeySlot, values: &[&str]) -> Vec<(String, i64)> {
    let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
    read(store, move |tx| {
        tx.documents_with_keys(org, TAG, slot, &values)
    })
}

fn documents_are_found_by_keys<S: Store>(store: &S) {
    found(store);
    let [name, api_name] = [KeySlot::NAME, KeySlot::API_NAME];
    write(store, move |tx| {
        put(A, TAG, 1, 0, &[(name, "Ä€😀'\""), (api_name, "same")], tx)?;
        put(A, TAG, 2, 0, &[(name, "two"), (api_name, "same")], tx)
    });
    assert_eq!(
        found_by(store, A, name, &["two", "none", "Ä€😀'\""]).len(),
        2
    );
    let same = [("same".to_owned(), 1), ("same".to_owned(), 2)];
    assert_eq!(
        found_by(store, A, api_name, &["same"]),
        same,
        "several may have one"
    );
    assert_eq!(
        found_by(store, A, name, &["same", "TWO"]),
        [],
        "of that series, byte by byte"
    );
    assert_eq!(found_by(store, B, name, &["two"]), []);
    write(store, move |tx| {
        put(A, TAG, 2, 0, &[(name, "three"), (api_name, "same")], tx)
    });
    assert_eq!(
        found_by(store, A, name, &["two", "three"]),
        [("three".to_owned(), 2)]
    );
    assert_eq!(found_by(store, A, api_name, &["same"]), same);
    write(store, |tx| remove(A, 2, tx));
    assert_eq!(
        found_by(store, A, api_name, &["same"]),
        [("same".to_owned(), 1)]
    );
}

fn jobs_are_due<S: Store>(store: &S) {
    found(store);
    assert_eq!(read(store, |tx| tx.due_jobs()), []);
    let job = |org, number, due: &'static str| {
        write(store, move |tx| {
            put(
                org,
                DocumentKind::JOB,
                number,
                0,
                &[(KeySlot::DUE, due)],
                tx,
            )
        });
    };
    job(A, 1, "1700000000000");
    job(A, 2, "0900000000000");
    job(A, 3, "0900000000000");
    job(B, 1, "1800000000000");
    write(store, |tx| {
        put(B, TAG, 1, 0, &[(KeySlot::DUE, "0000000000001")], tx)
    });
    let due = |org, at, id| DueJob {
        org,
        at: Timestamp::from_millis(at),
        id,
    };
    let of_b = due(B, 1_800_000_000_000, 1);
    assert_eq!(
        read(store, |tx| tx.due_jobs()),
        [due(A, 900_000_000_000, 2), of_b]
    );
    for number in [2, 3] {
        write(store, move |tx| {
            put(A, DocumentKind::JOB, number, 0, &[], tx)
        });
    }
    assert_eq!(
        read(store, |tx| tx.due_jobs()),
        [due(A, 1_700_000_000_000, 1), of_b]
    );
}

fn grant(end: End) -> LinkGrant {
    LinkGrant::bypassing_policy_as_operator(A, Relation::TAGGED, end, REASON)
}

fn links<S: Store>(store: &S, ends: Ends, limit: u32) -> Vec<(i64, i64)> {
    let query = LinkQuery {
        org: A,
        relation: Relation::TAGGED,
        ends,
        limit,
    };
    let found = read(store, move |tx| tx.links(&query));
    found
        .iter()
        .map(|Link { source, target }| (*source, *target))
        .collect()
}

fn links_are_found<S: Store>(store: &S) {
    write(store, |tx| tx.link(grant(End::Source(1)), &[20, 10, 20]));
    write(store, |tx| tx.link(grant(End::Target(10)), &[3, 1, 2]));
    let of = |sources: &[i64]| links(store, Ends::Sources(sources.to_vec()), 100);
    assert_eq!(of(&[2, 1, 7]), [(1, 10), (1, 20), (2, 10)]);
    assert_eq!(of(&[]), []);
    assert_eq!(links(store, Ends::Target(10, 0), 2), [(1, 10), (2, 10)]);
    assert_eq!(links(store, Ends::Target(10, 2), 2), [(3, 10)]);
    write(store, |tx| tx.copy_links(10, grant(End::Target(20))));
    assert_eq!(
        links(store, Ends::Target(20, 0), 9),
        [(1, 20), (2, 20), (3, 20)]
    );
    write(store, |tx| {
        tx.unlink(grant(End::Source(1)), Some(&[10, 99]))
    });
    assert_eq!(of(&[1]), [(1, 20)]);
    write(store, |tx| tx.unlink(grant(End::Target(20)), None));
    assert_eq!(of(&[1, 2, 3]), [(2, 10), (3, 10)]);
    given_up(store, |tx| tx.unlink(grant(End::Target(10)), None));
    assert_eq!(of(&[2]), [(2, 10)]);
}

fn links_of_records_count<S: Store>(store: &S) {
    found(store);
    for number in 1..=3 {
        insert(store, A, id(number), new_record("tagged", 5));
    }
    write(store, |tx| tx.link(grant(End::Target(10)), &[1, 2, 99]));
    let count = || {
        read(store, |tx| {
            tx.count_linked_records(A, Relation::TAGGED, 10, leads())
        })
    };
    assert_eq!(count(), 2, "of records that there are");
    write(store, |tx| {
        tx.delete_record(permit(A, leads(), id(1)), stamp(9, id(11)))
    });
    assert_eq!(count(), 1);
    let elsewhere = read(store, |tx| {
        tx.count_linked_records(B, Relation::TAGGED, 10, leads())
    });
    assert_eq!(elsewhere, 0);
}
