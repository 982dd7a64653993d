//! Locks on records.

use super::{
    A, Check, INES, JUN, found, id, insert, leads, module, new_record, permit, read, refused,
    stamp, write,
};
use crate::Store;
use tanzanite_crm::transaction::Lock;
use tanzanite_protocol::RecordId;

pub(super) fn checks<S: Store>() -> Vec<Check<S>> {
    vec![
        (
            "a lock is put, changed and removed",
            a_lock_is_put_changed_and_removed,
        ),
        ("a lock needs a record", a_lock_needs_a_record),
    ]
}

fn lock(reason: &str, at: i64) -> Lock {
    Lock {
        id: id(77),
        reason: reason.to_owned(),
        automatic: at % 2 == 0,
        created: stamp(1, JUN),
        modified: stamp(at, INES),
    }
}

fn seen<S: Store>(store: &S, record: RecordId) -> Option<Lock> {
    read(store, move |tx| {
        let head = tx.record_head(A, leads(), record)?;
        Ok(head.and_then(|head| head.lock))
    })
}

fn a_lock_is_put_changed_and_removed<S: Store>(store: &S) {
    found(store);
    insert(store, A, id(1), new_record("locked", 1));
    insert(store, A, id(2), new_record("other", 1));
    write(store, |tx| {
        tx.put_lock(permit(A, leads(), id(2)), &lock("other", 2))
    });
    assert_eq!(seen(store, id(1)), None);
    for (reason, at) in [("audit", 3), ("longer audit €", 4)] {
        write(store, move |tx| {
            tx.put_lock(permit(A, leads(), id(1)), &lock(reason, at))
        });
        assert_eq!(seen(store, id(1)), Some(lock(reason, at)));
    }
    write(store, |tx| {
        tx.remove_lock(permit(A, leads(), id(1)), stamp(5, JUN))
    });
    assert_eq!(seen(store, id(1)), None);
    assert_eq!(seen(store, id(2)), Some(lock("other", 2)));
    refused(store, |tx| {
        tx.remove_lock(permit(A, leads(), id(1)), stamp(6, JUN))
    });
    let told = read(store, |tx| tx.timeline(A, leads(), id(1)));
    let told: Vec<&str> = told.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(told, ["unlocked", "locked", "locked", "added"]);
}

fn a_lock_needs_a_record<S: Store>(store: &S) {
    found(store);
    insert(store, A, id(1), new_record("deleted", 1));
    insert(store, A, id(2), new_record("a Lead", 1));
    write(store, |tx| {
        tx.put_lock(permit(A, leads(), id(1)), &lock("goes with the record", 2))?;
        tx.delete_record(permit(A, leads(), id(1)), stamp(2, JUN))
    });
    for (record, in_module) in [(1, leads()), (2, module("Contacts")), (3, leads())] {
        refused(store, move |tx| {
            tx.put_lock(permit(A, in_module, id(record)), &lock("on nothing", 3))
        });
        refused(store, move |tx| {
            tx.remove_lock(permit(A, in_module, id(record)), stamp(3, JUN))
        });
    }
    insert(store, A, id(3), new_record("made after", 4));
    assert_eq!(seen(store, id(3)), None, "a lock waited for the record");
}
