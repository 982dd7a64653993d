//! Lost connections: acknowledged changes stay, and nothing is done twice or lost.

use crate::postgres::{fresh, open, options};
use crate::support::{found, id, leads, new_record, org, permit, read, stamp, state, write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tanzanite_crm::metadata::{Role, SettingsItem, plant};
use tanzanite_crm::{StoreError, Transaction};
use tanzanite_store::{PostgresOptions, PostgresStore, Store as _};
use tanzanite_testbed::{Cut, Postgres, Proxy, needs};

/// Ends every session with this application name, except the caller's own.
fn terminate(application: &str) -> usize {
    let mut client = Postgres::shared().client();
    let ended = client.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1",
        &[&application],
    );
    ended.expect("sessions").len()
}

fn named(application: &str, schema: &str) -> PostgresOptions {
    let url = format!(
        "{}?application_name={application}",
        Postgres::shared().url()
    );
    let options = PostgresOptions::new(&url).expect("a URL");
    options.schema(schema).expect("a name")
}

#[test]
fn a_session_killed_in_the_middle_of_a_job_neither_loses_nor_repeats_it() {
    needs!("postgres");
    let store = open(&named("killed_amid", &Postgres::shared().fresh_schema()));
    found(&store);
    let kills = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&kills);
    write(&store, move |tx| {
        tx.update_record(permit(1), &new_record("changed"))?;
        // A read, which sends the buffered change.
        assert!(tx.record_head(org(), leads(), id(1))?.is_some());
        if counted.fetch_add(1, Ordering::SeqCst) < 2 {
            // A job must not block, but a separate thread may.
            let killed = std::thread::spawn(|| terminate("killed_amid")).join();
            assert!(killed.expect("an answer") > 0);
        }
        tx.insert_record(permit(2), &new_record("second"))
    });
    assert!(kills.load(Ordering::SeqCst) > 2);
    let told = read(&store, |tx| tx.timeline(org(), leads(), id(1)));
    let updates = told
        .iter()
        .filter(|(action, _)| action == "updated")
        .count();
    assert_eq!(updates, 1, "{told:?}");
}

#[test]
fn idle_sessions_that_were_killed_are_replaced() {
    needs!("postgres");
    let store = open(&named("killed_idle", &Postgres::shared().fresh_schema()));
    found(&store);
    for _ in 0..3 {
        assert!(terminate("killed_idle") > 0);
        assert!(read(&store, |tx| tx.record_head(org(), leads(), id(1))).is_some());
        assert!(terminate("killed_idle") > 0);
        write(&store, |tx| {
            tx.update_record(permit(1), &new_record("changed"))
        });
    }
}

/// Sessions are killed all the time while many jobs write: every answer is true.
#[test]
fn what_was_answered_is_true_while_sessions_are_killed() {
    needs!("postgres");
    let store = open(&named("killed_often", &Postgres::shared().fresh_schema()));
    found(&store);
    let answers: Vec<Result<(), StoreError>> = std::thread::scope(|scope| {
        let killer = scope.spawn(|| {
            for _ in 0..30 {
                std::thread::sleep(std::time::Duration::from_millis(40));
                terminate("killed_often");
            }
        });
        let writers: Vec<_> = (0..6)
            .map(|thread| {
                let store = &store;
                scope.spawn(move || {
                    (0..100)
                        .map(|round| {
                            let record = 1_000 + thread * 1_000 + round;
                            store.write_blocking(move |tx: &mut dyn Transaction| {
                                tx.insert_record(permit(record), &new_record("made"))
                            })
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        let answers = writers
            .into_iter()
            .flat_map(|writer| writer.join().expect("answers"))
            .collect();
        killer.join().expect("a killer");
        answers
    });
    let mut acknowledged = 0;
    for (number, answer) in (0..).zip(&answers) {
        let record = 1_000 + number / 100 * 1_000 + number % 100;
        let told = read(&store, move |tx| tx.timeline(org(), leads(), id(record)));
        match answer {
            Ok(()) => {
                acknowledged += 1;
                assert_eq!(told.len(), 1, "record {record} was acknowledged");
            }
            // After an unknown outcome the change may or may not exist, but not twice.
            Err(error) => assert!(told.len() <= 1, "{error}"),
        }
    }
    assert!(
        acknowledged > 300,
        "{acknowledged} of {} succeeded",
        answers.len()
    );
    assert_eq!(store.verify(), Ok(Vec::new()));
}

fn through_a_proxy() -> (PostgresStore, Proxy) {
    let (url, port) = (Postgres::shared().url(), Postgres::shared().port());
    let proxy = Proxy::start(port);
    let url = url.replace(&format!(":{port}/"), &format!(":{}/", proxy.port()));
    let schema = Postgres::shared().fresh_schema();
    let options = PostgresOptions::new(&url).and_then(|options| options.schema(&schema));
    let store = open(&options.expect("options"));
    found(&store);
    (store, proxy)
}

/// The answer to a COMMIT is lost: a committed change is not repeated, and one that was not committed is.
fn a_lost_answer_is_found_out(cut: Cut) {
    let (store, proxy) = through_a_proxy();
    let updates = |store: &PostgresStore| {
        let told = read(store, |tx| tx.timeline(org(), leads(), id(1)));
        told.iter()
            .filter(|(action, _)| action == "updated")
            .count()
    };
    // The change is sent with the COMMIT, and its answer is lost too.
    proxy.cut_at_commit(cut);
    write(&store, |tx| {
        assert!(tx.record_head(org(), leads(), id(1))?.is_some());
        tx.update_record(permit(1), &new_record("changed"))
    });
    assert_eq!((proxy.commits_cut(), updates(&store)), (1, 1));
    // Only the COMMIT is sent.
    proxy.cut_at_commit(cut);
    write(&store, |tx| {
        tx.update_record(permit(1), &new_record("changed"))
    });
    assert_eq!((proxy.commits_cut(), updates(&store)), (2, 2));
    // This change makes no timeline entry.
    proxy.cut_at_commit(cut);
    write(&store, |tx| {
        let role = Role {
            id: 7,
            name: "CEO".to_owned(),
            reports_to: None,
        };
        plant(org(), &[SettingsItem::Role(role)], tx)
    });
    assert_eq!(proxy.commits_cut(), 3);
    let roles = read(&store, |tx| {
        Ok(tx.metadata(org())?.map(|metadata| metadata.roles().len()))
    });
    assert_eq!(roles, Some(1));
}

#[test]
fn a_commit_that_was_done_is_not_done_again_when_its_answer_is_lost() {
    needs!("postgres");
    a_lost_answer_is_found_out(Cut::After);
}

#[test]
fn a_commit_that_was_not_done_is_done_when_its_connection_is_lost() {
    needs!("postgres");
    a_lost_answer_is_found_out(Cut::Before);
}

/// A failure that only occurs at COMMIT, by a deferred constraint that this test creates.
#[test]
fn a_commit_that_fails_changes_nothing() {
    needs!("postgres");
    let schema = Postgres::shared().fresh_schema();
    let store = open(&options(&schema));
    found(&store);
    Postgres::shared().execute(&format!(
        "SET search_path = {schema};
         CREATE FUNCTION blow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'full'; END $$;
         CREATE CONSTRAINT TRIGGER fuse AFTER INSERT OR UPDATE ON photos DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION blow()"
    ));
    let before = state(&store);
    let failed = store.write_blocking(|tx: &mut dyn Transaction| {
        tx.insert_record(permit(2), &new_record("second"))?;
        tx.put_file(
            permit(1),
            &crate::support::photo("other", vec![2]),
            stamp(3),
        )
    });
    assert!(failed.is_err(), "the commit failed and nobody was told");
    assert_eq!(before, state(&store));
    write(&store, |tx| {
        tx.insert_record(permit(2), &new_record("second"))
    });
}

/// A job that ignores a failure is not committed.
#[test]
fn a_failure_that_the_job_overlooks_undoes_it_all_the_same() {
    needs!("postgres");
    let store = fresh();
    found(&store);
    let before = state(&store);
    for how in 0..2 {
        let answer = store.write_blocking(move |tx: &mut dyn Transaction| {
            tx.insert_record(permit(2), &new_record("second"))?;
            // The failure is reported at once or at the COMMIT.
            let _overlooked = if how == 0 {
                tx.insert_record(permit(1), &new_record("again"))
            } else {
                tx.remove_file(permit(9), stamp(3))
            };
            Ok::<_, StoreError>(())
        });
        assert!(answer.is_err());
        assert_eq!(before, state(&store));
    }
}

#[test]
fn a_server_that_is_gone_gives_an_error() {
    needs!("postgres");
    let mut server = Postgres::start();
    let options = PostgresOptions::new(server.url()).expect("a URL");
    let store = open(&options);
    found(&store);
    server.stop();
    let written = store.write_blocking(|tx: &mut dyn Transaction| {
        tx.update_record(permit(1), &new_record("late"))
    });
    assert!(written.is_err());
    assert!(PostgresStore::open(&options).is_err());
}
