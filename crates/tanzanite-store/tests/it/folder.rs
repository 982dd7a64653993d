//! Data folders: refused ones stay unchanged, permissions are kept private, and damage is found.

use crate::support::{
    DAMAGES, database, found, new_record, open, permit, photo, raw, read, stamp, state, texts,
    write,
};
use rusqlite::Connection;
use std::path::Path;
use tanzanite_crm::{StoreError, Transaction};
use tanzanite_store::{Place, SqliteOpenError, SqliteStore, Store as _};

fn refusal(folder: &Path) -> SqliteOpenError {
    match SqliteStore::open(&Place::Folder(folder.to_owned())) {
        Ok(_) => panic!("the folder was taken"),
        Err(error) => error,
    }
}

/// All files of a folder except the lock's, with their bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut files: Vec<_> = entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (name, std::fs::read(&path).expect("a file"))
        })
        .filter(|(name, _)| name != "lock")
        .collect();
    files.sort();
    files
}

#[test]
fn a_newer_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    found(&open(folder.path()));
    raw(folder.path())
        .pragma_update(None, "user_version", 99)
        .expect("a number");
    let before = files(folder.path());
    match refusal(folder.path()) {
        SqliteOpenError::Newer {
            path,
            found: 99,
            known: 1..,
        } => assert_eq!(path, database(folder.path())),
        other => panic!("{other:?}"),
    }
    assert!(
        refusal(folder.path()).to_string().contains("schema 99"),
        "it is explained"
    );
    assert!(
        before == files(folder.path()),
        "the refused database was changed"
    );
}

#[test]
fn a_foreign_database_is_refused_and_left_alone() {
    type Make = fn(&Path);
    let foreign: [(&str, Make); 4] = [
        ("another's tables", |path| {
            let other = Connection::open(path).expect("a database");
            other
                .execute_batch("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine')")
                .expect("a table");
        }),
        ("another's application id", |path| {
            let other = Connection::open(path).expect("a database");
            other
                .pragma_update(None, "application_id", 7)
                .expect("an id");
        }),
        ("another's schema number", |path| {
            let other = Connection::open(path).expect("a database");
            other
                .pragma_update(None, "user_version", 1)
                .expect("a number");
        }),
        ("no database", |path| {
            std::fs::write(path, "a diary, and no database".repeat(100)).expect("a file");
        }),
    ];
    for (what, make) in foreign {
        let folder = tempfile::tempdir().expect("a folder");
        make(&database(folder.path()));
        let before = files(folder.path());
        let error = refusal(folder.path());
        assert!(
            matches!(&error, SqliteOpenError::Foreign(path) if *path == database(folder.path())),
            "{what}: {error:?}"
        );
        assert!(before == files(folder.path()), "{what} was changed");
    }
}

#[test]
fn a_folder_in_use_is_refused_until_it_is_free() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    found(&store);
    let clone = store.clone();
    assert!(
        matches!(refusal(folder.path()), SqliteOpenError::InUse(path) if path == folder.path())
    );
    drop(store);
    assert!(
        matches!(refusal(folder.path()), SqliteOpenError::InUse(_)),
        "a clone uses it still"
    );
    drop(clone);
    assert!(state(&open(folder.path())).contains("first"));
}

#[test]
fn a_folder_that_is_none_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "text").expect("a file");
    assert!(matches!(refusal(&file), SqliteOpenError::Folder(..)));
    assert!(matches!(
        refusal(&file.join("below")),
        SqliteOpenError::Folder(..)
    ));
}

#[test]
fn a_folder_is_made_if_it_is_missing() {
    let folder = tempfile::tempdir().expect("a folder");
    let below = folder.path().join("a/b/c");
    found(&open(&below));
    assert!(state(&open(&below)).contains("first"));
}

/// The permissions of a folder and of its files, except files that others have put there.
#[cfg(unix)]
fn modes(folder: &Path) -> Vec<(String, u32)> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| {
        let found = std::fs::metadata(path).expect("a file");
        found.permissions().mode() & 0o777
    };
    let mut modes = vec![(".".to_owned(), mode(folder))];
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        modes.push((name.into_owned(), mode(&path)));
    }
    modes.sort();
    modes
}

#[cfg(unix)]
const PRIVATE: [(&str, u32); 4] = [
    ("lock", 0o600),
    ("tanzanite.sqlite3", 0o600),
    ("tanzanite.sqlite3-shm", 0o600),
    ("tanzanite.sqlite3-wal", 0o600),
];

#[cfg(unix)]
fn with_folder(mode: u32) -> Vec<(String, u32)> {
    let folder = std::iter::once((".", mode));
    let all = folder.chain(PRIVATE);
    all.map(|(name, mode)| (name.to_owned(), mode)).collect()
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_a_data_folder_or_what_is_in_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let above = folder.path().join("a");
    let store = open(&above.join("b"));
    found(&store);
    assert_eq!(modes(&above.join("b")), with_folder(0o700));
    let private = with_folder(0o700);
    assert_eq!(modes(&above).first(), private.first(), "the one above too");
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_there_keeps_its_permissions_and_its_database_is_closed_to_others() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let set = |path: &Path, mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path, permissions).expect("permissions");
    };
    let store = open(folder.path());
    found(&store);
    // As an earlier version left them, and as a crash leaves the files beside the database.
    for (name, _) in PRIVATE {
        set(&folder.path().join(name), 0o644);
    }
    set(folder.path(), 0o755);
    drop(store);
    let store = open(folder.path());
    assert!(state(&store).contains("first"));
    assert_eq!(modes(folder.path()), with_folder(0o755));
}

#[test]
fn reopening_keeps_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    found(&store);
    let mut before = state(&store);
    drop(store);
    for round in 1..=5 {
        let store = open(folder.path());
        assert_eq!(before, state(&store), "round {round}");
        assert_eq!(
            write(&store, |tx| tx.next_number(crate::support::org())),
            round
        );
        write(&store, move |tx| {
            tx.insert_record(
                permit(1_000 + round),
                &new_record(&format!("round {round}")),
            )?;
            tx.put_file(
                permit(1_000 + round),
                &photo(&format!("image {round}"), vec![3; 50_000]),
                stamp(round),
            )
        });
        before = state(&store);
    }
}

#[test]
fn a_closed_store_says_so() {
    let store = SqliteStore::open(&Place::Memory).expect("a store");
    found(&store);
    store.close();
    store.close();
    let read = store.read_blocking(|tx: &mut dyn Transaction| tx.organisations());
    let written =
        store.write_blocking(|tx: &mut dyn Transaction| tx.next_number(crate::support::org()));
    assert!(read.is_err() && written.is_err() && store.verify().is_err());
}

/// A clone keeps the thread alive and a dropped store does not; accepted jobs are answered first.
#[test]
fn jobs_that_were_taken_are_answered_before_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(folder.path());
    found(&store);
    let answers: Vec<Result<(), StoreError>> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..32)
            .map(|number| {
                let store = &store;
                scope.spawn(move || {
                    store.write_blocking(move |tx: &mut dyn Transaction| {
                        tx.insert_record(permit(100 + number), &new_record("made"))
                    })
                })
            })
            .collect();
        store.close();
        writers
            .into_iter()
            .map(|writer| writer.join().expect("an answer"))
            .collect()
    });
    drop(store);
    let store = open(folder.path());
    for (number, answer) in (0..).zip(answers) {
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
}

#[test]
fn verify_finds_what_does_not_agree() {
    for (damage, expected) in DAMAGES {
        let folder = tempfile::tempdir().expect("a folder");
        let store = open(folder.path());
        found(&store);
        assert_eq!(store.verify(), Ok(Vec::new()));
        raw(folder.path()).execute_batch(damage).expect("damage");
        assert_eq!(store.verify(), Ok(texts(expected)), "{damage}");
    }
}
