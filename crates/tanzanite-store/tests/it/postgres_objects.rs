//! Photos in an object store: whatever fails, no record refers to a missing photo, and objects without a row are
//! removed.

use crate::postgres::{bucket, open, options};
use crate::support::{found, id, leads, new_record, org, permit, photo, read, stamp, state, write};
use std::time::Duration;
use tanzanite_crm::transaction::RecordHead;
use tanzanite_crm::{StoreError, Transaction};
use tanzanite_protocol::Timestamp;
use tanzanite_store::{Blobs, PostgresStore, Store as _, Swept};
use tanzanite_testbed::{Postgres, S3, needs};

/// Long after all writes of these tests.
const LATER: Timestamp = Timestamp::from_millis(32_000_000_000_000);

fn head(store: &PostgresStore) -> RecordHead {
    read(store, |tx| tx.record_head(org(), leads(), id(1))).expect("a record")
}

/// Waits for the sweeper's thread to reduce the objects to this number.
pub(crate) fn names_become(bucket: &str, expected: usize) {
    for _ in 0..200 {
        if S3::shared().names(bucket).len() == expected {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{:?} are still there", S3::shared().names(bucket));
}

#[test]
fn a_removed_or_replaced_photo_s_object_is_removed_soon() {
    needs!("postgres", "s3");
    let (bucket, blobs) = bucket();
    let store = open(&options(&Postgres::shared().fresh_schema()).blobs(blobs));
    found(&store);
    assert_eq!(S3::shared().names(&bucket).len(), 1);
    write(&store, |tx| {
        tx.put_file(permit(1), &photo("other", vec![2; 100]), stamp(3))
    });
    names_become(&bucket, 1);
    assert!(state(&store).contains("other"));
    write(&store, |tx| tx.remove_file(permit(1), stamp(4)));
    names_become(&bucket, 0);
    assert_eq!(store.verify(), Ok(Vec::new()));
}

#[test]
fn what_aborted_uploads_left_is_swept_and_nothing_else() {
    needs!("postgres", "s3");
    let (bucket, blobs) = bucket();
    let store = open(&options(&Postgres::shared().fresh_schema()).blobs(blobs));
    found(&store);
    for number in 0..3 {
        let aborted = store.write_blocking(move |tx: &mut dyn Transaction| {
            tx.put_file(permit(1), &photo("aborted", vec![number; 50]), stamp(5))?;
            Err::<(), _>(StoreError::new("given up"))
        });
        assert!(aborted.is_err());
    }
    S3::shared().put(&bucket, "photos/holiday.png", b"somebody else's");
    assert_eq!(S3::shared().names(&bucket).len(), 5);
    let sweep = |now| store.sweep(now).expect("a sweep");
    assert_eq!(
        sweep(Timestamp::from_millis(0)),
        Swept::default(),
        "they are too young"
    );
    assert_eq!(
        sweep(LATER),
        Swept {
            objects: 0,
            orphans: 3
        }
    );
    assert_eq!(S3::shared().names(&bucket).len(), 2);
    assert_eq!(sweep(LATER), Swept::default());
    assert_eq!(store.verify(), Ok(Vec::new()));
    assert!(
        read(&store, |tx| {
            let head = tx.record_head(org(), leads(), id(1))?.expect("a record");
            tx.file(&head)
        })
        .is_some()
    );
}

#[test]
fn a_missing_bucket_gives_an_error_and_changes_nothing() {
    needs!("postgres", "s3");
    let blobs = Blobs::open("s3://no-such-bucket/", S3::shared().environment());
    let schema = Postgres::shared().fresh_schema();
    let in_rows = open(&options(&schema));
    found(&in_rows);
    let store = open(&options(&schema).blobs(blobs.expect("options")));
    let before = state(&store);
    let failed = store.write_blocking(|tx: &mut dyn Transaction| {
        tx.put_file(permit(1), &photo("other", vec![2]), stamp(3))
    });
    let error = failed.expect_err("there is no bucket").to_string();
    assert!(error.contains("s3://no-such-bucket"), "{error}");
    assert_eq!(before, state(&store));
    assert!(
        before.contains("image"),
        "photos in the rows are served still"
    );
}

#[test]
fn an_object_store_that_is_gone_gives_an_error_and_changes_nothing() {
    needs!("postgres", "s3");
    let mut server = S3::start();
    let url = format!("s3://{}", server.fresh_bucket());
    let blobs = Blobs::open(&url, server.environment()).expect("options");
    let schema = Postgres::shared().fresh_schema();
    let store = open(&options(&schema).blobs(blobs.clone()));
    found(&store);
    let before = head(&store);
    server.stop();
    let put = store.write_blocking(|tx: &mut dyn Transaction| {
        tx.put_file(permit(1), &photo("other", vec![2]), stamp(3))
    });
    assert!(put.is_err());
    assert_eq!(before, head(&store));
    // A node that has not cached the photo reports an error.
    let other = open(&options(&schema).blobs(blobs));
    let known = before.clone();
    assert!(
        other
            .read_blocking(move |tx: &mut dyn Transaction| tx.file(&known))
            .is_err()
    );
    // It can be removed all the same; its object waits in the outbox.
    write(&store, |tx| tx.remove_file(permit(1), stamp(6)));
    assert_eq!(head(&store).image, None);
    assert!(store.sweep(LATER).is_err());
}

#[test]
fn objects_that_were_changed_or_removed_are_never_served_and_are_found() {
    needs!("postgres", "s3");
    let (bucket, blobs) = bucket();
    let schema = Postgres::shared().fresh_schema();
    let options = options(&schema).blobs(blobs);
    found(&open(&options));
    let name = S3::shared().names(&bucket).remove(0);
    let served = || {
        let store = open(&options);
        let head = head(&store);
        store.read_blocking(move |tx: &mut dyn Transaction| tx.file(&head))
    };
    assert!(served().is_ok());
    S3::shared().put(&bucket, &name, &[9; 1000]);
    assert!(
        served().is_err(),
        "other bytes of the same size were served"
    );
    let found = |expected: &str| {
        assert_eq!(open(&options).verify(), Ok(vec![expected.to_owned()]));
    };
    found("photo of 1 has an object that cannot be read or is another");
    S3::shared().put(&bucket, &name, &[1; 10]);
    assert!(served().is_err());
    found("photo of 1 has an object of another size");
    S3::shared().delete(&bucket, &name);
    assert!(served().is_err());
    found("photo of 1 has no object");
    let without = open(&crate::postgres::options(&schema));
    let expected = "photo of 1 is in an object store, and none is given";
    assert_eq!(without.verify(), Ok(vec![expected.to_owned()]));
}

#[test]
fn photos_may_be_in_a_folder() {
    needs!("postgres");
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("file://{}", folder.path().display());
    let blobs = Blobs::open(&url, []).expect("a folder");
    let store = open(&options(&Postgres::shared().fresh_schema()).blobs(blobs));
    found(&store);
    assert!(state(&store).contains("image"));
    assert_eq!(store.verify(), Ok(Vec::new()));
    write(&store, |tx| tx.remove_file(permit(1), stamp(3)));
    store.sweep(LATER).expect("a sweep");
    write(&store, |tx| {
        tx.insert_record(permit(2), &new_record("second"))
    });
    assert_eq!(store.verify(), Ok(Vec::new()));
}

#[test]
fn an_object_store_that_is_not_known_is_refused_and_explained() {
    for (url, reason) in [
        ("ftp://host/folder", "s3://, gs://, az:// or file:///"),
        ("bucket", "s3://, gs://, az:// or file:///"),
        ("file://host/folder", "s3://, gs://, az:// or file:///"),
        ("s3://", "names no bucket"),
        ("file:///no/such/folder", "cannot be used"),
    ] {
        let error = Blobs::open(url, []).expect_err(url).to_string();
        assert!(error.contains(reason), "{url}: {error}");
    }
}

#[test]
fn an_object_that_a_snapshot_shares_stays_until_nothing_names_it() {
    needs!("postgres", "s3");
    let (name, blobs) = bucket();
    let store = open(&options(&Postgres::shared().fresh_schema()).blobs(blobs));
    found(&store);
    let at = Timestamp::from_millis(3);
    write(&store, |tx| {
        tx.put_file(permit(1), &photo("first", vec![1; 100]), stamp(2))
    });
    write(&store, move |tx| tx.take_snapshot(org(), "then", at));
    names_become(&name, 1);
    write(&store, |tx| {
        tx.put_file(permit(1), &photo("second", vec![2; 100]), stamp(4))
    });
    for _ in 0..2 {
        store.sweep(LATER).expect("a sweep");
        assert_eq!(store.verify(), Ok(Vec::new()));
        assert!(write(&store, |tx| tx.restore_snapshot(org(), "then")));
        let head = head(&store);
        let found = read(&store, move |tx| tx.file(&head)).expect("the first photo");
        assert_eq!(found.bytes, vec![1; 100]);
        write(&store, |tx| tx.remove_file(permit(1), stamp(5)));
        names_become(&name, 1);
    }
    assert!(write(&store, |tx| tx.remove_snapshot(org(), "then")));
    names_become(&name, 0);
    write(&store, |tx| {
        tx.put_file(permit(1), &photo("third", vec![3; 100]), stamp(6))
    });
    write(&store, move |tx| tx.take_snapshot(org(), "then", at));
    assert!(write(&store, |tx| tx.remove_organisation(org())));
    names_become(&name, 0);
}

/// Photos come and go while snapshots are taken, restored and removed, and the sweeper removes objects all the time.
#[test]
fn no_object_is_removed_that_a_snapshot_or_a_restored_record_names() {
    needs!("postgres", "s3");
    let (name, blobs) = bucket();
    let store = open(&options(&Postgres::shared().fresh_schema()).blobs(blobs));
    found(&store);
    let rounds = 25_u8;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..rounds {
                let (image, bytes) = (format!("image {round}"), vec![round; 50]);
                let put = photo(&image, bytes);
                write(&store, move |tx| tx.put_file(permit(1), &put, stamp(9)));
                write(&store, |tx| {
                    match tx
                        .record_head(org(), leads(), id(1))?
                        .and_then(|head| head.image)
                    {
                        Some(_) => tx.remove_file(permit(1), stamp(9)),
                        None => Ok(()),
                    }
                });
            }
        });
        scope.spawn(|| {
            for round in 0..i64::from(rounds) {
                let at = Timestamp::from_millis(round);
                let snapshot = if round % 2 == 0 { "even" } else { "odd" };
                write(&store, move |tx| tx.take_snapshot(org(), snapshot, at));
                write(&store, |tx| tx.restore_snapshot(org(), "even"));
            }
        });
        scope.spawn(|| {
            for _ in 0..rounds {
                store.sweep(Timestamp::from_millis(0)).expect("a sweep");
            }
        });
    });
    store.sweep(LATER).expect("a sweep");
    assert_eq!(store.verify(), Ok(Vec::new()));
    write(&store, |tx| tx.remove_organisation(org()));
    names_become(&name, 0);
}
