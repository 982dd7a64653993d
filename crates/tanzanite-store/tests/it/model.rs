//! Random sequences of jobs on records, photos, locks and snapshots, compared with a simple model after each job: the
//! result and all readable data. In memory, and on disk with the store reopened in between.

use crate::support::{found, id, leads, new_record, open, org, permit, photo, read, stamp};
use proptest::prelude::*;
use std::collections::BTreeMap;
use tanzanite_crm::policy::Seen;
use tanzanite_crm::transaction::{
    DeletedQuery, DeletedState, Lock, NewRecord, Record, RecordQuery, Start, StoredFile,
};
use tanzanite_crm::{StoreError, Stored, Transaction};
use tanzanite_store::{Place, SqliteStore, Store};

/// Ids from 2 on, since `found` has made record 1.
const IDS: std::ops::RangeInclusive<i64> = 2..=5;
const NAMES: std::ops::RangeInclusive<u8> = 1..=2;
const UNIQUE_FIELD: i64 = 501;

#[derive(Clone, Debug)]
pub(crate) enum Act {
    Insert(i64, u8),
    Update(i64, u8),
    Delete(i64),
    Recover(i64),
    Purge(i64),
    PutPhoto(i64, u8),
    RemovePhoto(i64),
    PutLock(i64, u8),
    RemoveLock(i64),
    TakeSnapshot(u8),
    Restore(u8),
    Forget(u8),
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Several acts in one job, which fails in the end or not.
    Job(Vec<Act>, bool),
    Reopen,
}

#[derive(Clone, Debug, PartialEq)]
struct Row {
    value: u8,
    deleted: bool,
    purged: bool,
    photo: Option<u8>,
    lock: Option<u8>,
    told: Vec<String>,
}

type Rows = BTreeMap<i64, Row>;

#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    rows: Rows,
    snapshots: BTreeMap<u8, Rows>,
}

fn content(value: u8) -> NewRecord {
    // Few values, so that they collide; every fourth record has none.
    let unique = if value.is_multiple_of(4) {
        vec![]
    } else {
        vec![(UNIQUE_FIELD, (value % 4).to_string())]
    };
    NewRecord {
        unique,
        ..new_record(&format!("value {value}"))
    }
}

fn picture(value: u8) -> StoredFile {
    photo(
        &format!("image {value}"),
        vec![value; usize::from(value) * 40],
    )
}

fn lock(value: u8) -> Lock {
    let stamp = stamp(value.into());
    Lock {
        id: id(70),
        reason: format!("reason {value}"),
        automatic: value.is_multiple_of(2),
        created: stamp,
        modified: stamp,
    }
}

/// Performs the act on the store.
fn act(act: &Act, tx: &mut dyn Transaction) -> Stored<()> {
    match *act {
        Act::Insert(record, value) => tx.insert_record(permit(record), &content(value)),
        Act::Update(record, value) => tx.update_record(permit(record), &content(value)),
        Act::Delete(record) => tx.delete_record(permit(record), stamp(9)),
        Act::Recover(record) => {
            let deleted = in_bin(tx)?;
            let value = deleted.get(&record).copied();
            let unique = value.map(|value| content(value).unique);
            tx.restore_record(permit(record), &unique.unwrap_or_default(), stamp(9))
        }
        Act::Purge(record) => tx.purge_record(permit(record), &[]),
        Act::PutPhoto(record, value) => tx.put_file(permit(record), &picture(value), stamp(9)),
        Act::RemovePhoto(record) => tx.remove_file(permit(record), stamp(9)),
        Act::PutLock(record, value) => tx.put_lock(permit(record), &lock(value)),
        Act::RemoveLock(record) => tx.remove_lock(permit(record), stamp(9)),
        Act::TakeSnapshot(name) => tx.take_snapshot(org(), &name.to_string(), stamp(9).at),
        Act::Restore(name) => there(tx.restore_snapshot(org(), &name.to_string())?),
        Act::Forget(name) => there(tx.remove_snapshot(org(), &name.to_string())?),
    }
}

/// The values of the records in the recycle bin.
fn in_bin(tx: &mut dyn Transaction) -> Stored<BTreeMap<i64, u8>> {
    let deleted = tx.deleted_records(&deleted_query(DeletedState::InBin))?;
    let values = deleted.iter().map(|deleted| {
        let head = &deleted.head;
        (head.id.get(), number(&head.name))
    });
    Ok(values.collect())
}

fn deleted_query(state: DeletedState) -> DeletedQuery {
    let seen = vec![Seen::bypassing_policy_as_operator(org(), leads())];
    DeletedQuery {
        state,
        ..DeletedQuery::all(seen, 100)
    }
}

fn there(found: bool) -> Stored<()> {
    found
        .then_some(())
        .ok_or_else(|| StoreError::new("there is no such snapshot"))
}

/// Performs the act on the model. `None` if it must be refused.
fn imagine(act: &Act, model: &mut Model) -> Option<()> {
    match act {
        Act::TakeSnapshot(name) => {
            model.snapshots.insert(*name, model.rows.clone());
            Some(())
        }
        Act::Restore(name) => {
            model.rows.clone_from(model.snapshots.get(name)?);
            Some(())
        }
        Act::Forget(name) => model.snapshots.remove(name).map(drop),
        Act::Recover(record) => recover(*record, &mut model.rows),
        Act::Purge(record) => {
            let row = model.rows.get_mut(record)?;
            let in_bin = row.deleted && !row.purged;
            row.purged |= in_bin;
            in_bin.then_some(())
        }
        _ => imagine_of_record(act, &mut model.rows),
    }
}

/// Whether another record has the unique value.
fn taken(model: &Rows, own: i64, value: u8) -> bool {
    let same = |row: &Row| !row.deleted && !value.is_multiple_of(4) && row.value % 4 == value % 4;
    model
        .iter()
        .any(|(record, row)| *record != own && same(row))
}

fn recover(record: i64, model: &mut Rows) -> Option<()> {
    let mut row = model.get(&record)?.clone();
    if !row.deleted || row.purged || taken(model, record, row.value) {
        return None;
    }
    row.deleted = false;
    row.told.insert(0, "restored".to_owned());
    model.insert(record, row);
    Some(())
}

fn imagine_of_record(act: &Act, model: &mut Rows) -> Option<()> {
    let live = |model: &mut Rows, record: i64, told: &str| {
        let mut row = model.remove(&record).filter(|row| !row.deleted)?;
        row.told.insert(0, told.to_owned());
        Some(row)
    };
    let (record, row) = match *act {
        Act::Insert(record, value) => {
            if model.contains_key(&record) || taken(model, record, value) {
                return None;
            }
            (
                record,
                Row {
                    value,
                    deleted: false,
                    purged: false,
                    photo: None,
                    lock: None,
                    told: vec!["added".to_owned()],
                },
            )
        }
        Act::Update(record, value) => {
            if taken(model, record, value) {
                return None;
            }
            (
                record,
                Row {
                    value,
                    ..live(model, record, "updated")?
                },
            )
        }
        Act::Delete(record) => (
            record,
            Row {
                deleted: true,
                lock: None,
                ..live(model, record, "deleted")?
            },
        ),
        Act::PutPhoto(record, value) => (
            record,
            Row {
                photo: Some(value),
                ..live(model, record, "photo_uploaded")?
            },
        ),
        Act::RemovePhoto(record) => {
            let row = live(model, record, "photo_deleted")?;
            row.photo?;
            (record, Row { photo: None, ..row })
        }
        Act::PutLock(record, value) => (
            record,
            Row {
                lock: Some(value),
                ..live(model, record, "locked")?
            },
        ),
        Act::RemoveLock(record) => {
            let row = live(model, record, "unlocked")?;
            row.lock?;
            (record, Row { lock: None, ..row })
        }
        Act::TakeSnapshot(_)
        | Act::Restore(_)
        | Act::Forget(_)
        | Act::Recover(_)
        | Act::Purge(_) => return None,
    };
    model.insert(record, row);
    Some(())
}

/// All readable data of the records, in the model's terms.
fn seen<S: Store>(store: &S) -> Rows {
    read(store, |tx| {
        let query = RecordQuery {
            start: Start::After(0, id(1)),
            ..RecordQuery::all(Seen::bypassing_policy_as_operator(org(), leads()), 100)
        };
        let listed = tx.records(&query)?;
        let mut model = Rows::new();
        for number in IDS {
            if let Some(record) = tx.record(org(), leads(), id(number))? {
                assert!(listed.contains(&record), "a record is read and not listed");
                model.insert(number, row(record, tx)?);
            }
        }
        assert_eq!(listed.len(), model.len(), "a record is listed and not read");
        Ok(model)
    })
}

/// The number in a text such as `image 7`.
fn number(text: &str) -> u8 {
    let number = text
        .rsplit(' ')
        .next()
        .and_then(|number| number.parse().ok());
    number.unwrap_or_else(|| panic!("no number: {text:?}"))
}

fn row(record: Record, tx: &mut dyn Transaction) -> Stored<Row> {
    let Record { head, fields } = record;
    let value = number(&head.name);
    assert_eq!(fields, content(value).fields);
    for (field, unique) in content(value).unique {
        let owner = tx
            .holders(org(), leads(), &[(field, unique.clone())])?
            .pop()
            .flatten();
        assert_eq!(owner, Some(head.id), "the unique value is found");
    }
    let photo = tx.file(&head)?;
    assert_eq!(photo.as_ref().map(|photo| &photo.id), head.image.as_ref());
    let photo = photo.map(|photo| {
        let value = number(&photo.id);
        assert_eq!(photo, picture(value));
        value
    });
    let lock = head.lock.map(|found| {
        let value = number(&found.reason);
        assert_eq!(found, lock(value));
        value
    });
    let told = tx.timeline(org(), leads(), head.id)?;
    let told = told.into_iter().map(|(action, _)| action).collect();
    Ok(Row {
        value,
        deleted: false,
        purged: false,
        photo,
        lock,
        told,
    })
}

fn differs<S: Store>(store: &S, name: u8) -> bool {
    let found = read(store, move |tx| {
        tx.differences(org(), &name.to_string(), (0, 0), 100)
    });
    !found.expect("a snapshot").is_empty()
}

/// Runs the steps on a store; `reopen` opens it, or reopens a closed one.
pub(crate) fn run<S: Store>(reopen: impl Fn(Option<S>) -> S, steps: &[Step]) {
    let mut store = reopen(None);
    found(&store);
    let mut model = Model::default();
    for step in steps {
        match step {
            Step::Reopen => store = reopen(Some(store)),
            Step::Job(acts, give_up) => {
                let mut imagined = model.clone();
                let expected =
                    acts.iter().all(|act| imagine(act, &mut imagined).is_some()) && !give_up;
                let (acts, give_up) = (acts.clone(), *give_up);
                let done = store.write_blocking(move |tx: &mut dyn Transaction| {
                    acts.iter().try_for_each(|one| act(one, tx))?;
                    if give_up {
                        Err(StoreError::new("given up"))
                    } else {
                        Ok(())
                    }
                });
                assert_eq!(
                    done.is_ok(),
                    expected,
                    "{step:?} on {model:?} gave {done:?}"
                );
                if expected {
                    model = imagined;
                }
            }
        }
        for (name, rows) in &model.snapshots {
            assert!(
                *rows == model.rows || differs(&store, *name),
                "after {step:?} nothing differs from {name}"
            );
        }
        if let Step::Job(acts, false) = step
            && let [Act::Restore(name) | Act::TakeSnapshot(name)] = acts.as_slice()
            && model.snapshots.contains_key(name)
        {
            assert!(!differs(&store, *name), "after {step:?} something differs");
        }
        let live = model.rows.iter().filter(|(_, row)| !row.deleted);
        let live: Rows = live.map(|(record, row)| (*record, row.clone())).collect();
        assert_eq!(seen(&store), live, "after {step:?}");
        let deleted = model.rows.iter().filter(|(_, row)| row.deleted);
        let (gone, binned): (Vec<_>, Vec<_>) = deleted.partition(|(_, row)| row.purged);
        let binned: BTreeMap<i64, u8> = binned.iter().map(|(id, row)| (**id, row.value)).collect();
        let found = read(&store, |tx| {
            let gone = tx.deleted_records(&deleted_query(DeletedState::Gone))?;
            Ok((in_bin(tx)?, gone))
        });
        assert_eq!(found.0, binned, "after {step:?}");
        assert_eq!(found.1.len(), gone.len(), "after {step:?}");
    }
    assert_eq!(store.verify(), Ok(Vec::new()));
}

fn acts() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (IDS, any::<u8>()).prop_map(|(record, value)| Act::Insert(record, value)),
        3 => (IDS, any::<u8>()).prop_map(|(record, value)| Act::Update(record, value)),
        2 => IDS.prop_map(Act::Delete),
        1 => IDS.prop_map(Act::Recover),
        1 => IDS.prop_map(Act::Purge),
        3 => IDS.prop_map(|record| Act::PutPhoto(record, 0)),
        2 => IDS.prop_map(Act::RemovePhoto),
        2 => (IDS, any::<u8>()).prop_map(|(record, value)| Act::PutLock(record, value)),
        1 => IDS.prop_map(Act::RemoveLock),
        1 => NAMES.prop_map(Act::TakeSnapshot),
        1 => NAMES.prop_map(Act::Restore),
        1 => NAMES.prop_map(Act::Forget),
    ]
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let job = (
        prop::collection::vec(acts(), 1..4),
        prop::bool::weighted(0.15),
    );
    let step = prop_oneof![
        15 => job.prop_map(|(acts, give_up)| Step::Job(acts, give_up)),
        1 => Just(Step::Reopen),
    ];
    prop::collection::vec(step, 1..40).prop_map(with_other_photos)
}

/// Gives each photo an image of its own: an image's name is drawn at random, and no two photos have the same.
fn with_other_photos(mut steps: Vec<Step>) -> Vec<Step> {
    let mut images = 0..=u8::MAX;
    for step in &mut steps {
        let Step::Job(acts, _) = step else { continue };
        for act in acts {
            if let Act::PutPhoto(_, image) = act {
                *image = images.next().expect("an image");
            }
        }
    }
    steps
}

pub(crate) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn the_store_in_memory_is_as_the_model(steps in steps()) {
        let same = |store: Option<_>| {
            store.unwrap_or_else(|| SqliteStore::open(&Place::Memory).expect("a store"))
        };
        run(same, &steps);
    }
}

proptest! {
    #![proptest_config(config(25))]

    #[test]
    fn the_store_on_disk_is_as_the_model(steps in steps()) {
        let folder = tempfile::tempdir().expect("a folder");
        let reopened = |store| {
            drop(store);
            open(folder.path())
        };
        run(reopened, &steps);
    }
}
