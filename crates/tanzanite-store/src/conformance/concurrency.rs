//! Concurrent jobs: each gets its own result, and none affects another.

use super::{
    A, Check, JUN, authorization, digest, found, id, insert, leads, new_record, permit, read,
    stamp, state, write,
};
use crate::Store;
use std::sync::{Arc, Barrier};
use tanzanite_crm::metadata::{SettingsItem, put};
use tanzanite_crm::metering::LimitSettings;
use tanzanite_crm::transaction::{GrantCode, StoredFile};
use tanzanite_crm::{StoreError, Stored, Transaction};
use tanzanite_protocol::Timestamp;
use tanzanite_protocol::media::{FileKind, ImageKind};

pub(super) fn checks<S: Store>() -> Vec<Check<S>> {
    vec![
        (
            "settings that change are never gone",
            settings_that_change_are_never_gone,
        ),
        (
            "a fault undoes its own job alone",
            a_fault_undoes_its_own_job,
        ),
        (
            "a code is taken by one of many",
            a_code_is_taken_by_one_of_many,
        ),
        (
            "a record is restored or purged by one of many",
            a_record_is_restored_or_purged_by_one_of_many,
        ),
        (
            "a photo is removed by one of many",
            a_photo_is_removed_by_one_of_many,
        ),
        ("a snapshot is of one moment", a_snapshot_is_of_one_moment),
    ]
}

const CLIENTS: i64 = 48;

/// Runs a function on many threads at once; returns the results in order.
pub(super) fn at_once<S: Store, T: Send + 'static>(
    store: &S,
    run: impl Fn(&S, i64) -> T + Send + Sync + 'static,
) -> Vec<T> {
    let run = Arc::new(run);
    let barrier = Arc::new(Barrier::new(usize::try_from(CLIENTS).unwrap_or_default()));
    let threads: Vec<_> = (1..=CLIENTS)
        .map(|number| {
            let (store, run, barrier) = (store.clone(), Arc::clone(&run), Arc::clone(&barrier));
            std::thread::spawn(move || {
                barrier.wait();
                run(&store, number)
            })
        })
        .collect();
    let joined = threads.into_iter().map(std::thread::JoinHandle::join);
    joined
        .map(|result| result.unwrap_or_else(|_| panic!("a client failed")))
        .collect()
}

/// Some threads change settings while others read them: readers always find some.
fn settings_that_change_are_never_gone<S: Store>(store: &S) {
    found(store);
    let gone = at_once(store, |store, number| {
        let changes = number % 4 == 0;
        let ask = move |tx: &mut dyn Transaction| -> Stored<bool> {
            if changes {
                let limits = SettingsItem::Limits(LimitSettings::default());
                put(A, &limits, tx)?;
                return Ok(false);
            }
            Ok(tx.metadata(A)?.is_none())
        };
        let asked = (0..20).map(|_| store.write_blocking(ask));
        asked.filter(|gone| *gone == Ok(true)).count()
    });
    assert_eq!(gone.into_iter().sum::<usize>(), 0);
}

/// One job in three fails after it has written, and one panics. The other jobs' writes stay.
fn a_fault_undoes_its_own_job<S: Store>(store: &S) {
    found(store);
    let results = at_once(store, |store, number| {
        store.write_blocking(move |tx: &mut dyn Transaction| {
            tx.insert_record(permit(A, leads(), id(number)), &new_record("made", number))?;
            match number % 3 {
                0 => Err(StoreError::new("given up")),
                1 if number % 2 == 0 => std::panic::resume_unwind(Box::new("made to panic")),
                _ => Ok(number),
            }
        })
    });
    let stays = |number: i64| number % 3 == 2 || number % 6 == 1;
    for (number, result) in (1..).zip(&results) {
        assert_eq!(result.is_ok(), stays(number), "job {number}: {result:?}");
    }
    let there = read(store, |tx| {
        let mut there = Vec::new();
        for number in 1..=CLIENTS {
            if tx.record(A, leads(), id(number))?.is_some() {
                there.push(number);
            }
        }
        Ok(there)
    });
    assert_eq!(
        there,
        (1..=CLIENTS)
            .filter(|number| stays(*number))
            .collect::<Vec<_>>()
    );
}

fn a_code_is_taken_by_one_of_many<S: Store>(store: &S) {
    let code = GrantCode {
        authorization: authorization(A, "1000.C", JUN),
        expires: Timestamp::from_millis(1),
    };
    let now = Timestamp::from_millis(0);
    write(store, move |tx| {
        tx.put_grant_code(&digest("code"), &code, now)
    });
    let taken = at_once(store, |store, _| {
        write(store, |tx| tx.take_grant_code(&digest("code")))
    });
    assert_eq!(taken.iter().flatten().count(), 1);
}

/// Check and use are in one transaction: exactly one job finds and removes the photo.
fn a_photo_is_removed_by_one_of_many<S: Store>(store: &S) {
    found(store);
    insert(store, A, id(1), new_record("pictured", 1));
    write(store, |tx| {
        let bytes = vec![7; 5_000].into();
        let photo = StoredFile {
            id: "image".to_owned(),
            kind: FileKind::Image(ImageKind::Gif),
            bytes,
        };
        tx.put_file(permit(A, leads(), id(1)), &photo, stamp(2, JUN))
    });
    let removed = at_once(store, |store, number| {
        write(store, move |tx| {
            let head = tx.record_head(A, leads(), id(1))?;
            if head.is_none_or(|head| head.image.is_none()) {
                return Ok(false);
            }
            tx.remove_file(permit(A, leads(), id(1)), stamp(number, JUN))?;
            Ok(true)
        })
    });
    assert_eq!(removed.iter().filter(|removed| **removed).count(), 1);
    assert_eq!(state(store, A).matches("photo_deleted").count(), 1);
}

/// Many restore or purge one deleted record at once, and exactly one does.
fn a_record_is_restored_or_purged_by_one_of_many<S: Store>(store: &S) {
    found(store);
    insert(store, A, id(1), new_record("wanted", 1));
    write(store, |tx| {
        tx.delete_record(permit(A, leads(), id(1)), stamp(2, JUN))
    });
    let done = at_once(store, |store, number| {
        write(store, move |tx| {
            if tx.deleted_fields(A, leads(), id(1))?.is_none() {
                return Ok(false);
            }
            if number % 2 == 0 {
                tx.restore_record(permit(A, leads(), id(1)), &[], stamp(number, JUN))?;
            } else {
                tx.purge_record(permit(A, leads(), id(1)), &[])?;
            }
            Ok(true)
        })
    });
    assert_eq!(done.iter().filter(|done| **done).count(), 1);
}

/// Two records always change together, and no reader sees them differ.
fn a_snapshot_is_of_one_moment<S: Store>(store: &S) {
    found(store);
    insert(store, A, id(1), new_record("round 0", 0));
    insert(store, A, id(2), new_record("round 0", 0));
    let results = at_once(store, |store, number| {
        for round in 0..10 {
            if number % 4 == 0 {
                write(store, move |tx| {
                    let new = new_record(&format!("round {number}.{round}"), round);
                    tx.update_record(permit(A, leads(), id(1)), &new)?;
                    tx.update_record(permit(A, leads(), id(2)), &new)
                });
                continue;
            }
            let (one, two) = read(store, |tx| {
                Ok((tx.record(A, leads(), id(1))?, tx.record(A, leads(), id(2))?))
            });
            if one.map(|one| one.head.name) != two.map(|two| two.head.name) {
                return false;
            }
        }
        true
    });
    assert!(
        results.iter().all(|together| *together),
        "a reader saw half of a commit"
    );
}
