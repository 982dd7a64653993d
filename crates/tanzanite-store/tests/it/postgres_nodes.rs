//! Several nodes on one PostgreSQL, and jobs that conflict with each other.

use crate::postgres::{bucket, fresh, open, options};
use crate::support::{found, id, leads, new_record, org, permit, photo, read, stamp, state, write};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use tanzanite_crm::metadata::{Organisation, Role, SettingsItem, plant};
use tanzanite_crm::secret::Digest;
use tanzanite_crm::transaction::{AccessToken, Authorization, RefreshToken};
use tanzanite_crm::{StoreError, Transaction};
use tanzanite_protocol::Timestamp;
use tanzanite_store::{PostgresStore, Store as _};
use tanzanite_testbed::{Postgres, needs};

fn authorization() -> Authorization {
    Authorization {
        org: org(),
        client: "1000.C".to_owned(),
        user: id(11),
        scopes: Vec::new().into(),
    }
}

fn put_tokens(store: &PostgresStore, refresh: Digest, access: Digest) {
    write(store, move |tx| {
        let (created, expires) = (Timestamp::from_millis(1), Timestamp::from_millis(i64::MAX));
        let token = RefreshToken {
            authorization: authorization(),
            created,
        };
        tx.put_refresh_token(&refresh, &token, 9, &[])?;
        let token = AccessToken {
            authorization: authorization(),
            refresh: Some(refresh),
            created,
            expires,
        };
        tx.put_access_token(&access, &token, 9)
    });
}

#[test]
fn a_token_revoked_on_one_node_is_dead_on_the_other() {
    needs!("postgres");
    let options = options(&Postgres::shared().fresh_schema());
    let (one, two) = (open(&options), open(&options));
    found(&one);
    for round in 0..20 {
        let (refresh, access) = (Digest::of(b"refresh"), Digest::of(b"access"));
        put_tokens(&one, refresh, access);
        let live =
            |store: &PostgresStore| read(store, move |tx| tx.access_token(&access)).is_some();
        assert!(live(&one) && live(&two), "round {round}");
        let removed = if round % 2 == 0 {
            write(&one, move |tx| tx.remove_refresh_token(&refresh))
        } else {
            write(&one, move |tx| tx.remove_access_token(&access))
        };
        assert!(removed);
        assert!(
            !live(&two),
            "round {round}: a revoked token lives on the other node"
        );
        write(&two, move |tx| tx.remove_refresh_token(&refresh));
    }
}

#[test]
fn settings_changed_on_one_node_are_seen_on_the_other() {
    needs!("postgres");
    let options = options(&Postgres::shared().fresh_schema());
    let nodes = [open(&options), open(&options)];
    found(&nodes[0]);
    let (refresh, access) = (Digest::of(b"refresh"), Digest::of(b"access"));
    put_tokens(&nodes[0], refresh, access);
    for count in 1..=20 {
        let item = SettingsItem::Role(Role {
            id: i64::try_from(count).expect("few"),
            name: format!("role {count}"),
            reports_to: None,
        });
        write(&nodes[count % 2], move |tx| {
            plant(org(), std::slice::from_ref(&item), tx)
        });
        for node in &nodes {
            // As in requests, reading the token also reads the version.
            let roles = read(node, move |tx| {
                assert!(tx.access_token(&access)?.is_some());
                Ok(tx.metadata(org())?.map(|metadata| metadata.roles().len()))
            });
            assert_eq!(roles, Some(count));
            let roles = read(node, |tx| {
                Ok(tx.metadata(org())?.map(|metadata| metadata.roles().len()))
            });
            assert_eq!(roles, Some(count));
        }
    }
}

/// A node's cached data of an organisation is not used for a later organisation with the same number.
#[test]
fn an_organisation_that_was_removed_and_made_again_is_not_the_one_that_a_node_remembers() {
    needs!("postgres");
    let options = options(&Postgres::shared().fresh_schema());
    let nodes = [open(&options), open(&options)];
    let make = |node: &PostgresStore, name: String| {
        write(node, move |tx| {
            let organisation = Organisation {
                zgid: org().get(),
                company_name: name.clone(),
                ..Organisation::default()
            };
            tx.start_numbers(org(), 0)?;
            plant(org(), &[SettingsItem::Organisation(organisation)], tx)
        });
    };
    for round in 0..10 {
        let (one, other) = (&nodes[round % 2], &nodes[(round + 1) % 2]);
        make(one, format!("round {round}"));
        for node in [one, other] {
            let found = read(node, |tx| tx.metadata(org())).expect("an organisation");
            assert_eq!(found.organisation().company_name, format!("round {round}"));
            let numbers = [(); 2].map(|()| write(node, |tx| tx.next_number(org())));
            assert!(numbers[0] < 3 || numbers[0] == 101, "{round}: {numbers:?}");
        }
        assert!(write(other, |tx| tx.remove_organisation(org())));
        for node in [one, other] {
            assert!(read(node, |tx| tx.metadata(org())).is_none());
        }
    }
}

#[test]
fn a_restoration_on_one_node_makes_the_numbers_of_the_other_begin_anew() {
    needs!("postgres");
    let options = options(&Postgres::shared().fresh_schema());
    let nodes = [open(&options), open(&options)];
    found(&nodes[0]);
    write(&nodes[0], |tx| {
        tx.start_numbers(org(), 0)?;
        tx.take_snapshot(org(), "empty", Timestamp::from_millis(1))
    });
    for round in 0..6 {
        assert!(write(&nodes[round % 2], |tx| tx.restore_snapshot(org(), "empty")));
        let mut given: Vec<i64> = (0..30)
            .map(|turn| write(&nodes[turn % 2], |tx| tx.next_number(org())))
            .collect();
        assert_eq!(given.first(), Some(&1), "round {round}");
        given.sort_unstable();
        given.dedup();
        assert_eq!(given.len(), 30, "a number was given twice");
        assert!(given.iter().all(|number| *number <= 200), "{given:?}");
    }
}

#[test]
fn nodes_that_start_at_once_make_one_schema() {
    needs!("postgres");
    let options = options(&Postgres::shared().fresh_schema());
    let barrier = Barrier::new(6);
    let nodes: Vec<PostgresStore> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    open(&options)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a node"))
            .collect()
    });
    found(&nodes[0]);
    for node in &nodes {
        assert!(state(node).contains("first"));
    }
}

#[test]
fn numbers_of_two_nodes_are_never_the_same() {
    needs!("postgres");
    let options = options(&Postgres::shared().fresh_schema());
    let (one, two) = (open(&options), open(&options));
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..250 {
        for node in [&one, &two] {
            assert!(seen.insert(write(node, |tx| tx.next_number(org()))));
        }
    }
}

/// Many jobs on two nodes delete one photo, and exactly one succeeds.
fn one_of_many_deletes(one: &PostgresStore, two: &PostgresStore) {
    for round in 0..5 {
        write(one, move |tx| {
            tx.put_file(
                permit(1),
                &photo(&format!("image {round}"), vec![1; 500]),
                stamp(3),
            )
        });
        let barrier = Barrier::new(8);
        let deleted: Vec<bool> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|number| {
                    let (store, barrier) = (if number % 2 == 0 { one } else { two }, &barrier);
                    scope.spawn(move || {
                        barrier.wait();
                        write(store, |tx| {
                            let head = tx.record_head(org(), leads(), id(1))?;
                            if head.is_none_or(|head| head.image.is_none()) {
                                return Ok(false);
                            }
                            tx.remove_file(permit(1), stamp(4)).map(|()| true)
                        })
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("an answer"))
                .collect()
        });
        assert_eq!(deleted.iter().filter(|deleted| **deleted).count(), 1);
    }
    assert_eq!(state(two).matches("photo_deleted").count(), 5);
    assert_eq!(two.verify(), Ok(Vec::new()));
}

#[test]
fn one_of_many_deletes_of_a_photo_succeeds() {
    needs!("postgres");
    let options = options(&Postgres::shared().fresh_schema());
    let (one, two) = (open(&options), open(&options));
    found(&one);
    one_of_many_deletes(&one, &two);
}

#[test]
fn one_of_many_deletes_of_a_photo_in_s3_succeeds() {
    needs!("postgres", "s3");
    let options = options(&Postgres::shared().fresh_schema()).blobs(bucket().1);
    let (one, two) = (open(&options), open(&options));
    found(&one);
    one_of_many_deletes(&one, &two);
}

/// Each job reads data that the other writes: one of them must run again, and then sees the other's change.
#[test]
fn a_job_that_was_in_anothers_way_runs_again() {
    needs!("postgres");
    let store = fresh();
    found(&store);
    write(&store, |tx| {
        tx.insert_record(permit(2), &new_record("second"))
    });
    let runs = Arc::new(AtomicU32::new(0));
    let both_have_read = Arc::new(Barrier::new(2));
    std::thread::scope(|scope| {
        for (reads, writes) in [(1, 2), (2, 1)] {
            let (store, runs, barrier) = (&store, Arc::clone(&runs), Arc::clone(&both_have_read));
            scope.spawn(move || {
                write(store, move |tx| {
                    let first = runs.fetch_add(1, Ordering::SeqCst) < 2;
                    let read = tx
                        .record_head(org(), leads(), id(reads))?
                        .expect("a record");
                    if first {
                        barrier.wait();
                    }
                    let name = format!("after {}", read.name.len());
                    tx.update_record(permit(writes), &new_record(&name))
                });
            });
        }
    });
    assert!(runs.load(Ordering::SeqCst) > 2, "neither ran again");
    let names = read(&store, |tx| {
        let mut names = Vec::new();
        for record in [1, 2] {
            let head = tx
                .record_head(org(), leads(), id(record))?
                .expect("a record");
            names.push(head.name);
        }
        Ok(names)
    });
    // The second job has read "after N", which has seven letters.
    let first_then_second = ["after 7", "after 5"];
    let second_then_first = ["after 6", "after 7"];
    assert!(
        names == first_then_second || names == second_then_first,
        "{names:?} is the outcome of no order"
    );
}

/// Jobs on neighbouring records do not conflict, since no page of an index is read by one and written by another.
#[test]
fn writers_of_different_records_do_not_run_again() {
    needs!("postgres");
    let store = fresh();
    found(&store);
    write(&store, |tx| {
        (2..=400).try_for_each(|number| tx.insert_record(permit(number), &new_record("neighbour")))
    });
    let attempts = AtomicU32::new(0);
    let attempts: &'static AtomicU32 = Box::leak(Box::new(attempts));
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let store = &store;
            scope.spawn(move || {
                for round in 0..40_i64 {
                    let record = 2 + (round * 8 + thread) % 398;
                    let at = 10 + round;
                    write(store, move |tx| {
                        let head = tx.record_head(org(), leads(), id(record))?;
                        // All results are known by now, so an attempt gets here once, or twice if a statement must be
                        // prepared.
                        attempts.fetch_add(1, Ordering::SeqCst);
                        if head.is_some_and(|head| head.image.is_some()) {
                            tx.remove_file(permit(record), stamp(at))
                        } else {
                            let photo = photo(&format!("image {at}"), vec![2; 300]);
                            tx.put_file(permit(record), &photo, stamp(at))
                        }
                    });
                }
            });
        }
    });
    let (attempts, jobs) = (attempts.load(Ordering::SeqCst), 8 * 40);
    // A full page makes an update write to the indexes. If every update did so, half of the jobs would run again.
    assert!(
        attempts < jobs + jobs / 4,
        "{jobs} jobs needed {attempts} attempts"
    );
}

#[test]
fn a_job_that_panics_leaves_nothing_and_the_connection_goes_on() {
    needs!("postgres");
    let store = open(&options(&Postgres::shared().fresh_schema()).connections_max(1));
    found(&store);
    let before = state(&store);
    let answer = store.write_blocking(|tx: &mut dyn Transaction| -> Result<(), StoreError> {
        tx.update_record(permit(1), &new_record("changed"))?;
        std::panic::resume_unwind(Box::new("made to panic"))
    });
    assert_eq!(answer, Err(StoreError::new("the request panicked")));
    assert_eq!(before, state(&store));
}

#[test]
fn a_closed_store_says_so_and_may_be_dropped_by_a_task() {
    needs!("postgres");
    let store = fresh();
    found(&store);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let first = store
            .read(|tx: &mut dyn Transaction| tx.record_head(org(), leads(), id(1)))
            .await;
        assert!(first.is_ok_and(|head| head.is_some()));
        store.close();
        let written = store
            .write(|tx: &mut dyn Transaction| tx.update_record(permit(1), &new_record("late")))
            .await;
        assert!(written.is_err());
        drop(store);
    });
}
