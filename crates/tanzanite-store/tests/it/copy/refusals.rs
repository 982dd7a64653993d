//! Copies that are refused with an explanation, and leave both sides unchanged.

use super::world::{populate, raw_rows, role};
use super::{
    PAGE, all, folder, fresh_schema, opened, populated, refused, same, schema, stopped_when,
    whole_state,
};
use crate::postgres::bucket;
use crate::support::{id, leads, new_record, org, permit, raw, read, stamp, write};
use std::ops::ControlFlow;
use tanzanite_crm::Transaction;
use tanzanite_crm::metadata::plant;
use tanzanite_store::{
    Blobs, CopyError, CopyPhase, Database, OpenError, Place, SqliteOpenError, copy,
};
use tanzanite_testbed::{Postgres, S3, needs};

#[test]
fn a_target_that_holds_something_is_refused_and_unchanged() {
    needs!("postgres");
    let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    let source = populated(folders[0].path());
    let full = populated(folders[1].path());
    write(&opened(&full), |tx| plant(org(), &[role(91, "mine")], tx));
    let before = raw_rows(folders[1].path());
    let error = refused(&source, &full);
    assert!(matches!(error, CopyError::NotEmpty(_)), "{error:?}");
    assert!(error.to_string().contains("left alone"), "{error}");
    same(&raw_rows(folders[1].path()), &before);

    // One row is enough to refuse, even in a table that is not copied.
    for held in [
        "INSERT INTO counters VALUES (1, 1)",
        "INSERT INTO outbox VALUES (1, 'photo')",
    ] {
        let name = Postgres::shared().fresh_schema();
        let full = schema(&name, Blobs::in_rows());
        opened(&full).close();
        Postgres::shared().execute(&format!("SET search_path = {name}; {held}"));
        let error = refused(&source, &full);
        assert!(matches!(error, CopyError::NotEmpty(_)), "{error:?}");
        assert!(error.to_string().contains(&name), "{error}");
        opened(&full);
    }
    let full = fresh_schema(Blobs::in_rows());
    populate(&opened(&full));
    let before = whole_state(&full);
    assert!(matches!(refused(&source, &full), CopyError::NotEmpty(_)));
    same(&whole_state(&full), &before);
    // A complete copy is not overwritten.
    let whole = fresh_schema(Blobs::in_rows());
    all(&source, &whole);
    assert!(matches!(refused(&source, &whole), CopyError::NotEmpty(_)));
}

#[test]
fn a_source_that_is_not_there_is_refused_and_not_made() {
    needs!("postgres");
    let here = tempfile::tempdir().expect("a folder");
    let below = here.path().join("none");
    let target = here.path().join("target");
    let error = refused(&folder(&below), &folder(&target));
    assert!(matches!(error, CopyError::Missing(_)), "{error:?}");
    let name = Postgres::shared().fresh_schema();
    let error = refused(&schema(&name, Blobs::in_rows()), &folder(&target));
    assert!(matches!(error, CopyError::Missing(_)), "{error:?}");
    assert!(error.to_string().contains(&name), "{error}");
    assert!(!below.exists() && !target.exists());
    let mut client = Postgres::shared().client();
    let schemas = client.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", &[&name]);
    assert_eq!(schemas.expect("schemas").len(), 0);

    let memory = Database::Sqlite(Place::Memory);
    let source = populated(here.path());
    assert!(matches!(
        refused(&memory, &folder(&target)),
        CopyError::Memory
    ));
    assert!(matches!(refused(&source, &memory), CopyError::Memory));
}

#[test]
fn stores_that_are_in_use_are_refused() {
    needs!("postgres");
    let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    let source = populated(folders[0].path());
    let target = folder(folders[1].path());
    let in_use = |error: CopyError, of_source: bool| {
        let expected = match &error {
            CopyError::From(OpenError::Sqlite(SqliteOpenError::InUse(_))) => of_source,
            CopyError::To(OpenError::Sqlite(SqliteOpenError::InUse(_))) => !of_source,
            _ => false,
        };
        assert!(expected, "{error:?}");
    };
    in_use(refused(&source, &source), false);
    let store = opened(&source);
    in_use(refused(&source, &target), true);
    drop(store);
    let store = opened(&target);
    in_use(refused(&source, &target), false);
    drop(store);
    // Two copies into one schema.
    let there = fresh_schema(Blobs::in_rows());
    let mut second = None;
    let first = copy(&source, &there, PAGE, &mut |_| {
        if second.is_none() {
            second = Some(refused_from(&there));
        }
        ControlFlow::Continue(())
    });
    assert!(first.is_ok(), "{first:?}");
    assert!(matches!(second, Some(CopyError::Busy(_))), "{second:?}");
}

/// The refusal of a second copy, with a source of its own.
fn refused_from(target: &Database) -> CopyError {
    let here = tempfile::tempdir().expect("a folder");
    refused(&populated(here.path()), target)
}

#[test]
fn half_a_copy_is_no_source_and_no_target_of_another_copy() {
    needs!("postgres");
    let folders = [(); 4].map(|()| tempfile::tempdir().expect("a folder"));
    let source = populated(folders[0].path());
    let another = populated(folders[1].path());
    write(&opened(&another), |tx| {
        tx.update_record(permit(2), &new_record("another"))
    });
    let in_folder = folder(folders[2].path());
    let in_schema = fresh_schema(Blobs::in_rows());
    for target in [&in_folder, &in_schema] {
        stopped_when(&source, target, |progress| {
            progress.table == "locks" && progress.phase == CopyPhase::Copying
        });
        let error = refused(&another, target);
        assert!(
            matches!(&error, CopyError::AnotherCopy { table, .. } if table == "records"),
            "{error:?}"
        );
        let error = refused(target, &folder(folders[3].path()));
        assert!(matches!(error, CopyError::From(_)), "{error:?}");
        assert!(error.to_string().contains("not finished"), "{error}");
        // The refusal has changed nothing.
        all(&source, target);
        same(&whole_state(target), &whole_state(&source));
    }
    same(&raw_rows(folders[0].path()), &raw_rows(folders[2].path()));
}

/// A source that was served between two attempts no longer begins with the copied rows.
#[test]
fn a_source_that_has_changed_is_refused() {
    type Change = fn(&mut dyn Transaction) -> tanzanite_crm::Stored<()>;
    needs!("postgres");
    let changes: [(&str, Change); 3] = [
        ("records", |tx| {
            tx.update_record(permit(1), &new_record("changed"))
        }),
        ("documents", |tx| {
            plant(super::other(), &[role(92, "added")], tx)
        }),
        ("clients", |tx| {
            tx.put_client(&tanzanite_crm::transaction::Client {
                id: "\u{10ffff}".to_owned(),
                org: org(),
                secret: super::world::digest("added"),
                redirect_uri: None,
            })
        }),
    ];
    for (expected, change) in changes {
        let here = tempfile::tempdir().expect("a folder");
        let source = populated(here.path());
        let target = fresh_schema(Blobs::in_rows());
        stopped_when(&source, &target, |progress| {
            progress.table == "unique_values"
        });
        write(&opened(&source), change);
        let error = refused(&source, &target);
        assert!(
            matches!(&error, CopyError::AnotherCopy { table, .. } if table == expected),
            "{error:?}"
        );
        assert!(error.to_string().contains("has changed since"), "{error}");
    }
    // Rows behind the copied ones may change: the copy is that of the source at its end.
    let here = tempfile::tempdir().expect("a folder");
    let source = populated(here.path());
    let target = fresh_schema(Blobs::in_rows());
    stopped_when(&source, &target, |progress| progress.table == "clients");
    write(&opened(&source), |tx| tx.remove_file(permit(1), stamp(9)));
    all(&source, &target);
    same(&whole_state(&target), &whole_state(&source));
}

#[test]
fn a_target_that_somebody_writes_to_is_never_whole() {
    needs!("postgres");
    let here = tempfile::tempdir().expect("a folder");
    let source = populated(here.path());
    // Between two attempts, and during the copy.
    let name = Postgres::shared().fresh_schema();
    let target = schema(&name, Blobs::in_rows());
    let add = format!("INSERT INTO {name}.counters VALUES (1, 1)");
    stopped_when(&source, &target, |progress| progress.table == "records");
    Postgres::shared().execute(&add);
    let error = refused(&source, &target);
    assert!(
        matches!(&error, CopyError::AnotherCopy { table, .. } if table == "counters"),
        "{error:?}"
    );
    Postgres::shared().execute(&format!("DELETE FROM {name}.counters WHERE org = 1"));
    let mut added = false;
    let written = copy(&source, &target, PAGE, &mut |progress| {
        if progress.phase == CopyPhase::Copying && !added {
            Postgres::shared().execute(&add);
            added = true;
        }
        ControlFlow::Continue(())
    });
    assert!(
        matches!(written, Err(CopyError::Different("counters"))),
        "{written:?}"
    );
    Postgres::shared().execute(&format!(
        "DELETE FROM {name}.counters WHERE org = 1; UPDATE {name}.photos SET bytes = 'other' WHERE record = 2"
    ));
    let error = refused(&source, &target);
    assert!(matches!(error, CopyError::Different("photos")), "{error:?}");
    // At the end all writers are locked out.
    let name = Postgres::shared().fresh_schema();
    let target = schema(&name, Blobs::in_rows());
    let mut kept = 0;
    let copied = copy(&source, &target, PAGE, &mut |progress| {
        if progress.phase == CopyPhase::Verifying && progress.rows == progress.rows_total {
            let mut client = Postgres::shared().client();
            let add = format!(
                "SET lock_timeout = 50; SET search_path = {name}; DELETE FROM {}",
                progress.table
            );
            assert!(client.batch_execute(&add).is_err(), "{progress:?}");
            kept += 1;
        }
        ControlFlow::Continue(())
    });
    assert!(copied.is_ok(), "{copied:?}");
    assert_eq!(kept, 16);
}

#[test]
fn a_text_that_postgres_cannot_hold_is_named() {
    needs!("postgres");
    let here = tempfile::tempdir().expect("a folder");
    let source = populated(here.path());
    raw(here.path())
        .execute(
            "UPDATE records SET name = 'a' || char(0) || 'b' WHERE org = ?1 AND id = 5",
            [org().get()],
        )
        .expect("a change");
    let target = fresh_schema(Blobs::in_rows());
    let error = refused(&source, &target);
    assert!(
        matches!(
            &error,
            CopyError::Nul {
                table: "records",
                column: "name",
                ..
            }
        ),
        "{error:?}"
    );
    let expected = format!("name of records (org {}, module {}, id 5)", org(), leads());
    assert!(error.to_string().contains(&expected), "{error}");
    // SQLite can store it.
    let back = tempfile::tempdir().expect("a folder");
    all(&source, &folder(back.path()));
    let name = read(&opened(&folder(back.path())), |tx| {
        tx.record_head(org(), leads(), id(5))
    });
    assert_eq!(name.expect("a record").name, "a\0b");
}

#[test]
fn objects_of_another_store_are_not_mixed_with_the_target_s() {
    needs!("postgres", "s3");
    let here = tempfile::tempdir().expect("a folder");
    let source = populated(here.path());
    let name = S3::shared().fresh_bucket();
    let at = |place: &str| {
        let url = format!("s3://{name}{place}");
        Blobs::open(&url, S3::shared().environment()).expect("an object store")
    };
    let there = fresh_schema(at("/photos"));
    all(&source, &there);
    for (from, place) in [
        (&there, "/photos/"),
        (&there, "/photos"),
        (&source, "/photos"),
    ] {
        let target = Postgres::shared().fresh_schema();
        let error = refused(from, &schema(&target, at(place)));
        assert!(
            matches!(&error, CopyError::ObjectsInUse(found) if *found == format!("s3://{name}/photos")),
            "{error:?}"
        );
    }
    let before = whole_state(&source);
    for place in ["", "/other"] {
        let target = fresh_schema(at(place));
        all(&there, &target);
        same(&whole_state(&target), &before);
    }
    // A copy is continued with the photos in the same place.
    let target = Postgres::shared().fresh_schema();
    stopped_when(&source, &schema(&target, at("/third")), |progress| {
        progress.table == "photos"
    });
    for blobs in [Blobs::in_rows(), at("/fourth")] {
        let error = refused(&source, &schema(&target, blobs));
        assert!(
            matches!(&error, CopyError::PhotosElsewhere { begun, .. } if begun.ends_with("/third")),
            "{error:?}"
        );
    }
    all(&source, &schema(&target, at("/third")));
}

#[test]
fn an_object_that_is_not_what_was_written_is_not_copied() {
    needs!("postgres", "s3");
    let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    let (name, blobs) = bucket();
    let schema_name = Postgres::shared().fresh_schema();
    let there = schema(&schema_name, blobs);
    all(&populated(folders[0].path()), &there);
    let target = folder(folders[1].path());
    let object = S3::shared().names(&name).remove(0);
    S3::shared().put(&name, &object, b"other");
    let error = refused(&there, &target);
    assert!(
        matches!(&error, CopyError::Read { what, .. } if what == "photos"),
        "{error:?}"
    );
    assert!(
        error.to_string().contains("is not what was written"),
        "{error}"
    );
    let error = refused(&schema(&schema_name, Blobs::in_rows()), &target);
    assert!(error.to_string().contains("none was named"), "{error}");
}
