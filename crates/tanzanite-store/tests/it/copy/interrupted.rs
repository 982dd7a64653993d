//! Interrupted copies: they can be continued with the same result, and cannot be served before.

use super::world::raw_rows;
use super::{
    LATER, PAGE, PHOTOS, all, folder, fresh_schema, populated, refused, same, schema, stopped_when,
    whole_state,
};
use crate::postgres::{bucket, open, options};
use std::ops::ControlFlow;
use std::path::Path;
use tanzanite_store::{
    AnyStore, Blobs, Copied, CopyError, CopyPhase, Database, OpenError, PostgresOpenError,
    PostgresOptions, SqliteOpenError, copy,
};
use tanzanite_testbed::{Postgres, S3, needs};

/// Copies one page in each attempt; returns the number of attempts.
fn page_by_page(from: &Database, to: &Database) -> (Copied, usize) {
    for attempt in 0.. {
        let mut copied = 0;
        let mut before = None;
        let result = copy(from, to, PAGE, &mut |progress| match progress.phase {
            CopyPhase::Checking => {
                before = Some(*progress);
                ControlFlow::Continue(())
            }
            CopyPhase::Copying => {
                copied += 1;
                if let Some(before) = before
                    && before.table == progress.table
                {
                    assert!(progress.rows > before.rows, "it began anew");
                    assert!(progress.rows <= before.rows + 3);
                }
                ControlFlow::Break(())
            }
            CopyPhase::Verifying => ControlFlow::Continue(()),
        });
        match result {
            Ok(copied) => return (copied, attempt),
            Err(CopyError::Stopped) => {
                assert_eq!(copied, 1);
                is_not_served(to);
            }
            Err(error) => panic!("{error}"),
        }
    }
    panic!("it does not end");
}

pub(crate) fn is_not_served(database: &Database) {
    let error = AnyStore::open(database).expect_err("half a copy is not served");
    assert!(
        matches!(
            error,
            OpenError::Sqlite(SqliteOpenError::HalfCopied(_))
                | OpenError::Postgres(PostgresOpenError::HalfCopied(_))
        ),
        "{error:?}"
    );
    assert!(error.to_string().contains("copy again"), "it is explained");
}

#[test]
fn a_copy_that_is_broken_off_after_every_page_gives_the_same() {
    needs!("postgres", "s3");
    let here = tempfile::tempdir().expect("a folder");
    let source = populated(here.path());
    let before = whole_state(&source);
    let in_rows = fresh_schema(Blobs::in_rows());
    let (copied, attempts) = page_by_page(&source, &in_rows);
    assert!(attempts > 22, "two pages of each table at least");
    same(&whole_state(&in_rows), &before);
    let (name, blobs) = bucket();
    let in_s3 = fresh_schema(blobs);
    assert_eq!(page_by_page(&in_rows, &in_s3), (copied.clone(), attempts));
    assert_eq!(S3::shared().names(&name).len(), PHOTOS);
    same(&whole_state(&in_s3), &before);
    let back = tempfile::tempdir().expect("a folder");
    let (again, _) = page_by_page(&in_s3, &folder(back.path()));
    assert_eq!(again, copied);
    same(&raw_rows(here.path()), &raw_rows(back.path()));
    same(&whole_state(&folder(back.path())), &before);
}

#[test]
fn a_copy_that_is_broken_off_while_it_is_checked_or_verified_goes_on() {
    needs!("postgres");
    let here = tempfile::tempdir().expect("a folder");
    let source = populated(here.path());
    let before = whole_state(&source);
    let back = tempfile::tempdir().expect("a folder");
    for target in [fresh_schema(Blobs::in_rows()), folder(back.path())] {
        stopped_when(&source, &target, |progress| {
            progress.phase == CopyPhase::Verifying && progress.table == "records"
        });
        is_not_served(&target);
        stopped_when(&source, &target, |progress| {
            progress.phase == CopyPhase::Checking && progress.table == "photos"
        });
        is_not_served(&target);
        all(&source, &target);
        same(&whole_state(&target), &before);
    }
}

fn copy_files(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        std::fs::copy(&path, to.join(name)).expect("a file");
    }
}

/// The files are as a process leaves them that is killed after a page.
#[test]
fn a_copy_goes_on_from_what_a_killed_one_has_left_on_disk() {
    let (here, target) = (tempfile::tempdir(), tempfile::tempdir());
    let (here, target) = (here.expect("a folder"), target.expect("a folder"));
    let source = populated(here.path());
    let mut images = Vec::new();
    let copied = copy(&source, &folder(target.path()), PAGE, &mut |_| {
        let image = tempfile::tempdir().expect("a folder");
        copy_files(target.path(), image.path());
        images.push(image);
        ControlFlow::Continue(())
    });
    let copied = copied.unwrap_or_else(|error| panic!("{error}"));
    assert!(images.len() > 44);
    for image in images.iter().step_by(4) {
        is_not_served(&folder(image.path()));
        assert_eq!(all(&source, &folder(image.path())), copied);
        same(&raw_rows(here.path()), &raw_rows(image.path()));
    }
}

/// A page that fails after its photos were uploaded leaves only objects without rows.
#[test]
fn a_page_that_fails_leaves_nothing_but_garbage() {
    needs!("postgres", "s3");
    let here = tempfile::tempdir().expect("a folder");
    let source = populated(here.path());
    let before = whole_state(&source);
    let (name, blobs) = bucket();
    let schema_name = Postgres::shared().fresh_schema();
    let target = schema(&schema_name, blobs.clone());
    stopped_when(&source, &target, |progress| {
        progress.table == "unique_values"
    });
    Postgres::shared().execute(&format!(
        "SET search_path = {schema_name};
         CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN IF NEW.record = 2 THEN RAISE 'no more room'; END IF; RETURN NEW; END $$;
         CREATE TRIGGER fails BEFORE INSERT ON photos FOR EACH ROW EXECUTE FUNCTION fail()"
    ));
    for attempt in 1..=2 {
        let error = refused(&source, &target).to_string();
        assert!(
            error.contains("no more room") && error.contains("photos from org 600100200, record 1"),
            "{error}"
        );
        assert!(error.contains("copy again to go on"), "{error}");
        assert_eq!(S3::shared().names(&name).len(), 3 * attempt);
        is_not_served(&target);
    }
    Postgres::shared().execute(&format!(
        "SET search_path = {schema_name}; DROP TRIGGER fails ON photos; DROP FUNCTION fail"
    ));
    all(&source, &target);
    assert_eq!(S3::shared().names(&name).len(), 6 + PHOTOS);
    let store = open(&options(&schema_name).blobs(blobs));
    let swept = store.sweep(LATER).expect("a sweep");
    assert_eq!(swept.orphans, 6);
    drop(store);
    assert_eq!(S3::shared().names(&name).len(), PHOTOS);
    same(&whole_state(&target), &before);
}

/// The connection ends during the copy, as when the server is killed.
#[test]
fn a_copy_whose_connection_is_lost_goes_on() {
    needs!("postgres");
    let server = Postgres::start();
    let options = PostgresOptions::new(server.url()).expect("a URL");
    let there = Database::Postgres(Box::new(options));
    let (here, back) = (tempfile::tempdir(), tempfile::tempdir());
    let (here, back) = (here.expect("a folder"), back.expect("a folder"));
    let source = populated(here.path());
    let lost = |from: &Database, to: &Database| {
        let mut pages = 0;
        copy(from, to, PAGE, &mut |_| {
            pages += 1;
            if pages == 20 {
                server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tanzanite'",
                );
            }
            ControlFlow::Continue(())
        })
    };
    let failed = lost(&source, &there);
    assert!(matches!(failed, Err(CopyError::Write { .. })), "{failed:?}");
    let copied = all(&source, &there);
    let failed = lost(&there, &folder(back.path()));
    assert!(matches!(failed, Err(CopyError::Read { .. })), "{failed:?}");
    assert_eq!(all(&there, &folder(back.path())), copied);
    same(&raw_rows(here.path()), &raw_rows(back.path()));
}
