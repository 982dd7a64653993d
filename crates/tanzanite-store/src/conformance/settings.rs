//! Settings and counters.

use super::{A, B, Check, found, given_up, id, organisation, read, write};
use crate::Store;
use std::collections::BTreeSet;
use tanzanite_crm::Clock;
use tanzanite_crm::metadata::{Role, SettingsItem, plant, put};
use tanzanite_crm::metering::LimitSettings;
use tanzanite_protocol::OrgId;

pub(super) fn checks<S: Store>() -> Vec<Check<S>> {
    vec![
        ("settings are seen once they are added", settings_are_seen),
        ("one item is replaced", one_item_is_replaced),
        (
            "organisations are listed in order",
            organisations_are_listed,
        ),
        ("numbers are given once", numbers_are_given_once),
        (
            "numbers are given once to many at a time",
            numbers_are_given_once_to_many,
        ),
    ]
}

fn role(id: i64, name: &str) -> SettingsItem {
    SettingsItem::Role(Role {
        id,
        name: name.to_owned(),
        reports_to: None,
    })
}

fn roles<S: Store>(store: &S, org: OrgId) -> Option<Vec<String>> {
    read(store, move |tx| {
        let names = |roles: &[Role]| roles.iter().map(|role| role.name.clone()).collect();
        Ok(tx.metadata(org)?.map(|metadata| names(metadata.roles())))
    })
}

fn settings_are_seen<S: Store>(store: &S) {
    assert_eq!(roles(store, A), None, "no such organisation");
    found(store);
    assert_eq!(roles(store, A), Some(Vec::new()));
    given_up(store, |tx| {
        plant(A, &[role(1, "given up")], tx)?;
        let metadata = tx.metadata(A)?;
        assert_eq!(
            metadata.map(|metadata| metadata.roles().len()),
            Some(1),
            "its own write"
        );
        Ok(())
    });
    assert_eq!(
        roles(store, A),
        Some(Vec::new()),
        "what was given up is not there"
    );
    for count in 1..=20 {
        write(store, move |tx| {
            plant(A, &[role(count, &format!("role {count}"))], tx)
        });
        let names: Vec<String> = (1..=count).map(|number| format!("role {number}")).collect();
        assert_eq!(roles(store, A), Some(names), "in their order, and at once");
    }
    assert_eq!(
        roles(store, B),
        Some(Vec::new()),
        "the other organisation has none"
    );
}

fn clock<S: Store>(store: &S, org: OrgId) -> Option<Clock> {
    read(store, move |tx| {
        Ok(tx.metadata(org)?.map(|metadata| metadata.clock()))
    })
}

fn one_item_is_replaced<S: Store>(store: &S) {
    let item = |at| SettingsItem::Clock(Clock::Frozen { at });
    let refused = store.write_blocking(move |tx| put(A, &item(1), tx));
    assert!(refused.is_err(), "there is no organisation");
    assert_eq!(read(store, |tx| tx.organisations()), []);
    found(store);
    write(store, |tx| plant(A, &[role(1, "first")], tx));
    for at in 1..=3 {
        write(store, move |tx| put(A, &item(at), tx));
        assert_eq!(clock(store, A), Some(Clock::Frozen { at }));
    }
    given_up(store, move |tx| put(A, &item(4), tx));
    assert_eq!(clock(store, A), Some(Clock::Frozen { at: 3 }));
    assert_eq!(clock(store, B), Some(Clock::default()));
    let limits = LimitSettings {
        credits: Some(7),
        ..LimitSettings::default()
    };
    write(store, move |tx| put(A, &SettingsItem::Limits(limits), tx));
    write(store, |tx| plant(A, &[role(2, "second")], tx));
    let both = read(store, |tx| {
        let metadata = tx.metadata(A)?;
        Ok(metadata.map(|metadata| (metadata.clock(), metadata.limits())))
    });
    assert_eq!(
        both,
        Some((Clock::Frozen { at: 3 }, limits)),
        "each kind replaces its own"
    );
    write(store, |tx| put(A, &role(2, "another"), tx));
    assert_eq!(
        roles(store, A),
        Some(vec!["first".to_owned(), "another".to_owned()]),
        "one of several replaces the one with its id"
    );
}

fn organisations_are_listed<S: Store>(store: &S) {
    assert_eq!(read(store, |tx| tx.organisations()), []);
    write(store, |tx| plant(B, &[organisation(B)], tx));
    write(store, |tx| {
        plant(A, &[organisation(A)], tx)?;
        plant(A, &[role(1, "one more")], tx)
    });
    assert_eq!(read(store, |tx| tx.organisations()), [A, B]);
}

fn numbers_are_given_once<S: Store>(store: &S) {
    assert_eq!(write(store, |tx| tx.next_number(A)), 1, "the first is 1");
    assert_eq!(
        write(store, |tx| Ok((tx.next_number(A)?, tx.next_number(A)?))),
        (2, 3)
    );
    assert_eq!(
        write(store, |tx| tx.next_number(B)),
        1,
        "each organisation has its own series"
    );
    given_up(store, |tx| {
        tx.next_number(A).map(|number| assert_eq!(number, 4))
    });
    assert!(
        write(store, |tx| tx.next_number(A)) >= 4,
        "none that was kept is given again"
    );
    assert!(
        store
            .read_blocking(|tx: &mut dyn tanzanite_crm::Transaction| tx.next_number(A))
            .is_err(),
        "a snapshot gives no numbers"
    );
}

fn numbers_are_given_once_to_many<S: Store>(store: &S) {
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            std::thread::spawn(move || {
                (0..25)
                    .map(|_| write(&store, |tx| tx.next_number(A)))
                    .collect::<Vec<_>>()
            })
        })
        .collect();
    let mut seen = BTreeSet::new();
    for thread in threads {
        let numbers = thread.join().unwrap_or_else(|_| panic!("a thread failed"));
        assert!(numbers.is_sorted(), "{numbers:?}");
        for number in numbers {
            assert!(seen.insert(number), "{number} was given twice");
            assert_eq!(id(number).get(), number, "numbers make ids");
        }
    }
    assert_eq!(seen.len(), 200);
}
