//! The store without its threads, which the benchmark sets the store against: the same changes leave the same.

use crate::support::{found, new_record, open, permit, photo, stamp, state, write};
use std::fs;
use tanzanite_crm::{StoreError, Stored, Transaction};
use tanzanite_store::SoloSqlite;

/// Makes a record with a photo and one that loses its own.
fn change(tx: &mut dyn Transaction) -> Stored<()> {
    for record in [2, 3] {
        tx.insert_record(permit(record), &new_record("A name"))?;
        let image = photo(&format!("{record:036}"), vec![1; 400]);
        tx.put_file(permit(record), &image, stamp(2))?;
    }
    tx.remove_file(permit(2), stamp(3))
}

#[test]
fn the_same_changes_leave_the_same_and_those_that_fail_leave_nothing() {
    let [alone, served] = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    for folder in [&alone, &served] {
        found(&open(folder.path()));
    }
    let mut solo = SoloSqlite::open(alone.path()).expect("a store");
    let failed = solo.commit(|tx| {
        tx.insert_record(permit(4), &new_record("None"))?;
        Err(StoreError::new("no more"))
    });
    assert!(failed.is_err());
    assert!(solo.commit(change).expect("a commit") > 0);
    drop(solo);
    let store = open(served.path());
    write(&store, change);
    assert_eq!(state(&open(alone.path())), state(&store));
}

#[test]
fn its_log_begins_anew_when_it_has_grown_and_every_page_is_counted_once() {
    const PHOTO_BYTES: usize = 1024 * 1024;
    let folder = tempfile::tempdir().expect("a folder");
    found(&open(folder.path()));
    let mut solo = SoloSqlite::open(folder.path()).expect("a store");
    for record in 2..=100 {
        let pages = solo.commit(|tx| {
            tx.insert_record(permit(record), &new_record("A name"))?;
            let image = photo(&format!("{record:036}"), vec![1; PHOTO_BYTES]);
            tx.put_file(permit(record), &image, stamp(2))
        });
        let pages = pages.expect("a commit");
        assert!((256..300).contains(&pages), "{pages}");
    }
    let log = folder.path().join("tanzanite.sqlite3-wal");
    assert!(fs::metadata(log).expect("a log").len() < 64 * 1024 * 1024);
}
