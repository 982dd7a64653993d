//! Whole organisations: removed, saved as snapshots, restored, and compared with snapshots.

use super::concurrency::at_once;
use super::holder;
use super::isolation::{beside_records, everything, furnish};
use super::{
    A, B, Check, INES, JUN, authorization, digest, found, given_up, id, leads, new_record,
    organisation, permit, read, stamp, state, states, write,
};
use crate::Store;
use std::collections::BTreeSet;
use tanzanite_crm::clock::Clock;
use tanzanite_crm::metadata::{SettingsItem, plant, put};
use tanzanite_crm::transaction::{Client, Difference, RefreshToken, Snapshot};
use tanzanite_crm::{StoreError, Stored, Transaction};
use tanzanite_protocol::{OrgId, Timestamp};

pub(super) fn checks<S: Store>() -> Vec<Check<S>> {
    vec![
        (
            "an organisation is what it was",
            an_organisation_is_what_it_was,
        ),
        ("numbers begin anew with a snapshot", numbers_begin_anew),
        (
            "snapshots are listed, replaced and forgotten",
            snapshots_are_listed,
        ),
        ("differences are told", differences_are_told),
        ("an organisation is removed", an_organisation_is_removed),
        (
            "a restoration that is given up leaves nothing",
            given_up_leaves_nothing,
        ),
        ("a restoration among writers", a_restoration_among_writers),
    ]
}

const AT: Timestamp = Timestamp::from_millis(77);

fn clock(millis: i64) -> SettingsItem {
    SettingsItem::Clock(Clock::Frozen { at: millis })
}

/// Both organisations, each with records, a client and a refresh token.
fn furnished<S: Store>(store: &S) {
    found(store);
    write(store, |tx| {
        for org in [A, B] {
            furnish(org, tx)?;
            put(org, &clock(5), tx)?;
            tx.put_client(&client(org))?;
            tx.put_refresh_token(&digest(&format!("kept {org}")), &refresh_token(org), 9, &[])?;
        }
        Ok(())
    });
}

fn client(org: OrgId) -> Client {
    Client {
        id: format!("1000.first {org}"),
        org,
        secret: digest("secret"),
        redirect_uri: None,
    }
}

fn refresh_token(org: OrgId) -> RefreshToken {
    RefreshToken {
        authorization: authorization(org, &format!("1000.first {org}"), INES),
        created: Timestamp::from_millis(3),
    }
}

fn taken<S: Store>(store: &S, name: &'static str) {
    write(store, move |tx| tx.take_snapshot(A, name, AT));
}

fn restored<S: Store>(store: &S, name: &'static str) -> bool {
    write(store, move |tx| tx.restore_snapshot(A, name))
}

fn clock_of<S: Store>(store: &S, org: OrgId) -> Option<Clock> {
    read(store, move |tx| {
        Ok(tx.metadata(org)?.map(|metadata| metadata.clock()))
    })
}

fn an_organisation_is_what_it_was<S: Store>(store: &S) {
    furnished(store);
    taken(store, "then");
    let (records, beside, time) = (states(store), beside_records(store, B), clock_of(store, A));
    for turn in 0..2 {
        write(store, |tx| {
            everything(A, tx)?;
            put(A, &clock(6), tx)?;
            tx.remove_refresh_token(&digest(&format!("kept {A}")))
                .map(drop)
        });
        assert_ne!(state(store, A), records[0]);
        assert_ne!(clock_of(store, A), time);
        assert!(restored(store, "then"), "turn {turn}");
        assert_eq!(states(store), records, "turn {turn}");
        assert_eq!(clock_of(store, A), time, "settings are part of it");
        let unique = read(store, |tx| holder(tx, A, 501, "WS-1"));
        assert_eq!(unique, Some(id(1)), "unique values are part of it");
        read(store, |tx| {
            let refresh = tx.refresh_token(&digest(&format!("kept {A}")))?;
            assert_eq!(refresh, Some(refresh_token(A)), "what was revoked is back");
            let since = tx.access_token(&digest(&format!("access {A}")))?;
            assert!(since.is_some(), "what was issued since stays");
            assert!(tx.client(&format!("1000.{A}"))?.is_some());
            Ok(())
        });
        // Tokens issued in the first turn cannot be issued again.
        write(store, |tx| {
            tx.remove_access_token(&digest(&format!("access {A}")))?;
            tx.remove_refresh_token(&digest(&format!("refresh {A}")))?;
            tx.take_grant_code(&digest(&format!("code {A}"))).map(drop)
        });
    }
    assert_eq!(beside_records(store, B), beside, "the other was touched");
    assert!(!restored(store, "never"));
    assert_eq!(states(store), records);
}

fn numbers_begin_anew<S: Store>(store: &S) {
    write(store, |tx| {
        plant(A, &[organisation(A)], tx)?;
        tx.start_numbers(A, 41)?;
        tx.take_snapshot(A, "seed", AT)
    });
    let numbers = |count: i64| {
        (0..count)
            .map(|_| write(store, |tx| tx.next_number(A)))
            .collect::<Vec<_>>()
    };
    let first = numbers(150);
    assert_eq!(first.first(), Some(&42));
    for _ in 0..3 {
        assert!(restored(store, "seed"));
        assert_eq!(numbers(150), first);
    }
    taken(store, "later");
    let given: BTreeSet<i64> = first.into_iter().collect();
    let mut then = None;
    for _ in 0..3 {
        assert!(restored(store, "later"));
        let next = numbers(120);
        assert!(
            next.iter().all(|number| !given.contains(number)),
            "{next:?}"
        );
        assert_eq!(*then.get_or_insert_with(|| next.clone()), next);
    }
}

fn snapshots_are_listed<S: Store>(store: &S) {
    furnished(store);
    assert_eq!(read(store, |tx| tx.snapshots(A)), []);
    taken(store, "b");
    taken(store, "a");
    let first = state(store, A);
    write(store, |tx| everything(A, tx));
    write(store, |tx| {
        tx.take_snapshot(A, "b", Timestamp::from_millis(78))
    });
    let changed = state(store, A);
    let named = |name: &str, taken: i64| Snapshot {
        name: name.to_owned(),
        taken: Timestamp::from_millis(taken),
    };
    assert_eq!(
        read(store, |tx| tx.snapshots(A)),
        [named("a", 77), named("b", 78)]
    );
    assert_eq!(read(store, |tx| tx.snapshots(B)), []);
    assert_eq!(
        read(store, |tx| tx.organisations()),
        [A, B],
        "they are none"
    );
    assert!(restored(store, "a"));
    assert_eq!(state(store, A), first);
    assert!(restored(store, "b"), "a restoration forgets no other");
    assert_eq!(state(store, A), changed);
    assert!(write(store, |tx| tx.remove_snapshot(A, "b")));
    assert!(!write(store, |tx| tx.remove_snapshot(A, "b")));
    assert!(
        !write(store, |tx| tx.remove_snapshot(B, "a")),
        "it is the other's"
    );
    assert_eq!(read(store, |tx| tx.snapshots(A)), [named("a", 77)]);
    assert_eq!(state(store, A), changed);
}

fn differences<S: Store>(store: &S, after: i64, limit: u32) -> Vec<Difference> {
    let found = read(store, move |tx| {
        tx.differences(A, "then", (leads(), after), limit)
    });
    found.unwrap_or_else(|| panic!("no snapshot"))
}

fn differences_are_told<S: Store>(store: &S) {
    furnished(store);
    assert_eq!(read(store, |tx| tx.differences(A, "then", (0, 0), 9)), None);
    write(store, |tx| {
        for number in 3..=5 {
            tx.insert_record(permit(A, leads(), id(number)), &new_record("more", number))?;
        }
        tx.delete_record(permit(A, leads(), id(5)), stamp(6, JUN))
    });
    taken(store, "then");
    assert_eq!(differences(store, 0, 9), []);
    write(store, |tx| everything(B, tx));
    assert_eq!(differences(store, 0, 9), [], "those of another");
    write(store, |tx| everything(A, tx));
    let found = differences(store, 0, 9);
    let told: Vec<_> = found
        .iter()
        .map(|difference| {
            let state = |state: &Option<tanzanite_crm::transaction::RecordState>| {
                state.as_ref().map(|state| {
                    let lock = state.lock.clone().unwrap_or_default();
                    let image = state.image.clone().unwrap_or_default();
                    (state.name.clone(), image, lock, state.deleted)
                })
            };
            let id = difference.id.get().min(1_000);
            (id, state(&difference.before), state(&difference.now))
        })
        .collect();
    let is = |name: &str, image: &str, lock: &str, deleted: bool| {
        Some((name.to_owned(), image.to_owned(), lock.to_owned(), deleted))
    };
    assert_eq!(
        told,
        [
            (
                1,
                is("one", "", "", false),
                is("changed", "other", "audit", false)
            ),
            (2, is("two", "image", "audit", false), is("", "", "", true)),
            (1_000, None, is("three", "", "", false)),
        ]
    );
    assert_eq!(differences(store, 0, 2), found[..2]);
    assert_eq!(differences(store, 2, 9), found[2..]);
    assert!(restored(store, "then"));
    assert_eq!(differences(store, 0, 9), []);
}

fn an_organisation_is_removed<S: Store>(store: &S) {
    furnished(store);
    taken(store, "then");
    write(store, |tx| tx.take_snapshot(B, "then", AT));
    write(store, |tx| {
        everything(A, tx)?;
        everything(B, tx)
    });
    let (records, beside) = (state(store, B), beside_records(store, B));
    for _ in 0..2 {
        assert!(write(store, |tx| tx.remove_organisation(A)));
        assert!(!write(store, |tx| tx.remove_organisation(A)));
        assert_eq!(read(store, |tx| tx.organisations()), [B]);
        assert_eq!(state(store, A), "");
        assert_eq!(beside_records(store, A), "None None None None None");
        assert_eq!(read(store, |tx| tx.snapshots(A)), []);
        assert_eq!(
            (state(store, B), beside_records(store, B)),
            (records.clone(), beside.clone())
        );
        // It is created again, with no trace of the former one.
        write(store, |tx| {
            plant(A, &[organisation(A)], tx)?;
            furnish(A, tx)?;
            tx.put_client(&client(A))
        });
        assert_eq!(write(store, |tx| tx.next_number(A)), 1);
        assert_eq!(
            clock_of(store, A),
            Some(Clock::default()),
            "nothing is remembered"
        );
    }
    assert!(write(store, |tx| tx.restore_snapshot(B, "then")));
}

fn given_up_leaves_nothing<S: Store>(store: &S) {
    furnished(store);
    taken(store, "then");
    write(store, |tx| everything(A, tx));
    let before = (states(store), beside_records(store, A));
    given_up(store, |tx| tx.restore_snapshot(A, "then").map(drop));
    given_up(store, |tx| tx.remove_organisation(A).map(drop));
    given_up(store, |tx| tx.remove_snapshot(A, "then").map(drop));
    given_up(store, |tx| tx.take_snapshot(A, "then", AT));
    assert_eq!((states(store), beside_records(store, A)), before);
    assert_ne!(
        differences(store, 0, 9),
        [],
        "the snapshot is still the first"
    );
    assert!(restored(store, "then"));
}

/// Writers insert records while the organisation is restored again and again. No write fails, and none is partly
/// visible.
fn a_restoration_among_writers<S: Store>(store: &S) {
    found(store);
    write(store, |tx| {
        tx.start_numbers(A, 0)?;
        tx.take_snapshot(A, "empty", AT)
    });
    let make = |tx: &mut dyn Transaction| -> Stored<i64> {
        tx.metadata(A)?
            .ok_or_else(|| StoreError::new("it is gone"))?;
        let number = tx.next_number(A)?;
        let mut record = new_record("made", number);
        record.unique = vec![(501, number.to_string())];
        tx.insert_record(permit(A, leads(), id(number)), &record)?;
        Ok(number)
    };
    let results = at_once(store, move |store, number| {
        if number % 12 == 0 {
            return store.write_blocking(|tx: &mut dyn Transaction| {
                tx.restore_snapshot(A, "empty").map(|_| 0)
            });
        }
        store.write_blocking(make)
    });
    for result in &results {
        assert!(result.is_ok(), "{result:?}");
    }
    // Records inserted after the last restoration exist, with unique values.
    let lines = state(store, A).matches("Leads ").count();
    let values: BTreeSet<i64> = results
        .into_iter()
        .flatten()
        .filter(|number| *number > 0)
        .collect();
    let held = values.iter().filter(|number| {
        let text = number.to_string();
        read(store, move |tx| holder(tx, A, 501, &text)).is_some()
    });
    assert_eq!(held.count(), lines);
    write(store, make);
}
