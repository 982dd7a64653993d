//! The SQLite store: the conformance suite in memory and on disk, a random comparison with a model, and properties that
//! only this store has.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod commits;
mod copy;
mod folder;
mod model;
mod postgres;
mod postgres_faults;
mod postgres_nodes;
mod postgres_objects;
mod postgres_schema;
mod solo;
mod space;
mod support;

use tanzanite_store::conformance::{Harness, run};
use tanzanite_store::{Place, SqliteStore};

struct Memory;

impl Harness for Memory {
    type Store = SqliteStore;

    fn fresh(&self) -> SqliteStore {
        SqliteStore::open(&Place::Memory).expect("a store")
    }
}

/// Makes each store in a separate folder below this one.
struct Folder(tempfile::TempDir);

impl Harness for Folder {
    type Store = SqliteStore;

    fn fresh(&self) -> SqliteStore {
        let folder = tempfile::tempdir_in(self.0.path())
            .expect("a folder")
            .keep();
        SqliteStore::open(&Place::Folder(folder)).expect("a store")
    }
}

#[test]
fn the_store_in_memory_conforms() {
    run(&Memory);
}

#[test]
fn the_store_on_disk_conforms() {
    run(&Folder(tempfile::tempdir().expect("a folder")));
}
