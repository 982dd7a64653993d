//! The suite that every implementation and every wrapper of [`Transaction`] must pass. The contract is the trait and
//! this suite; a property that no check here tests is not guaranteed.
//!
//! A check is a function that gets an empty store and panics if the store is wrong.

mod annexes;
mod concurrency;
mod criteria;
mod deleted;
mod directory;
mod documents;
mod isolation;
mod lists;
mod locks;
mod organisations;
mod photos;
mod records;
mod settings;

use crate::{Store, dump};
use serde_json::{Map, Value, json};
use tanzanite_crm::metadata::{Organisation, SettingsItem, plant};
use tanzanite_crm::policy::Permit;
use tanzanite_crm::schema::{Number, standard_modules};
use tanzanite_crm::secret::Digest;
use tanzanite_crm::transaction::{Authorization, NewRecord, Stamp};
use tanzanite_crm::{StoreError, Stored, Transaction};
use tanzanite_protocol::{OrgId, RecordId, Scope, Timestamp};

/// Makes stores for the checks.
pub trait Harness {
    /// The type under test.
    type Store: Store;

    /// An empty store that nothing else uses.
    fn fresh(&self) -> Self::Store;
}

type Check<S> = (&'static str, fn(&S));

/// Runs every check on a new store.
///
/// # Panics
/// If the store violates the contract.
pub fn run<H: Harness>(harness: &H) {
    let checks = checks::<H::Store>();
    assert!(checks.len() > 20, "all checks are run");
    for (name, check) in checks {
        tracing::info!(name, "conformance");
        let store = harness.fresh();
        check(&store);
        let found = store.verify();
        assert_eq!(
            found,
            Ok(Vec::new()),
            "after {name} the store finds itself wrong"
        );
    }
}

fn checks<S: Store>() -> Vec<Check<S>> {
    let mut checks = Vec::new();
    checks.extend(directory::checks());
    checks.extend(settings::checks());
    checks.extend(documents::checks());
    checks.extend(records::checks());
    checks.extend(lists::checks());
    checks.extend(annexes::checks());
    checks.extend(deleted::checks());
    checks.extend(criteria::checks());
    checks.extend(photos::checks());
    checks.extend(locks::checks());
    checks.extend(isolation::checks());
    checks.extend(organisations::checks());
    checks.extend(concurrency::checks());
    checks
}

// ---- what the checks share ----

/// Runs a job that must succeed.
#[track_caller]
fn write<S: Store, T: Send + 'static>(
    store: &S,
    job: impl Fn(&mut dyn Transaction) -> Stored<T> + Send + 'static,
) -> T {
    store
        .write_blocking(job)
        .unwrap_or_else(|error| panic!("a write failed: {error}"))
}

/// Reads on a snapshot.
#[track_caller]
fn read<S: Store, T: Send + 'static>(
    store: &S,
    job: impl Fn(&mut dyn Transaction) -> Stored<T> + Send + 'static,
) -> T {
    store
        .read_blocking(job)
        .unwrap_or_else(|error| panic!("a read failed: {error}"))
}

/// Runs a job that the store must refuse, without leaving any change.
#[track_caller]
fn refused<S: Store>(store: &S, job: impl Fn(&mut dyn Transaction) -> Stored<()> + Send + 'static) {
    let before = states(store);
    assert!(
        store.write_blocking(job).is_err(),
        "the store took what it must refuse"
    );
    assert_eq!(before, states(store), "a refused write left something");
}

/// Runs a job that succeeds in all its calls and then fails.
#[track_caller]
fn given_up<S: Store>(
    store: &S,
    job: impl Fn(&mut dyn Transaction) -> Stored<()> + Send + 'static,
) {
    let result = store.write_blocking(move |tx: &mut dyn Transaction| {
        job(tx)?;
        Err::<(), _>(StoreError::new("given up"))
    });
    assert_eq!(result, Err(StoreError::new("given up")));
}

/// The records of both organisations as text, for those organisations that exist.
#[track_caller]
fn states<S: Store>(store: &S) -> [String; 2] {
    [A, B].map(|org| state(store, org))
}

#[track_caller]
fn state<S: Store>(store: &S, org: OrgId) -> String {
    read(store, move |tx| match tx.metadata(org)? {
        Some(_) => dump(org, tx),
        None => Ok(String::new()),
    })
}

/// Two organisations with the same ids in them.
const A: OrgId = org_id(600_100_200);
const B: OrgId = org_id(600_100_201);

const fn org_id(value: i64) -> OrgId {
    match OrgId::new(value) {
        Some(org) => org,
        None => panic!("no organisation's id"),
    }
}

const fn id(value: i64) -> RecordId {
    match RecordId::new(value) {
        Some(id) => id,
        None => panic!("no id"),
    }
}

const JUN: RecordId = id(11);
const INES: RecordId = id(12);

fn stamp(millis: i64, by: RecordId) -> Stamp {
    Stamp {
        at: Timestamp::from_millis(millis),
        by,
    }
}

/// The number of a standard module.
fn module(api_name: &str) -> Number {
    let found = standard_modules()
        .iter()
        .find(|module| module.api_name == api_name);
    found
        .unwrap_or_else(|| panic!("no module {api_name}"))
        .number
}

fn leads() -> Number {
    module("Leads")
}

/// A permit for the suite's own records.
fn permit<O>(org: OrgId, module: Number, record: RecordId) -> Permit<O> {
    Permit::bypassing_policy_as_operator(org, module, record, "the conformance suite of the stores")
}

/// The settings item that an organisation must have.
fn organisation(org: OrgId) -> SettingsItem {
    SettingsItem::Organisation(Organisation {
        zgid: org.get(),
        ..Organisation::default()
    })
}

/// Creates both organisations.
#[track_caller]
fn found<S: Store>(store: &S) {
    write(store, |tx| {
        plant(A, &[organisation(A)], tx)?;
        plant(B, &[organisation(B)], tx)
    });
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

/// A record called `name`, owned by the user `Jun`, created at this time.
fn new_record(name: &str, at: i64) -> NewRecord {
    NewRecord {
        name: name.to_owned(),
        owner: JUN,
        fields: fields(json!({ "Last_Name": name, "Company": "Ä€😀 \"quoted\" \\ \u{7f}" })),
        unique: Vec::new(),
        stamp: stamp(at, JUN),
        keys: Vec::new(),
        keys_gone: Vec::new(),
    }
}

/// Inserts a Lead.
#[track_caller]
fn insert<S: Store>(store: &S, org: OrgId, record: RecordId, new: NewRecord) {
    write(store, move |tx| {
        tx.insert_record(permit(org, leads(), record), &new)
    });
}

/// The record that has a unique value of a Lead.
fn holder(
    tx: &mut dyn Transaction,
    org: OrgId,
    field: Number,
    value: &str,
) -> Stored<Option<RecordId>> {
    let holders = tx.holders(org, leads(), &[(field, value.to_owned())])?;
    Ok(holders.into_iter().next().flatten())
}

fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

fn authorization(org: OrgId, client: &str, user: RecordId) -> Authorization {
    let scopes = ["ZohoCRM.modules.ALL", "ZohoCRM.modules.leads.READ"];
    let scopes: Vec<Scope> = scopes
        .iter()
        .filter_map(|scope| Scope::parse(scope))
        .collect();
    assert_eq!(scopes.len(), 2, "these are scopes");
    Authorization {
        org,
        client: client.to_owned(),
        user,
        scopes: scopes.into(),
    }
}
