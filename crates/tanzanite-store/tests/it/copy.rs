//! Copies from one store to another: nothing is lost in either direction, and later writes work as before.

mod archive;
mod damaged;
mod former;
mod interrupted;
mod organisation;
mod refusals;
mod world;

use crate::postgres::{bucket, open, options};
use crate::support::{id, leads, new_record, org, permit, photo, read, stamp, state, write};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use tanzanite_crm::Metadata;
use tanzanite_crm::metadata::plant;
use tanzanite_protocol::{OrgId, Timestamp};
use tanzanite_store::{
    AnyStore, Blobs, Copied, CopyError, CopyPage, CopyPhase, CopyProgress, Database, Place, Store,
    copy,
};
use tanzanite_testbed::{Postgres, S3, needs};
use world::{other, populate, raw_rows};

/// The number of photos, which snapshots share.
const PHOTOS: usize = 5;

/// Long after all writes of these tests.
const LATER: Timestamp = Timestamp::from_millis(32_000_000_000_000);

/// So small that every table has several pages.
const PAGE: CopyPage = CopyPage {
    rows: 3,
    bytes: 10_000,
};

fn folder(path: &Path) -> Database {
    Database::Sqlite(Place::Folder(path.to_owned()))
}

fn schema(name: &str, blobs: Blobs) -> Database {
    Database::Postgres(Box::new(options(name).blobs(blobs)))
}

fn fresh_schema(blobs: Blobs) -> Database {
    schema(&Postgres::shared().fresh_schema(), blobs)
}

fn all(from: &Database, to: &Database) -> Copied {
    let copied = copy(from, to, PAGE, &mut |_| ControlFlow::Continue(()));
    copied.unwrap_or_else(|error| panic!("{error}"))
}

fn refused(from: &Database, to: &Database) -> CopyError {
    match copy(from, to, PAGE, &mut |_| ControlFlow::Continue(())) {
        Ok(copied) => panic!("it was copied: {copied:?}"),
        Err(error) => error,
    }
}

/// Copies until the progress meets a condition.
fn stopped_when(from: &Database, to: &Database, far: impl Fn(&CopyProgress) -> bool) {
    let stopped = copy(from, to, PAGE, &mut |progress| {
        if far(progress) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    assert!(matches!(stopped, Err(CopyError::Stopped)), "{stopped:?}");
}

fn opened(database: &Database) -> AnyStore {
    AnyStore::open(database).unwrap_or_else(|error| panic!("{error}"))
}

/// All readable data of both organisations, after checking that the store finds no problems.
fn whole_state(database: &Database) -> Vec<String> {
    let store = opened(database);
    assert_eq!(store.verify(), Ok(Vec::new()));
    let orgs = read(&store, |tx| tx.organisations());
    assert_eq!(orgs, [org(), other()]);
    let settings = read(&store, |tx| {
        let roles = |metadata: Option<Arc<Metadata>>| {
            format!("{:?}", metadata.map(|all| all.roles().to_vec()))
        };
        Ok(roles(tx.metadata(org())?) + "\n" + &roles(tx.metadata(other())?) + "\n")
    });
    let theirs = read(&store, |tx| tanzanite_store::dump(other(), tx));
    let snapshots = snapshots_of(&store, org()) + &snapshots_of(&store, other());
    let all = settings + &state(&store) + &theirs + &snapshots;
    all.lines().map(str::to_owned).collect()
}

/// An organisation's snapshots, and the changes since each.
fn snapshots_of(store: &AnyStore, org: OrgId) -> String {
    read(store, move |tx| {
        let mut text = String::new();
        for snapshot in tx.snapshots(org)? {
            let differences = tx.differences(org, &snapshot.name, (0, 0), 100)?;
            text += &format!("{snapshot:?} {differences:?}\n");
        }
        Ok(text)
    })
}

/// Compares lines, shortening those that are too long to print.
#[track_caller]
fn same(left: &[String], right: &[String]) {
    let shown = |line: Option<&String>| line.map(|line| line.chars().take(300).collect::<String>());
    for place in 0..left.len().max(right.len()) {
        let (left, right) = (left.get(place), right.get(place));
        assert!(left == right, "{:?} is not {:?}", shown(left), shown(right));
    }
}

/// A folder with all kinds of data.
fn populated(path: &Path) -> Database {
    let database = folder(path);
    populate(&opened(&database));
    database
}

#[test]
fn there_and_back_nothing_is_lost() {
    needs!("postgres");
    let (here, back) = (tempfile::tempdir(), tempfile::tempdir());
    let (here, back) = (here.expect("a folder"), back.expect("a folder"));
    let source = populated(here.path());
    let before = whole_state(&source);
    let there = fresh_schema(Blobs::in_rows());
    let copied = all(&source, &there);
    assert!(
        copied.tables.iter().all(|table| table.rows > 3),
        "every table has more than one page: {copied:?}"
    );
    assert_eq!(copied.photos, PHOTOS as u64);
    same(&whole_state(&there), &before);
    assert_eq!(all(&there, &folder(back.path())), copied);
    same(&raw_rows(here.path()), &raw_rows(back.path()));
    same(&whole_state(&folder(back.path())), &before);
}

#[test]
fn photos_go_into_an_object_store_and_out_of_it() {
    needs!("postgres", "s3");
    let (here, back) = (tempfile::tempdir(), tempfile::tempdir());
    let (here, back) = (here.expect("a folder"), back.expect("a folder"));
    let source = populated(here.path());
    let before = whole_state(&source);
    let in_rows = fresh_schema(Blobs::in_rows());
    let copied = all(&source, &in_rows);
    let (name, blobs) = bucket();
    let in_s3 = fresh_schema(blobs);
    assert_eq!(all(&in_rows, &in_s3), copied);
    assert_eq!(S3::shared().names(&name).len(), PHOTOS);
    same(&whole_state(&in_s3), &before);
    let (other_name, blobs) = bucket();
    let in_other_s3 = fresh_schema(blobs);
    assert_eq!(all(&in_s3, &in_other_s3), copied);
    assert_eq!(S3::shared().names(&other_name).len(), PHOTOS);
    assert_eq!(all(&in_other_s3, &folder(back.path())), copied);
    same(&raw_rows(here.path()), &raw_rows(back.path()));
    assert_eq!(all(&in_other_s3, &fresh_schema(Blobs::in_rows())), copied);
}

#[test]
fn a_folder_is_copied_into_a_folder_and_an_empty_store_into_any() {
    needs!("postgres", "s3");
    let folders = [(); 3].map(|()| tempfile::tempdir().expect("a folder"));
    let source = populated(folders[0].path());
    all(&source, &folder(folders[1].path()));
    same(&raw_rows(folders[0].path()), &raw_rows(folders[1].path()));

    opened(&folder(folders[2].path()));
    let empty = fresh_schema(bucket().1);
    let copied = all(&folder(folders[2].path()), &empty);
    assert!(copied.tables.iter().all(|table| table.rows == 0));
    let orgs = read(&opened(&empty), |tx| tx.organisations());
    assert_eq!(orgs, []);
    // An empty store is accepted, however it was made.
    all(&source, &empty);
}

/// A page ends with the row that fills its bytes, even if it could have more rows.
#[test]
fn pages_are_bounded_by_rows_and_by_bytes() {
    needs!("postgres");
    let here = tempfile::tempdir().expect("a folder");
    let source = populated(here.path());
    let there = fresh_schema(Blobs::in_rows());
    let back = tempfile::tempdir().expect("a folder");
    for (from, to) in [(&source, &there), (&there, &folder(back.path()))] {
        let mut steps = Vec::new();
        let page = CopyPage {
            rows: 1_000,
            bytes: 100_000,
        };
        copy(from, to, page, &mut |progress| {
            if progress.table == "photos" && progress.phase != CopyPhase::Checking {
                steps.push(progress.rows);
            }
            ControlFlow::Continue(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
        // 1 and 2 are small, 3 has a megabyte, 4 and 5 are small again.
        assert_eq!(steps, [3, 5, 3, 5]);
    }
}

/// Later writes get numbers that are different from the copied ones and come after them.
#[test]
fn new_writes_go_on_after_what_was_copied() {
    needs!("postgres", "s3");
    let here = tempfile::tempdir().expect("a folder");
    let source = populated(here.path());
    let last = write(&opened(&source), |tx| tx.next_number(org()));
    let (name, blobs) = bucket();
    let there = fresh_schema(blobs);
    all(&source, &there);
    let last = goes_on(&there, last, 1);
    // The sweeper knows the copied objects.
    let Database::Postgres(options) = &there else {
        panic!("it is in PostgreSQL");
    };
    let store = open(options);
    store.sweep(LATER).expect("a sweep");
    assert_eq!(S3::shared().names(&name).len(), PHOTOS + 1);
    assert_eq!(store.verify(), Ok(Vec::new()));
    drop(store);
    let back = tempfile::tempdir().expect("a folder");
    let back = folder(back.path());
    all(&there, &back);
    let last = goes_on(&back, last, 2);
    let again = fresh_schema(Blobs::in_rows());
    all(&back, &again);
    goes_on(&again, last, 3);
}

/// Makes writes of all kinds that draw numbers; returns the organisation's last number.
pub(crate) fn goes_on(database: &Database, last: i64, round: i64) -> i64 {
    let store = opened(database);
    let number = write(&store, |tx| tx.next_number(org()));
    assert!(number > last, "{number} was given before");
    let told = |store: &AnyStore| read(store, |tx| tx.timeline(org(), leads(), id(1)));
    let before = told(&store);
    write(&store, move |tx| {
        tx.insert_record(permit(10_000 + number), &new_record("after"))?;
        let image = format!("image after {round}");
        tx.put_file(
            permit(1),
            &photo(&image, vec![9; 500]),
            stamp(1_000 + round),
        )
    });
    let after = told(&store);
    assert_eq!(after[1..], before, "the chain goes on");
    assert_eq!(after[0].0, "photo_uploaded");
    // The newest token is the one that stays.
    let newest = world::digest(&format!("refresh after {round}"));
    write(&store, move |tx| {
        tx.put_refresh_token(&newest, &world::refresh_token(11), 1, &[])
    });
    let newest = world::digest(&format!("refresh after {round}"));
    assert!(read(&store, move |tx| tx.refresh_token(&newest)).is_some());
    let former = world::digest("refresh 4");
    assert!(read(&store, move |tx| tx.refresh_token(&former)).is_none());
    // Settings are cached with their version.
    let roles = |store: &AnyStore| {
        let metadata = read(store, |tx| tx.metadata(org())).expect("settings");
        metadata.roles().len()
    };
    let before = roles(&store);
    write(&store, move |tx| {
        plant(org(), &[world::role(93 + round, "after")], tx)
    });
    assert_eq!(roles(&store), before + 1);
    assert_eq!(store.verify(), Ok(Vec::new()));
    number
}

/// Data that only PostgreSQL has is made anew or left out; a new table must be added to one of the two lists.
#[test]
fn every_table_of_postgres_is_copied_or_made() {
    needs!("postgres");
    let here = tempfile::tempdir().expect("a folder");
    let name = Postgres::shared().fresh_schema();
    let copied = all(&populated(here.path()), &schema(&name, Blobs::in_rows()));
    let mut known: BTreeSet<String> = copied
        .tables
        .iter()
        .map(|table| table.name.to_owned())
        .collect();
    for ours in [
        "settings_versions",
        "modifications",
        "former_modifications",
        "outbox",
        "tanzanite_migrations",
    ] {
        known.insert(ours.to_owned());
    }
    let mut client = Postgres::shared().client();
    let tables = client.query(
        "SELECT tablename::text FROM pg_tables WHERE schemaname = $1",
        &[&name],
    );
    let tables = tables.expect("tables");
    let found: BTreeSet<String> = tables.iter().map(|row| row.get(0)).collect();
    assert_eq!(found, known);
    let versions = client.query(
        &format!("SELECT org, version FROM {name}.settings_versions ORDER BY org"),
        &[],
    );
    let versions = versions.expect("versions");
    let orgs: Vec<i64> = versions.iter().map(|row| row.get(0)).collect();
    assert_eq!(orgs, [org().get(), other().get()]);
    assert_ne!(versions[0].get::<_, i64>(1), versions[1].get::<_, i64>(1));
}

/// Writes to a PostgreSQL source after the beginning of the copy are not copied, since it reads one snapshot.
#[test]
fn a_source_in_postgres_is_copied_as_it_was() {
    needs!("postgres");
    let (here, back) = (tempfile::tempdir(), tempfile::tempdir());
    let (here, back) = (here.expect("a folder"), back.expect("a folder"));
    let there = fresh_schema(Blobs::in_rows());
    all(&populated(here.path()), &there);
    let store = opened(&there);
    let mut rounds = 0;
    let copied = copy(&there, &folder(back.path()), PAGE, &mut |_| {
        rounds += 1;
        write(&store, move |tx| {
            tx.insert_record(permit(20_000 + rounds), &new_record("meanwhile"))?;
            plant(other(), &[world::role(90, "meanwhile")], tx)
        });
        ControlFlow::Continue(())
    });
    assert!(copied.is_ok(), "{copied:?}");
    same(&raw_rows(here.path()), &raw_rows(back.path()));
}
