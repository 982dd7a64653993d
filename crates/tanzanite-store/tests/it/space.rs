//! Disk space: pages of deleted photos are reused, and returned to the file system when the store is idle.

use crate::support::{database, found, new_record, open, permit, photo, raw, stamp, write};
use std::path::Path;
use std::time::Duration;
use tanzanite_store::{SqliteStore, Store as _};

const PHOTOS: i64 = 200;
const PHOTO_BYTES: usize = 100_000;
const MEGABYTE: u64 = 1_000_000;

/// Uploads all photos and deletes them, a few in each commit.
fn round(store: &SqliteStore) {
    let numbers: Vec<i64> = (1..=PHOTOS).collect();
    for chunk in numbers.chunks(20).map(<[i64]>::to_vec) {
        write(store, move |tx| {
            chunk.iter().try_for_each(|number| {
                let photo = photo("image", vec![7; PHOTO_BYTES]);
                tx.put_file(permit(*number), &photo, stamp(*number))
            })
        });
    }
    for chunk in numbers.chunks(20).map(<[i64]>::to_vec) {
        write(store, move |tx| {
            chunk
                .iter()
                .try_for_each(|number| tx.remove_file(permit(*number), stamp(*number)))
        });
    }
}

/// The number of pages in the file, and the number of free ones.
fn pages(folder: &Path) -> (i64, i64) {
    let connection = raw(folder);
    let read = |pragma| {
        connection
            .pragma_query_value(None, pragma, |row| row.get(0))
            .expect("a number")
    };
    (read("page_count"), read("freelist_count"))
}

fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

#[test]
fn deleted_photos_give_their_space_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    found(&store);
    write(&store, |tx| {
        (2..=PHOTOS)
            .try_for_each(|number| tx.insert_record(permit(number), &new_record("pictured")))
    });
    round(&store);
    let (first, _) = pages(folder.path());
    assert!(first > 4_000, "twenty megabytes were there: {first} pages");
    for number in 2..=4 {
        round(&store);
        let (now, _) = pages(folder.path());
        assert!(
            now < first + first / 10,
            "round {number} made the file grow from {first} to {now} pages"
        );
    }
    // Bounded by the log's own limit, however much was written.
    let log = database(folder.path()).with_extension("sqlite3-wal");
    assert!(
        length(&log) < 110 * MEGABYTE,
        "the log has {} bytes",
        length(&log)
    );

    let shrunk = |waited: u32| {
        let (now, free) = pages(folder.path());
        assert!(
            waited < 200,
            "after twenty seconds there are {now} pages, {free} of them free"
        );
        now < 1_000 && length(&database(folder.path())) < 4 * MEGABYTE
    };
    let mut waited = 0;
    while !shrunk(waited) {
        std::thread::sleep(Duration::from_millis(100));
        waited += 1;
    }
    assert_eq!(store.verify(), Ok(Vec::new()));
    drop(store);
    assert_eq!(length(&log), 0, "nothing is left for the next start to do");
}

/// Measures the pages that a photo's deletion writes to the log, with 64 of them in a commit, and the bytes of a record
/// with 1.1 kB of fields, including its indexes.
#[test]
fn a_photo_s_deletion_writes_few_pages_whatever_the_record_s_fields() {
    const RECORDS: i64 = 10_000;
    const FIELDS_BYTES: usize = 1_100;
    const DELETED: i64 = 1_280;
    const FRAME_BYTES: u64 = 4_096 + 24;
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    found(&store);
    for first in (0..RECORDS).step_by(1_000) {
        write(&store, move |tx| {
            for number in first + 10..first + 1_010 {
                let mut new = new_record(&format!("Person {number}"));
                let rest = "x".repeat(FIELDS_BYTES - 60);
                new.fields.insert("Description".to_owned(), rest.into());
                tx.insert_record(permit(number), &new)?;
                tx.put_file(
                    permit(number),
                    &photo("an image of 32 characters or so", vec![7; 200]),
                    stamp(number),
                )?;
            }
            Ok(())
        });
    }
    let connection = raw(folder.path());
    let bytes: f64 = connection
        .query_row(
            "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%record%'",
            [],
            |row| row.get(0),
        )
        .unwrap_or_default();
    // While a reader uses it, the log does not start again.
    connection
        .execute_batch("BEGIN; SELECT count(*) FROM snapshots")
        .expect("a snapshot");
    let log = database(folder.path()).with_extension("sqlite3-wal");
    let before = length(&log);
    for turn in 0..DELETED / 64 {
        write(&store, move |tx| {
            (0..64).try_for_each(|number| {
                // Spread over the whole table.
                let record = (turn * 64 + number) * 7_919 % RECORDS + 10;
                tx.remove_file(permit(record), stamp(100_000 + turn * 64 + number))
            })
        });
    }
    let pages = (length(&log) - before) / FRAME_BYTES;
    let pages = f64::from(u32::try_from(pages).expect("a number")) / 1_280.0;
    println!(
        "{pages:.2} pages a deletion, {:.0} bytes a record",
        bytes / 10_000.0
    );
    assert!(pages > 1.0 && pages <= 3.3, "{pages} pages");
    assert!(bytes < 10_000.0 * 1_700.0, "{bytes} bytes");
}
