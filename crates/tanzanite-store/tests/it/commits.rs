//! Commits that fail: their jobs get an error, and none of their changes stays. Triggers that only these tests create
//! make SQLite fail as a full or broken disk would.

use crate::support::{found, new_record, open, permit, photo, raw, read, stamp, state, write};
use std::path::Path;
use std::sync::Barrier;
use tanzanite_crm::secret::Digest;
use tanzanite_crm::transaction::{AccessToken, Authorization};
use tanzanite_crm::{StoreError, Transaction};
use tanzanite_protocol::Timestamp;
use tanzanite_store::{SqliteStore, Store as _};

/// Makes the COMMIT of a transaction that uploads a photo fail, by a foreign key that is only checked then.
const COMMIT_FAILS: &str = "
    CREATE TABLE fuse_parent (id INTEGER PRIMARY KEY);
    CREATE TABLE fuse (id INTEGER REFERENCES fuse_parent (id) DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER fuse_blows AFTER INSERT ON photos BEGIN INSERT INTO fuse VALUES (1); END;";

/// Makes the whole transaction vanish when a photo is uploaded, as on a full disk.
const TRANSACTION_VANISHES: &str = "
    CREATE TRIGGER fuse_blows AFTER INSERT ON photos BEGIN SELECT RAISE(ROLLBACK, 'full'); END;";

fn with_fuse(folder: &Path, fuse: &str) -> SqliteStore {
    let store = open(folder);
    found(&store);
    raw(folder).execute_batch(fuse).expect("a fuse");
    store
}

fn token() -> (Digest, AccessToken) {
    let authorization = Authorization {
        org: crate::support::org(),
        client: "1000.C".to_owned(),
        user: crate::support::id(11),
        scopes: Vec::new().into(),
    };
    let (created, expires) = (Timestamp::from_millis(1), Timestamp::from_millis(i64::MAX));
    (
        Digest::of(b"token"),
        AccessToken {
            authorization,
            refresh: None,
            created,
            expires,
        },
    )
}

fn a_failed_commit_changes_nothing(fuse: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = with_fuse(folder.path(), fuse);
    let (digest, access) = token();
    write(&store, move |tx| tx.put_access_token(&digest, &access, 15));
    let live = |store: &SqliteStore| read(store, move |tx| tx.access_token(&digest)).is_some();
    assert!(live(&store));

    let before = state(&store);
    let failed = store.write_blocking(move |tx: &mut dyn Transaction| {
        tx.insert_record(permit(2), &new_record("second"))?;
        tx.remove_access_token(&digest)?;
        tx.put_file(permit(1), &photo("other", vec![2]), stamp(3))
    });
    assert!(failed.is_err(), "the commit failed and nobody was told");
    assert_eq!(before, state(&store));
    assert!(live(&store), "the token was not removed after all");

    // The writer continues.
    write(&store, |tx| {
        tx.insert_record(permit(2), &new_record("second"))
    });
    raw(folder.path())
        .execute_batch("DROP TRIGGER fuse_blows")
        .expect("no fuse");
    write(&store, |tx| {
        tx.put_file(permit(1), &photo("other", vec![2]), stamp(3))
    });
    assert_ne!(before, state(&store));
    assert_eq!(store.verify(), Ok(Vec::new()));
}

#[test]
fn a_commit_that_fails_changes_nothing() {
    a_failed_commit_changes_nothing(COMMIT_FAILS);
}

#[test]
fn a_transaction_that_vanishes_changes_nothing() {
    a_failed_commit_changes_nothing(TRANSACTION_VANISHES);
}

/// Others may share the commit that fails. A change that was answered `Ok` exists, and one that was answered `Err` does
/// not.
fn what_was_answered_is_true(fuse: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = with_fuse(folder.path(), fuse);
    let (clients, barrier) = (64, Barrier::new(64));
    let answers: Vec<Result<(), StoreError>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|number| {
                let (store, barrier) = (&store, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    store.write_blocking(move |tx: &mut dyn Transaction| {
                        tx.insert_record(permit(100 + number), &new_record("made"))?;
                        if number % 16 == 7 {
                            tx.put_file(permit(1), &photo("other", vec![2]), stamp(3))?;
                        }
                        Ok(())
                    })
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("an answer"))
            .collect()
    });
    assert!(answers.iter().filter(|answer| answer.is_err()).count() >= 4);
    for (number, answer) in (0..).zip(&answers) {
        let there = read(&store, move |tx| {
            tx.record(
                crate::support::org(),
                crate::support::leads(),
                crate::support::id(100 + number),
            )
        });
        assert_eq!(
            answer.is_ok(),
            there.is_some(),
            "job {number} was answered {answer:?}"
        );
    }
    store.close();
    drop(store);
    raw(folder.path())
        .execute_batch("DROP TRIGGER fuse_blows")
        .expect("no fuse");
    assert_eq!(open(folder.path()).verify(), Ok(Vec::new()));
}

#[test]
fn what_was_answered_is_true_when_commits_fail() {
    what_was_answered_is_true(COMMIT_FAILS);
}

#[test]
fn what_was_answered_is_true_when_transactions_vanish() {
    what_was_answered_is_true(TRANSACTION_VANISHES);
}

/// A job that ignores the failure must not continue to write outside a transaction.
#[test]
fn nothing_is_written_after_the_transaction_has_vanished() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = with_fuse(folder.path(), TRANSACTION_VANISHES);
    let before = state(&store);
    let answer = store.write_blocking(|tx: &mut dyn Transaction| {
        let overlooked = tx.put_file(permit(1), &photo("other", vec![2]), stamp(3));
        assert!(overlooked.is_err());
        assert!(tx.insert_record(permit(2), &new_record("second")).is_err());
        Ok::<_, StoreError>(())
    });
    assert!(answer.is_err());
    assert_eq!(before, state(&store));
}
