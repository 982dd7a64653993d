//! Archives of whole stores: from any kind of store into any other, with the same bytes from each.

use super::interrupted::is_not_served;
use super::world::{other, raw_rows, role};
use super::{LATER, PAGE, all, folder, fresh_schema, opened, populated, same, schema, whole_state};
use crate::postgres::{bucket, open};
use crate::postgres_objects::names_become;
use crate::support::{id, leads, new_record, org, permit, photo, read, stamp, write};
use std::io::Cursor;
use std::ops::ControlFlow;
use tanzanite_crm::metadata::plant;
use tanzanite_store::{
    Blobs, Copied, CopyError, CopyPage, CopyPhase, CopyProgress, Database, Place, Store, backup,
    restore, verify_archive,
};
use tanzanite_testbed::{Postgres, S3, needs};

pub(crate) fn on(_: &CopyProgress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// The archive of a store, or of one of its organisations.
pub(crate) fn archived(from: &Database, org: Option<tanzanite_protocol::OrgId>) -> Vec<u8> {
    let mut archive = Cursor::new(Vec::new());
    backup(from, org, &mut archive, PAGE, &mut on).unwrap_or_else(|error| panic!("{error}"));
    archive.into_inner()
}

pub(crate) fn restored(archive: &[u8], to: &Database) -> Copied {
    restore(archive, to, PAGE, &mut on).unwrap_or_else(|error| panic!("{error}"))
}

pub(crate) fn not_restored(archive: &[u8], to: &Database) -> CopyError {
    restore(archive, to, PAGE, &mut on).expect_err("it is restored")
}

#[test]
fn every_store_gives_the_same_archive_and_is_filled_from_it() {
    needs!("postgres", "s3");
    let (here, back) = (tempfile::tempdir(), tempfile::tempdir());
    let (here, back) = (here.expect("a folder"), back.expect("a folder"));
    let source = populated(here.path());
    let before = whole_state(&source);
    let archive = archived(&source, None);
    let copied = verify_archive(archive.as_slice(), &mut on).expect("it is sound");
    assert_eq!(copied, all(&source, &fresh_schema(Blobs::in_rows())));
    assert_eq!(copied.photos, 5);

    let in_rows = fresh_schema(Blobs::in_rows());
    let in_s3 = fresh_schema(bucket().1);
    let in_folder = folder(back.path());
    for target in [&in_rows, &in_s3, &in_folder] {
        assert_eq!(restored(&archive, target), copied);
        same(&whole_state(target), &before);
        assert!(archived(target, None) == archive, "it has another archive");
    }
    same(&raw_rows(here.path()), &raw_rows(back.path()));
}

#[test]
fn an_archive_of_nothing_is_one() {
    let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    let (empty, full) = (folder(folders[0].path()), populated(folders[1].path()));
    opened(&empty).close();
    let archive = archived(&empty, None);
    let copied = restored(&archive, &empty);
    assert!(copied.tables.iter().all(|table| table.rows == 0));
    let before = raw_rows(folders[1].path());
    let error = not_restored(&archive, &full);
    assert!(matches!(error, CopyError::NotEmpty(_)), "{error:?}");
    same(&raw_rows(folders[1].path()), &before);
}

/// The pages of an archive do not depend on the pages of the copy.
#[test]
fn pages_of_any_size_give_the_same_archive() {
    let (here, back) = (tempfile::tempdir(), tempfile::tempdir());
    let (here, back) = (here.expect("a folder"), back.expect("a folder"));
    let source = populated(here.path());
    for number in 0..1_500 {
        let connection = crate::support::raw(here.path());
        let added = connection.execute("INSERT INTO counters VALUES (?1, 1)", [number]);
        added.expect("a row");
    }
    let page = CopyPage {
        rows: 1_000_000,
        bytes: usize::MAX,
    };
    let mut archive = Cursor::new(Vec::new());
    let copied = backup(&source, None, &mut archive, page, &mut on).expect("an archive");
    let archive = archive.into_inner();
    assert!(archive == archived(&source, None), "it is another");
    assert_eq!(restored(&archive, &folder(back.path())), copied);
    same(&raw_rows(here.path()), &raw_rows(back.path()));
}

/// Restores one page in each attempt; returns the number of attempts.
fn page_by_page(archive: &[u8], to: &Database) -> (Copied, usize) {
    for attempt in 0.. {
        let mut pages = 0;
        let result = restore(archive, to, PAGE, &mut |progress| {
            if progress.phase == CopyPhase::Copying {
                pages += 1;
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        match result {
            Ok(copied) => return (copied, attempt),
            Err(CopyError::Stopped) => {
                assert_eq!(pages, 1, "it has come further");
                is_not_served(to);
            }
            Err(error) => panic!("{error}"),
        }
    }
    panic!("it does not end");
}

#[test]
fn a_restore_that_is_broken_off_after_every_page_gives_the_same() {
    needs!("postgres", "s3");
    let (here, back) = (tempfile::tempdir(), tempfile::tempdir());
    let (here, back) = (here.expect("a folder"), back.expect("a folder"));
    let source = populated(here.path());
    let before = whole_state(&source);
    let archive = archived(&source, None);
    let (name, blobs) = bucket();
    let (in_folder, in_s3) = (folder(back.path()), fresh_schema(blobs));
    let (copied, attempts) = page_by_page(&archive, &in_folder);
    assert!(attempts > 22, "two pages of each table at least");
    assert_eq!(page_by_page(&archive, &in_s3), (copied, attempts));
    assert_eq!(S3::shared().names(&name).len(), 5);
    same(&raw_rows(here.path()), &raw_rows(back.path()));
    same(&whole_state(&in_s3), &before);
}

/// A page of the copy and a page of the archive may have different rows.
#[test]
fn a_restore_goes_on_in_the_middle_of_a_page() {
    let (here, back) = (tempfile::tempdir(), tempfile::tempdir());
    let (here, back) = (here.expect("a folder"), back.expect("a folder"));
    let source = populated(here.path());
    let archive = archived(&source, None);
    let target = folder(back.path());
    let two = CopyPage { rows: 2, ..PAGE };
    for table in ["documents", "records", "timeline"] {
        let stopped = restore(archive.as_slice(), &target, two, &mut |progress| {
            if (progress.table, progress.phase) == (table, CopyPhase::Copying) {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        assert!(matches!(stopped, Err(CopyError::Stopped)), "{stopped:?}");
    }
    restored(&archive, &target);
    same(&raw_rows(here.path()), &raw_rows(back.path()));
}

#[test]
fn a_restore_goes_on_from_the_same_archive_alone() {
    let folders = [(); 3].map(|()| tempfile::tempdir().expect("a folder"));
    let source = populated(folders[0].path());
    let archive = archived(&source, None);
    write(&opened(&source), |tx| {
        tx.update_record(permit(2), &new_record("another"))
    });
    let another = archived(&source, None);
    let target = folder(folders[1].path());
    let stopped = restore(archive.as_slice(), &target, PAGE, &mut |progress| {
        if progress.table == "photos" {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    });
    assert!(matches!(stopped, Err(CopyError::Stopped)), "{stopped:?}");
    let error = not_restored(&another, &target);
    assert!(
        matches!(&error, CopyError::AnotherCopy { table, .. } if table == "records"),
        "{error:?}"
    );
    // An incomplete copy is no source.
    let mut none = Cursor::new(Vec::new());
    let error = backup(&target, None, &mut none, PAGE, &mut on).expect_err("half a copy");
    assert!(matches!(error, CopyError::From(_)), "{error:?}");
    assert!(none.into_inner().is_empty());
    restored(&archive, &target);
    same(&whole_state(&target), &{
        let again = folder(folders[2].path());
        restored(&archive, &again);
        whole_state(&again)
    });
}

#[test]
fn what_is_not_there_is_not_archived_and_not_made() {
    let here = tempfile::tempdir().expect("a folder");
    let none = here.path().join("none");
    let refused = |from: &Database, org| {
        let mut archive = Cursor::new(Vec::new());
        let error = backup(from, org, &mut archive, PAGE, &mut on).expect_err("it is archived");
        assert!(archive.into_inner().is_empty());
        error
    };
    let error = refused(&folder(&none), None);
    assert!(matches!(error, CopyError::Missing(_)), "{error:?}");
    let error = refused(&Database::Sqlite(Place::Memory), None);
    assert!(matches!(error, CopyError::Memory), "{error:?}");
    let error = not_restored(b"tanzanite", &folder(&none));
    assert_eq!(error.to_string(), "it is no archive of Tanzanite's");
    assert!(!none.exists());
    let source = populated(here.path());
    let nobody = tanzanite_protocol::OrgId::new(1).expect("an id");
    let error = refused(&source, Some(nobody));
    assert_eq!(
        error.to_string(),
        "there is no organisation 1 in the source"
    );
}

/// The archive is one snapshot, and the objects that it refers to are not removed before they are read.
#[test]
fn a_store_in_postgres_is_archived_while_it_is_used() {
    needs!("postgres", "s3");
    let here = tempfile::tempdir().expect("a folder");
    let source = populated(here.path());
    let (name, blobs) = bucket();
    let there = schema(&Postgres::shared().fresh_schema(), blobs);
    all(&source, &there);
    let Database::Postgres(options) = &there else {
        panic!("it is in PostgreSQL");
    };
    let store = open(options);
    let mut archive = Cursor::new(Vec::new());
    let mut rounds = 0;
    let archived_meanwhile = backup(&there, None, &mut archive, PAGE, &mut |_| {
        rounds += 1;
        write(&store, move |tx| {
            let image = format!("image of round {rounds}");
            tx.put_file(permit(2), &photo(&image, vec![7; 90]), stamp(50 + rounds))?;
            plant(other(), &[role(90, "meanwhile")], tx)
        });
        let swept = store.sweep(LATER).expect("a sweep");
        assert_eq!((swept.objects, swept.orphans), (0, 0));
        ControlFlow::Continue(())
    });
    archived_meanwhile.unwrap_or_else(|error| panic!("{error}"));
    assert!(archive.into_inner() == archived(&source, None));
    // They are removed now, except one that a snapshot refers to.
    assert!(S3::shared().names(&name).len() > 6);
    names_become(&name, 6);
    let head = read(&store, |tx| tx.record_head(org(), leads(), id(2)));
    assert_eq!(
        head.expect("a record").image,
        Some(format!("image of round {rounds}"))
    );
    assert_eq!(store.verify(), Ok(Vec::new()));
}

#[test]
fn an_archive_that_cannot_be_written_is_none() {
    struct Full(Cursor<Vec<u8>>);
    impl std::io::Read for Full {
        fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
            self.0.read(to)
        }
    }
    impl std::io::Seek for Full {
        fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
            self.0.seek(to)
        }
    }
    impl std::io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if self.0.get_ref().len() + bytes.len() > 1_000 {
                return Err(std::io::ErrorKind::StorageFull.into());
            }
            self.0.write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let here = tempfile::tempdir().expect("a folder");
    let source = populated(here.path());
    let full = Full(Cursor::new(Vec::new()));
    let error = backup(&source, None, full, PAGE, &mut on).expect_err("it is full");
    assert_eq!(
        error.to_string(),
        "the archive cannot be written: no storage space"
    );
}
