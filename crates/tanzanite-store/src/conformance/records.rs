//! Records, their unique values and timelines: they are read as they were written, and nothing else changes.

use super::holder;
use super::{
    A, B, Check, INES, JUN, fields, found, id, insert, leads, module, new_record, permit, read,
    refused, stamp, state, write,
};
use crate::Store;
use serde_json::json;
use tanzanite_crm::Transaction;
use tanzanite_crm::transaction::{NewRecord, Record, RecordHead};
use tanzanite_protocol::RecordId;

pub(super) fn checks<S: Store>() -> Vec<Check<S>> {
    vec![
        (
            "a record is read as it was made",
            a_record_is_read_as_it_was_made,
        ),
        ("extreme ids, times and texts are kept", extremes_are_kept),
        ("an id is given once", an_id_is_given_once),
        ("an update changes one record", an_update_changes_one_record),
        ("a deleted record is gone", a_deleted_record_is_gone),
        ("unique values are unique", unique_values_are_unique),
        (
            "what is asked for together is what is asked for one by one",
            what_is_asked_for_together,
        ),
        (
            "the timeline tells all, the newest first",
            the_timeline_tells_all,
        ),
        (
            "a snapshot cannot be written to",
            a_snapshot_cannot_be_written_to,
        ),
    ]
}

fn one<S: Store>(store: &S, record: RecordId) -> Option<Record> {
    read(store, move |tx| {
        let record_head = tx.record_head(A, leads(), record)?;
        let whole = tx.record(A, leads(), record)?;
        assert_eq!(
            record_head.as_ref(),
            whole.as_ref().map(|whole| &whole.head)
        );
        Ok(whole)
    })
}

fn a_record_is_read_as_it_was_made<S: Store>(store: &S) {
    found(store);
    assert_eq!(one(store, id(1)), None);
    let new = new_record("Amberg", 1_000);
    insert(store, A, id(1), new.clone());
    let head = RecordHead {
        org: A,
        module: leads(),
        id: id(1),
        name: "Amberg".to_owned(),
        owner: JUN,
        created: stamp(1_000, JUN),
        modified: stamp(1_000, JUN),
        image: None,
        lock: None,
    };
    assert_eq!(
        one(store, id(1)),
        Some(Record {
            head,
            fields: new.fields
        })
    );
    let elsewhere = read(store, |tx| tx.record(A, module("Contacts"), id(1)));
    assert_eq!(elsewhere, None, "another module does not have it");
}

fn extremes_are_kept<S: Store>(store: &S) {
    found(store);
    let values = json!({
        "b": null, "a": [], "z": [{ "id": "1" }], "empty": "", "": "no name",
        "large": 9_007_199_254_740_993_i64,
        "exact": 0.1, "small": -0.5, "newline": "a\r\n\u{2028}b", "long": "x".repeat(100_000),
    });
    let new = NewRecord {
        name: "Ω😀'; DROP TABLE records; --".to_owned(),
        owner: id(i64::MAX),
        fields: fields(values.clone()),
        unique: Vec::new(),
        stamp: stamp(-62_000_000_000_000, INES),
        keys: Vec::new(),
        keys_gone: Vec::new(),
    };
    insert(store, A, id(i64::MAX), new.clone());
    let Some(record) = one(store, id(i64::MAX)) else {
        panic!("the record is not there")
    };
    assert_eq!(record.fields, new.fields);
    assert_eq!((record.head.name, record.head.owner), (new.name, new.owner));
    assert_eq!(record.head.created, new.stamp);
    let keys: Vec<&str> = record.fields.keys().map(String::as_str).collect();
    let expected: Vec<&str> = new.fields.keys().map(String::as_str).collect();
    assert_eq!(keys, expected, "fields keep their order");
}

fn an_id_is_given_once<S: Store>(store: &S) {
    found(store);
    insert(store, A, id(1), new_record("first", 1));
    refused(store, |tx| {
        tx.insert_record(permit(A, leads(), id(1)), &new_record("second", 2))
    });
    write(store, |tx| {
        tx.delete_record(permit(A, leads(), id(1)), stamp(3, JUN))
    });
    refused(store, |tx| {
        tx.insert_record(permit(A, leads(), id(1)), &new_record("third", 4))
    });
}

fn an_update_changes_one_record<S: Store>(store: &S) {
    found(store);
    for number in 1..=3 {
        insert(
            store,
            A,
            id(number),
            new_record(&format!("record {number}"), number),
        );
    }
    let others = |store: &S| (one(store, id(1)), one(store, id(3)));
    let before = others(store);
    let change = NewRecord {
        name: "changed".to_owned(),
        owner: INES,
        fields: fields(json!({ "Last_Name": "changed" })),
        unique: Vec::new(),
        stamp: stamp(50, INES),
        keys: Vec::new(),
        keys_gone: Vec::new(),
    };
    let new = change.clone();
    write(store, move |tx| {
        tx.update_record(permit(A, leads(), id(2)), &new)
    });
    let Some(record) = one(store, id(2)) else {
        panic!("the record is gone")
    };
    assert_eq!(
        (record.head.name.as_str(), record.head.owner),
        ("changed", INES)
    );
    assert_eq!(
        (record.head.created, record.head.modified),
        (stamp(2, JUN), change.stamp)
    );
    assert_eq!(record.fields, change.fields);
    assert_eq!(before, others(store));
    for (number, in_module) in [(9, leads()), (2, module("Contacts"))] {
        let new = change.clone();
        refused(store, move |tx| {
            tx.update_record(permit(A, in_module, id(number)), &new)
        });
    }
}

fn a_deleted_record_is_gone<S: Store>(store: &S) {
    found(store);
    insert(store, A, id(1), new_record("deleted", 1));
    insert(store, A, id(2), new_record("stays", 2));
    let kept = one(store, id(2));
    write(store, |tx| {
        tx.delete_record(permit(A, leads(), id(1)), stamp(3, JUN))
    });
    assert_eq!(one(store, id(1)), None);
    assert_eq!(one(store, id(2)), kept);
    assert!(state(store, A).contains("deleted Leads"));
    refused(store, |tx| {
        tx.delete_record(permit(A, leads(), id(1)), stamp(4, JUN))
    });
    refused(store, |tx| {
        tx.update_record(permit(A, leads(), id(1)), &new_record("back", 5))
    });
    refused(store, |tx| {
        tx.delete_record(permit(A, leads(), id(7)), stamp(4, JUN))
    });
}

/// Results have the order of the ids, repeated ones included; missing, deleted and foreign records give none.
fn what_is_asked_for_together<S: Store>(store: &S) {
    found(store);
    let contacts = module("Contacts");
    for number in 1..=4 {
        let unique = vec![(501, format!("WS-{number}"))];
        let new = NewRecord {
            unique,
            ..new_record(&format!("n{number}"), number)
        };
        write(store, move |tx| {
            tx.insert_record(permit(A, leads(), id(number)), &new)?;
            tx.insert_record(permit(A, contacts, id(10 * number)), &new)?;
            tx.insert_record(permit(B, leads(), id(100 * number)), &new)
        });
    }
    write(store, |tx| {
        tx.delete_record(permit(A, leads(), id(3)), stamp(9, JUN))
    });
    let asks = |tx: &mut dyn Transaction| {
        let (leads, contacts) = (leads(), module("Contacts"));
        let wanted = [4, 40, 3, 1, 400, 10, 4].map(|number| (leads, id(number)));
        let wanted = [&wanted[..], &[(contacts, id(40)), (contacts, id(4))]].concat();
        let heads = tx.record_heads(A, &wanted)?;
        let ids: Vec<RecordId> = wanted.iter().map(|(_, id)| *id).collect();
        let records = tx.records_by_id(A, leads, &ids)?;
        for (place, (module, id)) in wanted.iter().enumerate() {
            assert_eq!(heads[place], tx.record_head(A, *module, *id)?);
            assert_eq!(records[place], tx.record(A, leads, *id)?);
        }
        let there: Vec<bool> = heads.iter().map(Option::is_some).collect();
        let expected = [true, false, false, true, false, false, true, true, false];
        assert_eq!(there, expected);
        let value = |(field, value): (i64, &str)| (field, value.to_owned());
        let values = [(501, "WS-4"), (502, "WS-4"), (501, "WS-3"), (501, "WS-1")];
        let holders = tx.holders(A, leads, &values.map(value))?;
        assert_eq!(holders, [Some(id(4)), None, None, Some(id(1))]);
        assert_eq!(tx.record_heads(A, &[])?, []);
        assert_eq!(tx.records_by_id(A, leads, &[])?, []);
        assert_eq!(tx.holders(A, leads, &[])?, []);
        Ok(())
    };
    read(store, asks);
    write(store, asks);
}

fn unique_values_are_unique<S: Store>(store: &S) {
    found(store);
    let with = |name: &str, values: &[(i64, &str)]| NewRecord {
        unique: values
            .iter()
            .map(|(field, value)| (*field, (*value).to_owned()))
            .collect(),
        ..new_record(name, 1)
    };
    let who = |field: i64, value: &'static str| read(store, move |tx| holder(tx, A, field, value));
    insert(store, A, id(1), with("one", &[(501, "WS-1"), (502, "x")]));
    assert_eq!(
        (who(501, "WS-1"), who(502, "x"), who(501, "x")),
        (Some(id(1)), Some(id(1)), None)
    );
    assert_eq!(who(501, "ws-1"), None, "values are compared exactly");
    let same = with("two", &[(502, "y"), (501, "WS-1")]);
    refused(store, move |tx| {
        tx.insert_record(permit(A, leads(), id(2)), &same)
    });
    assert_eq!(who(502, "y"), None, "nothing of the refused record stays");

    let elsewhere = with("two", &[(501, "WS-1")]);
    write(store, move |tx| {
        tx.insert_record(permit(A, module("Contacts"), id(3)), &elsewhere)
    });
    insert(store, A, id(2), with("two", &[(501, "WS-2")]));
    let stolen = with("two", &[(501, "WS-1")]);
    refused(store, move |tx| {
        tx.update_record(permit(A, leads(), id(2)), &stolen)
    });
    assert_eq!(who(501, "WS-2"), Some(id(2)));

    let moved = with("one", &[(501, "WS-3")]);
    write(store, move |tx| {
        tx.update_record(permit(A, leads(), id(1)), &moved)
    });
    assert_eq!(
        (who(501, "WS-1"), who(501, "WS-3"), who(502, "x")),
        (None, Some(id(1)), None)
    );
    write(store, |tx| {
        tx.delete_record(permit(A, leads(), id(1)), stamp(9, JUN))
    });
    assert_eq!(
        who(501, "WS-3"),
        None,
        "a deleted record has no unique values"
    );
    insert(store, A, id(4), with("four", &[(501, "WS-3")]));
}

fn the_timeline_tells_all<S: Store>(store: &S) {
    found(store);
    insert(store, A, id(1), new_record("told", 1));
    insert(store, A, id(2), new_record("other", 1));
    write(store, |tx| {
        tx.update_record(permit(A, leads(), id(1)), &new_record("told", 2))?;
        tx.update_record(permit(A, leads(), id(1)), &new_record("told", 2))
    });
    let entries = read(store, |tx| tx.timeline(A, leads(), id(1)));
    let entry = |action: &str, at: i64| (action.to_owned(), stamp(at, JUN));
    assert_eq!(
        entries,
        [entry("updated", 2), entry("updated", 2), entry("added", 1)]
    );
    let other = read(store, |tx| tx.timeline(A, leads(), id(2)));
    assert_eq!(other, [entry("added", 1)]);
}

fn a_snapshot_cannot_be_written_to<S: Store>(store: &S) {
    found(store);
    insert(store, A, id(1), new_record("kept", 1));
    let before = state(store, A);
    let result = store.read_blocking(|tx: &mut dyn Transaction| {
        tx.delete_record(permit(A, leads(), id(1)), stamp(2, JUN))
    });
    assert!(result.is_err(), "a reader wrote");
    assert_eq!(before, state(store, A));
}
