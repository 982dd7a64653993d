//! Aggregates, of all records that a query means or of groups of them.
//!
//! The records are read and put together here, at most [`limits::COQL_READ_RECORDS_MAX`]. Only a number of records is
//! counted by the store, however many they are.

use super::columns::{Column, find, values};
use super::faults;
use super::parse::{Aggregate, Query, Term, too_much};
use super::query::Limit;
use crate::amount::{decimal, shown};
use crate::call::Call;
use crate::policy::ModuleView;
use crate::schema::{Field, Kind};
use crate::transaction::{RecordQuery, Transaction};
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use std::cmp::Ordering;
use std::collections::HashMap;
use tanzanite_protocol::{Fault, Timestamp, limits};

/// Digits after the point of an average, which is assumed.
const DIGITS_OF_AVERAGE: u32 = 9;

/// A group: the values that its records have in common, and its aggregates.
type Group = (Vec<Value>, Vec<Total>);

/// The rows of a query, and whether there are more.
pub(super) fn rows(
    call: &Call<'_>,
    tx: &mut dyn Transaction,
    view: ModuleView<'_>,
    query: &Query,
    limit: &Limit,
    question: RecordQuery,
) -> Result<(Vec<Value>, bool), Fault> {
    // Aggregates that only the order asks for are made as well.
    let sorted = query.order.iter().map(|sorted| &sorted.term);
    let asked = query
        .columns
        .iter()
        .map(|column| &column.term)
        .chain(sorted);
    let mut aggregates: Vec<&Term> = Vec::new();
    for term in asked {
        if term.aggregate.is_none() {
            group_of(query, term)?;
        } else if !aggregates.contains(&term) {
            aggregates.push(term);
        }
    }
    let mut totals = Vec::with_capacity(aggregates.len());
    let mut columns = Vec::with_capacity(query.groups.len() + aggregates.len());
    for group in &query.groups {
        columns.push(find(view, group)?);
    }
    for term in &aggregates {
        let column = find(view, &term.path)?;
        totals.push(Total::of(term, column.field())?);
        columns.push(column);
    }
    let counts_records = query.groups.is_empty() && matches!(columns.as_slice(), [Column::Id]);
    let groups = if counts_records {
        vec![(Vec::new(), vec![Total::Count(tx.count_records(&question)?)])]
    } else {
        gathered(call, tx, view, query, &columns, &totals, question)?
    };
    let cell = |(common, totals): &Group, term: &Term| -> Value {
        if term.aggregate.is_none() {
            let place = query.groups.iter().position(|group| *group == term.path);
            let value = place.and_then(|place| common.get(place));
            return value.cloned().unwrap_or_default();
        }
        let place = aggregates.iter().position(|aggregate| *aggregate == term);
        let total = place.and_then(|place| totals.get(place));
        total.map_or(Value::Null, Total::shown)
    };
    let mut keyed: Vec<(Vec<Value>, &Group)> = groups
        .iter()
        .map(|group| {
            (
                query
                    .order
                    .iter()
                    .map(|sorted| cell(group, &sorted.term))
                    .collect(),
                group,
            )
        })
        .collect();
    // The sort is stable: groups that are equal stay in the order of their oldest records.
    keyed.sort_by(|(one, _), (other, _)| {
        let mut orders = one
            .iter()
            .zip(other)
            .zip(&query.order)
            .map(|((one, other), sorted)| {
                let order = compared(one, other);
                if sorted.descending {
                    order.reverse()
                } else {
                    order
                }
            });
        orders
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    let (offset, size) = (limit.offset as usize, limit.rows as usize);
    let more = keyed.len() > offset.saturating_add(size);
    let page = keyed.into_iter().skip(offset).take(size);
    let rows = page.map(|(_, group)| {
        let cells = query.columns.iter();
        let cells = cells.map(|column| (column.key.clone(), cell(group, &column.term)));
        Value::Object(cells.collect::<Map<String, Value>>())
    });
    Ok((rows.collect(), more))
}

/// Beside aggregates only columns can stand that the records are grouped by.
fn group_of(query: &Query, term: &Term) -> Result<(), Fault> {
    if query.groups.contains(&term.path) {
        return Ok(());
    }
    Err(Fault::new(&faults::COLUMN_INVALID).with("column_name", term.path.join(".")))
}

/// The groups, in the order of their oldest records. Without `group by` all records are one.
fn gathered(
    call: &Call<'_>,
    tx: &mut dyn Transaction,
    view: ModuleView<'_>,
    query: &Query,
    columns: &[Column<'_>],
    totals: &[Total],
    question: RecordQuery,
) -> Result<Vec<Group>, Fault> {
    let records = tx.records(&RecordQuery {
        limit: limits::COQL_READ_RECORDS_MAX + 1,
        ..question
    })?;
    if records.len() > limits::COQL_READ_RECORDS_MAX as usize {
        let clause = if query.groups.is_empty() {
            "aggregate"
        } else {
            "group by"
        };
        return Err(too_much(clause, limits::COQL_READ_RECORDS_MAX as usize));
    }
    let columns: Vec<&Column<'_>> = columns.iter().collect();
    let rows = values(call, tx, view, &records, &columns)?;
    let mut groups: Vec<Group> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    if query.groups.is_empty() {
        groups.push((Vec::new(), totals.to_vec()));
        places.insert(key(&[]), 0);
    }
    for mut row in rows {
        let cells = row.split_off(query.groups.len());
        let place = *places.entry(key(&row)).or_insert_with(|| {
            groups.push((row, totals.to_vec()));
            groups.len() - 1
        });
        let group = groups.get_mut(place);
        for (total, value) in group.into_iter().flat_map(|group| &mut group.1).zip(&cells) {
            total.add(value);
        }
    }
    Ok(groups)
}

fn key(common: &[Value]) -> String {
    Value::from(common).to_string()
}

/// The order of two values: nothing comes first, numbers and instants go by what they mean.
fn compared(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Null, _) | (_, Value::Null) => other.is_null().cmp(&one.is_null()),
        (Value::Number(a), Value::Number(b)) => a
            .as_f64()
            .partial_cmp(&b.as_f64())
            .unwrap_or(Ordering::Equal),
        (Value::String(a), Value::String(b)) => match (Timestamp::parse(a), Timestamp::parse(b)) {
            (Some(a), Some(b)) => a.millis().cmp(&b.millis()),
            _ => a.cmp(b),
        },
        (Value::Object(a), Value::Object(b)) => {
            let name = |object: &Map<String, Value>| object.get("name").map(Value::to_string);
            name(a).cmp(&name(b))
        }
        (one, other) => one.to_string().cmp(&other.to_string()),
    }
}

/// An aggregate that grows value by value.
#[derive(Clone, Debug)]
enum Total {
    Count(u64),
    Sum(Option<Decimal>),
    Avg(Decimal, u64),
    /// The least or the greatest value; the ordering says which of two stays.
    Extreme(Value, Ordering),
}

impl Total {
    fn of(term: &Term, field: Option<&Field>) -> Result<Self, Fault> {
        let data_type = field.map_or("id", |field| field.kind.data_type());
        let kind = field.map(|field| &field.kind);
        let is_number = matches!(
            kind,
            Some(Kind::Integer | Kind::Bigint | Kind::Double | Kind::Currency | Kind::Percent)
        );
        let has_order = is_number || matches!(kind, Some(Kind::Date | Kind::Datetime));
        Ok(match term.aggregate {
            None | Some(Aggregate::Count) => Self::Count(0),
            Some(Aggregate::Sum) if is_number => Self::Sum(None),
            Some(Aggregate::Avg) if is_number => Self::Avg(Decimal::ZERO, 0),
            Some(Aggregate::Min) if has_order => Self::Extreme(Value::Null, Ordering::Less),
            Some(Aggregate::Max) if has_order => Self::Extreme(Value::Null, Ordering::Greater),
            Some(_) => {
                return Err(Fault::new(&faults::COLUMN_UNSUPPORTED)
                    .with("column_name", term.to_string())
                    .with("data_type", data_type));
            }
        })
    }

    fn add(&mut self, value: &Value) {
        if value.is_null() {
            return;
        }
        match self {
            Self::Count(count) => *count += 1,
            Self::Sum(sum) => {
                let before = sum.unwrap_or_default();
                *sum = Some(decimal(value).map_or(before, |value| before.saturating_add(value)));
            }
            Self::Avg(sum, count) => {
                if let Some(value) = decimal(value) {
                    *sum = sum.saturating_add(value);
                    *count += 1;
                }
            }
            Self::Extreme(found, stays) => {
                if found.is_null() || compared(value, found) == *stays {
                    *found = value.clone();
                }
            }
        }
    }

    fn shown(&self) -> Value {
        match self {
            Self::Count(count) => (*count).into(),
            Self::Sum(None) | Self::Avg(_, 0) => Value::Null,
            Self::Sum(Some(sum)) => shown(*sum),
            Self::Avg(sum, count) => {
                let average = sum.checked_div(Decimal::from(*count));
                average.map_or(Value::Null, |average| {
                    shown(average.round_dp(DIGITS_OF_AVERAGE))
                })
            }
            Self::Extreme(value, _) => value.clone(),
        }
    }
}
