//! The store in PostgreSQL: the conformance suite, the random comparison with a model, and the cost of its operations,
//! with photos in rows and in S3. Also the helpers of the other tests of PostgreSQL.

use crate::model::{config, run, steps};
use crate::support::{found, id, leads, new_record, org, permit, photo, read, stamp, write};
use proptest::test_runner::TestRunner;
use tanzanite_crm::transaction::{Lock, NewRecord};
use tanzanite_store::conformance::{self, Harness};
use tanzanite_store::{Blobs, PostgresOptions, PostgresStore};
use tanzanite_testbed::{Postgres, S3, needs};

pub(crate) fn options(schema: &str) -> PostgresOptions {
    let options = PostgresOptions::new(Postgres::shared().url()).expect("a URL");
    options.schema(schema).expect("a name")
}

pub(crate) fn open(options: &PostgresOptions) -> PostgresStore {
    PostgresStore::open(options).unwrap_or_else(|error| panic!("{error}"))
}

/// A separate store, with the photos in the rows.
pub(crate) fn fresh() -> PostgresStore {
    open(&options(&Postgres::shared().fresh_schema()))
}

/// An empty bucket, and its storage options.
pub(crate) fn bucket() -> (String, Blobs) {
    let name = S3::shared().fresh_bucket();
    let blobs = Blobs::open(&format!("s3://{name}/photos"), S3::shared().environment());
    (name, blobs.expect("an object store"))
}

struct InRows;

impl Harness for InRows {
    type Store = PostgresStore;

    fn fresh(&self) -> PostgresStore {
        fresh()
    }
}

struct InS3;

impl Harness for InS3 {
    type Store = PostgresStore;

    fn fresh(&self) -> PostgresStore {
        let options = options(&Postgres::shared().fresh_schema());
        open(&options.blobs(bucket().1))
    }
}

#[test]
fn the_store_in_postgres_conforms() {
    needs!("postgres");
    conformance::run(&InRows);
}

#[test]
fn the_store_in_postgres_and_s3_conforms() {
    needs!("postgres", "s3");
    conformance::run(&InS3);
}

fn compare_with_the_model(cases: u32, blobs: fn() -> Blobs) {
    let outcome = TestRunner::new(config(cases)).run(&steps(), |steps| {
        let options = options(&Postgres::shared().fresh_schema()).blobs(blobs());
        let reopened = |store| {
            drop(store);
            open(&options)
        };
        run(reopened, &steps);
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn the_store_in_postgres_is_as_the_model() {
    needs!("postgres");
    compare_with_the_model(15, Blobs::in_rows);
}

#[test]
fn the_store_in_postgres_and_s3_is_as_the_model() {
    needs!("postgres", "s3");
    compare_with_the_model(8, || bucket().1);
}

#[test]
fn a_reader_that_asks_more_than_those_before_it_gets_its_answers() {
    needs!("postgres");
    let store = fresh();
    found(&store);
    for _ in 0..10 {
        assert!(read(&store, |tx| tx.record_head(org(), leads(), id(1))).is_some());
    }
    for _ in 0..3 {
        let (head, told) = read(&store, |tx| {
            let head = tx.record_head(org(), leads(), id(1))?;
            Ok((head, tx.timeline(org(), leads(), id(1))?))
        });
        assert!(head.is_some() && !told.is_empty());
    }
}

/// The number of reads after which a query is known to be the last.
const LEARNING: i64 = 4;

/// The round trips of each operation, once its statements are prepared. BEGIN is sent with the first query, and changes
/// are sent together. COMMIT is sent with the changes if the transaction's number is known, and with a reader's last
/// query once that query is known. A further round trip is a regression.
#[test]
fn no_operation_makes_a_round_trip_that_can_be_spared() {
    needs!("postgres");
    let store = fresh();
    found(&store);
    let count = |name: &str, expected: u64, operation: &dyn Fn(i64)| {
        // The first run prepares the statements, and the others show which query is a reader's last.
        (0..=LEARNING).for_each(operation);
        let before = store.round_trips();
        operation(LEARNING + 1);
        let trips = store.round_trips() - before;
        assert_eq!(trips, expected, "{name}");
    };
    let at = |round: i64| stamp(100 + round);
    count("insert a hundred", 2, &|round| {
        write(&store, move |tx| {
            (0..100).try_for_each(|number| {
                tx.insert_record(
                    permit(10_000 + 100 * round + number),
                    &new_record("counted"),
                )
            })
        });
    });
    count("settings and insert", 3, &|round| {
        write(&store, move |tx| {
            // A job that draws a number has read the organisation: here by a query, otherwise along with the token.
            assert!(tx.metadata(org())?.is_some());
            let number = tx.next_number(org())?;
            let new = NewRecord {
                unique: vec![(501, round.to_string())],
                ..new_record("counted")
            };
            tx.insert_record(permit(1_000 + number), &new)
        });
    });
    count("update", 2, &|_| {
        write(&store, |tx| {
            tx.update_record(permit(1), &new_record("counted"))
        });
    });
    count("upload", 2, &|round| {
        write(&store, move |tx| {
            tx.put_file(
                permit(1),
                &photo(&format!("image {round}"), vec![1; 100]),
                at(round),
            )
        });
    });
    count("lock", 2, &|_| {
        let by = stamp(1);
        let lock = Lock {
            id: id(70),
            reason: "counted".to_owned(),
            automatic: false,
            created: by,
            modified: by,
        };
        write(&store, move |tx| tx.put_lock(permit(1), &lock));
    });
    count("settings", 1, &|_| {
        read(&store, |tx| tx.metadata(org()));
    });
    count("head and photo", 1, &|_| {
        read(&store, |tx| {
            let head = tx.record_head(org(), leads(), id(1))?;
            tx.file(&head.expect("a record")).map(|_| ())
        });
    });
    for record in 0..=LEARNING + 1 {
        write(&store, move |tx| {
            tx.insert_record(permit(2_000 + record), &new_record("counted"))?;
            tx.put_file(permit(2_000 + record), &photo("image", vec![1]), stamp(5))
        });
    }
    count(
        "head and photo of one that is not remembered",
        1,
        &|round| {
            let record = id(2_000 + round);
            let found = read(&store, move |tx| tx.head_and_file(org(), leads(), record));
            assert!(found.is_some_and(|(_, photo)| photo.is_some()));
        },
    );
    count("head and delete photo", 2, &|round| {
        write(&store, move |tx| {
            let record = 2_000 + round;
            let head = tx.record_head(org(), leads(), id(record))?;
            assert!(head.is_some());
            tx.remove_file(permit(record), at(round))
        });
    });
    count("delete", 2, &|round| {
        write(&store, move |tx| {
            tx.delete_record(permit(1_001 + round), at(round))
        });
    });
    let before = store.round_trips();
    read(&store, |_| Ok(()));
    let trips = store.round_trips() - before;
    assert_eq!(trips, 0, "what asks nothing costs nothing");
}
