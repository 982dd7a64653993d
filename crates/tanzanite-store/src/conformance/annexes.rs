//! Records that hang on others and are seen with them, compared with a naive model.

use super::{
    A, B, Check, INES, JUN, found, id, leads, module, new_record, permit, read, stamp, write,
};
use crate::Store;
use serde_json::json;
use tanzanite_crm::criteria::{Criteria, HeadKey, Test};
use tanzanite_crm::policy::{ParentModule, Seen};
use tanzanite_crm::schema::{MODULE_KEY, PARENT};
use tanzanite_crm::transaction::{NewRecord, RecordQuery, SortKey, Start};
use tanzanite_protocol::RecordId;

pub(super) fn checks<S: Store>() -> Vec<Check<S>> {
    vec![(
        "records are seen with those on which they hang",
        records_are_seen_with_their_parents,
    )]
}

const PARENTS: i64 = 12;
const NOTES: i64 = 30;

/// A note hangs on the lead or the contact of this number, or on none.
fn parent_of(note: i64) -> i64 {
    (note * 5) % (PARENTS + 2) + 1
}

fn owner_of(parent: i64) -> RecordId {
    if parent % 3 == 0 { INES } else { JUN }
}

fn is_lead(parent: i64) -> bool {
    parent % 2 == 0
}

fn is_deleted(parent: i64) -> bool {
    parent % 5 == 0
}

fn plant<S: Store>(store: &S) {
    found(store);
    write(store, |tx| {
        for number in 1..=PARENTS {
            let of = if is_lead(number) {
                leads()
            } else {
                module("Contacts")
            };
            let new = NewRecord {
                owner: owner_of(number),
                ..new_record("parent", 100)
            };
            tx.insert_record(permit(A, of, id(number)), &new)?;
            if is_deleted(number) {
                tx.delete_record(permit(A, of, id(number)), stamp(500, JUN))?;
            }
        }
        for number in 1..=NOTES {
            let parent = parent_of(number);
            let new = NewRecord {
                fields: [
                    (PARENT.to_owned(), json!({ "id": parent.to_string() })),
                    (MODULE_KEY.to_owned(), json!("Leads")),
                ]
                .into_iter()
                .collect(),
                ..new_record("note", 100 * (number % 7))
            };
            tx.insert_record(permit(A, module("Notes"), id(100 + number)), &new)?;
            tx.insert_record(permit(B, module("Notes"), id(100 + number)), &new)?;
        }
        Ok(())
    });
}

/// The notes whose parents are there and among these, in the order of their ids.
fn model(parents: &[ParentModule]) -> Vec<i64> {
    let is_seen = |parent: i64| {
        let of = if is_lead(parent) {
            leads()
        } else {
            module("Contacts")
        };
        let mut seen = parents.iter().filter(|seen| seen.module == of);
        let owned = |owners: &Vec<RecordId>| owners.contains(&owner_of(parent));
        parent <= PARENTS
            && !is_deleted(parent)
            && seen.any(|seen| seen.owners.as_ref().is_none_or(owned))
    };
    let notes = (1..=NOTES).filter(|note| is_seen(parent_of(*note)));
    notes.map(|note| 100 + note).collect()
}

fn records_are_seen_with_their_parents<S: Store>(store: &S) {
    plant(store);
    let of = |module, owners: Option<&[RecordId]>| ParentModule {
        module,
        owners: owners.map(<[RecordId]>::to_vec),
    };
    let (leads, contacts) = (leads(), module("Contacts"));
    let cases = [
        vec![],
        vec![of(leads, None)],
        vec![of(contacts, None)],
        vec![of(leads, None), of(contacts, None)],
        vec![of(leads, Some(&[INES])), of(contacts, None)],
        vec![of(leads, Some(&[INES])), of(contacts, Some(&[JUN]))],
        vec![of(leads, Some(&[])), of(contacts, Some(&[INES, JUN]))],
    ];
    for parents in cases {
        let expected = model(&parents);
        let seen = Seen::bypassing_policy_as_operator(A, module("Notes")).with_parents(parents);
        read(store, move |tx| {
            for sort in [SortKey::Id, SortKey::CreatedTime, SortKey::ModifiedTime] {
                let query = RecordQuery {
                    sort,
                    ..RecordQuery::all(seen.clone(), 100)
                };
                let ids = |records: Vec<tanzanite_crm::transaction::Record>| {
                    let mut ids: Vec<i64> =
                        records.iter().map(|found| found.head.id.get()).collect();
                    ids.sort_unstable();
                    ids
                };
                assert_eq!(ids(tx.records(&query)?), expected, "{sort:?}");
                assert_eq!(tx.count_records(&query)?, expected.len() as u64);
                let some: Vec<RecordId> = (101..=110).map(id).collect();
                let few: Vec<i64> = expected.iter().copied().filter(|id| *id <= 110).collect();
                let by_id = RecordQuery {
                    ids: Some(some),
                    ..query.clone()
                };
                assert_eq!(ids(tx.records(&by_id)?), few);
                assert_eq!(tx.count_records(&by_id)?, few.len() as u64);
                let later = Criteria::Head(HeadKey::Id, Test::Above(110));
                let page = RecordQuery {
                    criteria: Some(later),
                    start: Start::Offset(1),
                    limit: 3,
                    sort: SortKey::Id,
                    ..query
                };
                let beyond = expected.iter().copied().filter(|id| *id > 110);
                let beyond: Vec<i64> = beyond.skip(1).take(3).collect();
                assert_eq!(ids(tx.records(&page)?), beyond);
            }
            Ok(())
        });
    }
}
