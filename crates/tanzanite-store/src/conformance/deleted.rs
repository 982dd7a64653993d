//! Deleted records: their lists, compared with a naive model in all combinations, and that nothing is left of a purged
//! one.

use super::{
    A, B, Check, INES, JUN, found, holder, id, leads, module, new_record, permit, read, refused,
    stamp, write,
};
use crate::Store;
use bytes::Bytes;
use tanzanite_crm::policy::Seen;
use tanzanite_crm::schema::Number;
use tanzanite_crm::transaction::{
    DeletedQuery, DeletedRecord, DeletedSort, DeletedState, NewRecord, RecordQuery, StoredFile,
};
use tanzanite_crm::{StoreError, Stored, Transaction};
use tanzanite_protocol::media::{FileKind, ImageKind};
use tanzanite_protocol::{OrgId, RecordId, Timestamp};

pub(super) fn checks<S: Store>() -> Vec<Check<S>> {
    vec![
        (
            "deleted records are those of a naive model",
            deleted_are_those_of_a_model,
        ),
        (
            "a restored record is what it was",
            a_restored_record_is_what_it_was,
        ),
        (
            "nothing is left of a purged record",
            nothing_is_left_of_a_purged_record,
        ),
        (
            "only what is in the recycle bin is restored or purged",
            only_what_is_in_the_bin,
        ),
    ]
}

const RECORDS: i64 = 12;

/// A deleted record as the model has it.
struct Deleted {
    id: i64,
    module: Number,
    name: String,
    owner: RecordId,
    by: RecordId,
    at: i64,
    is_purged: bool,
}

/// Records of two modules, all but every third deleted, every fifth purged; in another organisation the same.
fn plant<S: Store>(store: &S) -> Vec<Deleted> {
    found(store);
    let all = (1..=RECORDS).map(|number| Deleted {
        id: number,
        module: if number % 2 == 0 {
            leads()
        } else {
            module("Contacts")
        },
        name: format!("n{}", number * 5 % 7),
        owner: if number % 4 < 2 { INES } else { JUN },
        by: if number % 7 < 4 { JUN } else { INES },
        at: 100 * (number * 7 % 6),
        is_purged: number % 5 == 0,
    });
    let mut all: Vec<Deleted> = all.collect();
    let planted: Vec<(i64, Number, String, RecordId, RecordId, i64, bool)> = all
        .iter()
        .map(|one| {
            (
                one.id,
                one.module,
                one.name.clone(),
                one.owner,
                one.by,
                one.at,
                one.is_purged,
            )
        })
        .collect();
    write(store, move |tx| {
        for org in [A, B] {
            for (number, module, name, owner, by, at, is_purged) in &planted {
                let new = NewRecord {
                    owner: *owner,
                    ..new_record(name, 0)
                };
                let record = id(*number);
                tx.insert_record(permit(org, *module, record), &new)?;
                if number % 3 != 0 {
                    tx.delete_record(permit(org, *module, record), stamp(*at, *by))?;
                    if *is_purged {
                        tx.purge_record(permit(org, *module, record), &[])?;
                    }
                }
            }
        }
        Ok(())
    });
    all.retain(|one| one.id % 3 != 0);
    all
}

/// The ids that a query finds, and whether each is told with the user who deleted it.
fn model(all: &[Deleted], query: &DeletedQuery) -> Vec<(i64, bool)> {
    let since = query.in_bin_since.millis();
    let sees = |one: &Deleted| {
        query.seen.iter().any(|seen| {
            let of_owner = seen
                .owners()
                .is_none_or(|owners| owners.contains(&one.owner));
            seen.module() == one.module && of_owner
        })
    };
    let mut found: Vec<&Deleted> = all
        .iter()
        .filter(|one| sees(one))
        .filter(|one| one.at >= query.known_since.millis())
        .filter(|one| {
            query
                .deleted_since
                .is_none_or(|since| one.at > since.millis())
        })
        .filter(|one| {
            query
                .ids
                .as_ref()
                .is_none_or(|ids| ids.contains(&id(one.id)))
        })
        .filter(|one| match query.state {
            DeletedState::InBin => !one.is_purged && one.at >= since,
            DeletedState::Gone => one.is_purged || one.at < since,
            DeletedState::Any => true,
        })
        .collect();
    found.sort_by_key(|one| {
        let purged_first = if one.is_purged { 0 } else { one.by.get() };
        match query.sort {
            DeletedSort::DeletedTime => (one.at, String::new(), one.id),
            DeletedSort::DisplayName if one.is_purged => (0, String::new(), one.id),
            DeletedSort::DisplayName => (0, one.name.clone(), one.id),
            DeletedSort::DeletedBy => (purged_first, String::new(), one.id),
        }
    });
    if query.descending {
        found.reverse();
    }
    let page = found
        .into_iter()
        .skip(query.offset as usize)
        .take(query.limit as usize);
    page.map(|one| (one.id, !one.is_purged)).collect()
}

fn deleted_are_those_of_a_model<S: Store>(store: &S) {
    let all = plant(store);
    let compared = read(store, move |tx| {
        let mut compared = 0;
        for query in queries() {
            let found = tx.deleted_records(&query)?;
            assert!(found.iter().all(|one| one.head.org == A));
            let told = |one: &DeletedRecord| (one.head.id.get(), one.by.is_some());
            let found: Vec<(i64, bool)> = found.iter().map(told).collect();
            assert_eq!(found, model(&all, &query), "{query:?}");
            let whole = DeletedQuery {
                limit: 99,
                offset: 0,
                ..query
            };
            let count = tx.count_deleted_records(&whole)?;
            assert_eq!(
                usize::try_from(count),
                Ok(model(&all, &whole).len()),
                "{whole:?}"
            );
            compared += 1;
        }
        Ok(compared)
    });
    assert!(compared > 1_000, "{compared} lists were compared");
}

fn queries() -> Vec<DeletedQuery> {
    let sees = |name: &str| Seen::bypassing_policy_as_operator(A, module(name));
    let seen = [
        vec![],
        vec![sees("Leads")],
        vec![sees("Leads"), sees("Contacts").of_owners(vec![INES])],
        vec![sees("Contacts").of_owners(vec![])],
    ];
    let ids = [
        None,
        Some(vec![]),
        Some([1, 3, 4, 5, 10, 99].map(id).to_vec()),
    ];
    let millis = |at: i64| Timestamp::from_millis(at);
    let times = [(0, 0, None), (200, 0, None), (300, 100, Some(millis(100)))];
    let mut queries = Vec::new();
    for seen in &seen {
        for ids in &ids {
            for (in_bin, known, deleted_since) in times {
                for state in [DeletedState::InBin, DeletedState::Gone, DeletedState::Any] {
                    for sort in [
                        DeletedSort::DeletedTime,
                        DeletedSort::DisplayName,
                        DeletedSort::DeletedBy,
                    ] {
                        for (descending, offset, limit) in
                            [(false, 0, 99), (true, 0, 3), (true, 2, 2), (false, 1, 0)]
                        {
                            queries.push(DeletedQuery {
                                seen: seen.clone(),
                                ids: ids.clone(),
                                state,
                                in_bin_since: millis(in_bin),
                                known_since: millis(known),
                                deleted_since,
                                sort,
                                descending,
                                offset,
                                limit,
                            });
                        }
                    }
                }
            }
        }
    }
    queries
}

/// A lead with a unique value, a key and a photo.
fn furnish(org: OrgId, tx: &mut dyn Transaction) -> Stored<()> {
    let new = NewRecord {
        unique: vec![(501, "WS-1".to_owned())],
        keys: vec![(502, "red".to_owned())],
        ..new_record("one", 1)
    };
    tx.insert_record(permit(org, leads(), id(1)), &new)?;
    let photo = StoredFile {
        id: "image".to_owned(),
        kind: FileKind::Image(ImageKind::Png),
        bytes: Bytes::from_static(b"bytes"),
    };
    tx.put_file(permit(org, leads(), id(1)), &photo, stamp(2, JUN))
}

fn a_restored_record_is_what_it_was<S: Store>(store: &S) {
    found(store);
    let (before, after) = write(store, |tx| {
        furnish(A, tx)?;
        let before = tx.record(A, leads(), id(1))?;
        tx.delete_record(permit(A, leads(), id(1)), stamp(5, INES))?;
        assert_eq!(holder(tx, A, 501, "WS-1")?, None);
        let fields = tx.deleted_fields(A, leads(), id(1))?;
        assert_eq!(
            fields.as_ref(),
            before.as_ref().map(|record| &record.fields)
        );
        let unique = [(501, "WS-1".to_owned())];
        tx.restore_record(permit(A, leads(), id(1)), &unique, stamp(6, JUN))?;
        assert_eq!(holder(tx, A, 501, "WS-1")?, Some(id(1)));
        assert_eq!(tx.deleted_fields(A, leads(), id(1))?, None);
        let head = tx.record_head(A, leads(), id(1))?;
        let head = head.ok_or_else(|| StoreError::new("no record"))?;
        assert!(tx.file(&head)?.is_some());
        let told = tx.timeline(A, leads(), id(1))?;
        let told: Vec<&str> = told.iter().map(|(action, _)| action.as_str()).collect();
        assert_eq!(told[..2], ["restored", "deleted"]);
        Ok((before, tx.record(A, leads(), id(1))?))
    });
    assert_eq!(before, after);
}

fn nothing_is_left_of_a_purged_record<S: Store>(store: &S) {
    found(store);
    write(store, |tx| {
        furnish(A, tx)?;
        tx.delete_record(permit(A, leads(), id(1)), stamp(5, INES))?;
        tx.purge_record(permit(A, leads(), id(1)), &[(502, "red".to_owned())])
    });
    read(store, |tx| {
        assert_eq!(tx.deleted_fields(A, leads(), id(1))?, None);
        let all = Seen::bypassing_policy_as_operator(A, leads());
        let query = DeletedQuery::all(vec![all.clone()], 9);
        let found = tx.deleted_records(&query)?;
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].head.name.as_str(), found[0].by), ("", None));
        assert_eq!(tx.records(&RecordQuery::all(all, 9))?, []);
        Ok(())
    });
}

fn only_what_is_in_the_bin<S: Store>(store: &S) {
    found(store);
    write(store, |tx| {
        furnish(A, tx)?;
        tx.insert_record(permit(A, leads(), id(2)), &new_record("two", 1))?;
        tx.delete_record(permit(A, leads(), id(2)), stamp(5, INES))?;
        tx.purge_record(permit(A, leads(), id(2)), &[])
    });
    // One is there, two is gone, three never was; and of one in the recycle bin another has the unique value.
    for record in [1, 2, 3] {
        refused(store, move |tx| {
            tx.restore_record(permit(A, leads(), id(record)), &[], stamp(6, JUN))
        });
        refused(store, move |tx| {
            tx.purge_record(permit(A, leads(), id(record)), &[])
        });
    }
    write(store, |tx| {
        let new = NewRecord {
            unique: vec![(501, "WS-1".to_owned())],
            ..new_record("taker", 1)
        };
        tx.delete_record(permit(A, leads(), id(1)), stamp(7, INES))?;
        tx.insert_record(permit(A, leads(), id(4)), &new)
    });
    refused(store, |tx| {
        let unique = [(501, "WS-1".to_owned())];
        tx.restore_record(permit(A, leads(), id(1)), &unique, stamp(8, JUN))
    });
}
