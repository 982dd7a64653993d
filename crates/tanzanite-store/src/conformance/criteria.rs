//! Criteria: every comparison, alone and combined, compared with its meaning in Rust; and the value index after
//! changes.

use super::{
    A, B, Check, INES, JUN, fields, found, id, leads, new_record, permit, read, stamp, write,
};
use crate::Store;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use tanzanite_crm::criteria::{
    Criteria, FieldKey, FieldTest, HeadKey, Test, changed_keys, record_keys, word_series,
};
use tanzanite_crm::policy::Seen;
use tanzanite_crm::schema::Number;
use tanzanite_crm::transaction::{NewRecord, RecordQuery, SortKey, Start};
use tanzanite_crm::{Metadata, StoreError, Stored, Transaction};
use tanzanite_protocol::RecordId;

pub(super) fn checks<S: Store>() -> Vec<Check<S>> {
    vec![(
        "criteria mean in the store what they mean in Rust",
        criteria_mean_what_they_mean,
    )]
}

const RECORDS: i64 = 30;

/// The values of a record: few different ones, so that each comparison holds for some and not for others.
fn values(number: i64) -> Map<String, Value> {
    let names = [
        "Ana",
        "ana ",
        "ANABEL",
        "Böhm",
        "%_\\'",
        "İstanbul",
        "\u{10ffff}",
        "😀",
    ];
    let companies = ["Acme", "Best Acme Inc.", "b-acme"];
    let mut values = fields(json!({
        "Last_Name": names[usize::try_from(number % 8).unwrap_or_default()],
        "Annual_Revenue": f64::from(i32::try_from(number % 5 - 2).unwrap_or_default()) / 2.0,
        "No_of_Employees": number % 4 - 1,
        "Email_Opt_Out": number % 2 == 0,
        "Company": companies[usize::try_from(number % 3).unwrap_or_default()],
    }));
    if number % 3 > 0 {
        values.insert(
            "Lead_Status".to_owned(),
            ["Contacted", "Lost Lead"][usize::try_from(number % 2).unwrap_or_default()].into(),
        );
    }
    values
}

fn keys(metadata: &Metadata, values: &Map<String, Value>) -> Vec<FieldKey> {
    let module = metadata.module_numbered(leads());
    module.map_or_else(Vec::new, |module| {
        record_keys(module, metadata.zone(), values)
    })
}

fn metadata(tx: &mut dyn Transaction) -> Stored<std::sync::Arc<Metadata>> {
    tx.metadata(A)?
        .ok_or_else(|| StoreError::new("no organisation"))
}

/// Records of two organisations under the same ids. In the first every second one is changed, and every seventh is in
/// the recycle bin.
fn plant<S: Store>(store: &S) {
    found(store);
    write(store, |tx| {
        let metadata = metadata(tx)?;
        for number in 1..=RECORDS {
            let fields = values(number);
            let owner = if number % 3 == 0 { INES } else { JUN };
            let new = NewRecord {
                owner,
                keys: keys(&metadata, &fields),
                fields,
                ..new_record("n", 100 * (number % 5))
            };
            tx.insert_record(permit(A, leads(), id(number)), &new)?;
            tx.insert_record(permit(B, leads(), id(number)), &new)?;
            if number % 2 == 0 {
                let fields = values(number + 11);
                let (keys_gone, keys) = changed_keys(&new.keys, keys(&metadata, &fields));
                let change = NewRecord {
                    fields,
                    keys,
                    keys_gone,
                    ..new
                };
                tx.update_record(permit(A, leads(), id(number)), &change)?;
            }
            if number % 7 == 0 {
                tx.delete_record(permit(A, leads(), id(number)), stamp(5_000, JUN))?;
            }
        }
        Ok(())
    });
}

/// Each comparison with each key that there is, and some that are near.
fn comparisons(number: impl Fn(&str) -> Option<Number>, all: &[FieldKey]) -> Vec<Criteria> {
    let mut found = Vec::new();
    for name in [
        "Last_Name",
        "Full_Name",
        "Annual_Revenue",
        "No_of_Employees",
        "Email_Opt_Out",
        "Lead_Status",
        "Company",
    ] {
        let Some(field) = number(name) else {
            panic!("Leads have no field {name}");
        };
        let series = match name {
            "Company" => word_series(field).to_vec(),
            _ => vec![field],
        };
        let of_field = all.iter().filter(|(number, _)| series.contains(number));
        let keys: BTreeSet<String> = of_field.map(|(_, key)| key.clone()).collect();
        let mut tests = vec![FieldTest::Present, FieldTest::Is(Test::OneOf(Vec::new()))];
        tests.push(FieldTest::Is(Test::OneOf(
            keys.iter().take(2).cloned().collect(),
        )));
        for key in keys.into_iter().chain(["an".to_owned(), "%".to_owned()]) {
            tests.extend([
                FieldTest::Is(Test::OneOf(vec![key.clone()])),
                FieldTest::Is(Test::From(key.clone())),
                FieldTest::Is(Test::Above(key.clone())),
                FieldTest::Is(Test::UpTo(key.clone())),
                FieldTest::Is(Test::Below(key.clone())),
                FieldTest::StartsWith(key.chars().take(2).collect()),
                FieldTest::EndsWith(key.chars().skip(1).chain(['e']).collect()),
                FieldTest::EndsWith(key.clone()),
                FieldTest::Contains(key.chars().skip(1).chain(['b']).take(1).collect()),
            ]);
        }
        let keys = |test| Criteria::Keys(series.clone(), test);
        found.extend(tests.into_iter().map(keys));
    }
    for (key, value) in [
        (HeadKey::Id, 12),
        (HeadKey::Owner, INES.get()),
        (HeadKey::CreatedBy, JUN.get()),
        (HeadKey::ModifiedBy, INES.get()),
        (HeadKey::CreatedTime, 200),
        (HeadKey::ModifiedTime, 300),
    ] {
        let tests = [
            Test::OneOf(vec![value]),
            Test::OneOf(vec![value, 13]),
            Test::From(value),
            Test::Above(value),
            Test::UpTo(value),
            Test::Below(value),
        ];
        found.extend(tests.map(|test| Criteria::Head(key, test)));
    }
    found
}

/// The comparisons alone, turned, and each with others in every way of combining two.
fn all_criteria(comparisons: &[Criteria]) -> Vec<Criteria> {
    let mut all = comparisons.to_vec();
    all.extend([Criteria::All(Vec::new()), Criteria::Any(Vec::new())]);
    for (index, one) in comparisons.iter().enumerate() {
        let other = &comparisons[(index * 7 + 3) % comparisons.len()];
        let not = |part: &Criteria| Criteria::Not(Box::new(part.clone()));
        all.push(not(one));
        all.push(Criteria::All(vec![one.clone(), other.clone()]));
        all.push(Criteria::All(vec![not(other), one.clone()]));
        all.push(Criteria::Any(vec![one.clone(), not(other)]));
        all.push(not(&Criteria::Any(vec![
            other.clone(),
            Criteria::All(vec![one.clone(), not(other)]),
        ])));
    }
    all
}

/// A record as a list has it, with the keys of its values.
type Keyed = (tanzanite_crm::transaction::Record, Vec<FieldKey>);

fn criteria_mean_what_they_mean<S: Store>(store: &S) {
    plant(store);
    let compared = read(store, |tx| {
        let metadata = metadata(tx)?;
        let everything = RecordQuery::all(Seen::bypassing_policy_as_operator(A, leads()), 1_000);
        let all: Vec<Keyed> = tx
            .records(&everything)?
            .into_iter()
            .map(|record| {
                let keys = keys(&metadata, &record.fields);
                (record, keys)
            })
            .collect();
        assert_eq!(all.len(), 26, "the recycle bin's are none");
        let keys: Vec<FieldKey> = all.iter().flat_map(|(_, keys)| keys.clone()).collect();
        let number = |name: &str| {
            let field = metadata.module_numbered(leads())?.field(name)?;
            Some(field.number)
        };
        let (mut compared, mut held) = (0, 0);
        for (index, criteria) in all_criteria(&comparisons(number, &keys))
            .into_iter()
            .enumerate()
        {
            held += compare(&all, &criteria, index, tx)?;
            compared += 1;
        }
        assert!(held > compared, "{held} records of {compared} criteria");
        Ok(compared)
    });
    assert!(compared > 1_000, "{compared} criteria were compared");
}

/// How many records a criterion holds for, in the store as in Rust. Sort key, direction, owners, ids and beginning
/// change with the index.
fn compare(
    all: &[Keyed],
    criteria: &Criteria,
    index: usize,
    tx: &mut dyn Transaction,
) -> Stored<usize> {
    let seen = Seen::bypassing_policy_as_operator(A, leads());
    let owner = index.is_multiple_of(3).then_some(INES);
    let ids: Option<Vec<RecordId>> = index.is_multiple_of(5).then(|| (1..20).map(id).collect());
    let sort = [SortKey::Id, SortKey::CreatedTime, SortKey::ModifiedTime][index / 2 % 3];
    let query = RecordQuery {
        criteria: Some(criteria.clone()),
        ids: ids.clone(),
        sort,
        descending: index.is_multiple_of(4),
        start: Start::Offset(u32::from(index.is_multiple_of(11))),
        ..RecordQuery::all(
            match owner {
                Some(owner) => seen.of_owners(vec![owner]),
                None => seen,
            },
            1_000,
        )
    };
    let mut expected: Vec<_> = all
        .iter()
        .filter(|(record, keys)| criteria.holds(&record.head, keys))
        .map(|(record, _)| record)
        .filter(|record| owner.is_none_or(|owner| record.head.owner == owner))
        .filter(|record| ids.as_ref().is_none_or(|ids| ids.contains(&record.head.id)))
        .collect();
    expected.sort_by_key(|record| {
        let key = match query.sort {
            SortKey::Id => 0,
            SortKey::CreatedTime => record.head.created.at.millis(),
            SortKey::ModifiedTime => record.head.modified.at.millis(),
        };
        (key, record.head.id)
    });
    if query.descending {
        expected.reverse();
    }
    let count = tx.count_records(&query)?;
    assert_eq!(usize::try_from(count), Ok(expected.len()), "{query:?}");
    let expected: Vec<i64> = expected
        .into_iter()
        .skip(usize::from(index.is_multiple_of(11)))
        .map(|record| record.head.id.get())
        .collect();
    let listed = tx.records(&query)?;
    let listed: Vec<i64> = listed.iter().map(|record| record.head.id.get()).collect();
    assert_eq!(listed, expected, "{query:?}");
    Ok(listed.len())
}
