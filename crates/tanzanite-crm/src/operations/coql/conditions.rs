//! The conditions of a query as criteria. One on a column of another module becomes one on the ids of the records there
//! for which it holds, which are at most [`limits::COQL_TARGETS_MAX`].

use super::columns::{Column, UserPart, find};
use super::faults;
use super::parse::{Comparator, Comparison, Condition, Subquery, not_served, too_much};
use super::query::{Limit, module, rows};
use crate::call::Call;
use crate::criteria::compare::{Equality, Mismatch, Operator, compared, head_key, id_compared};
use crate::criteria::{Criteria, FieldTest, folded};
use crate::policy::ModuleView;
use crate::schema::{Field, Kind};
use crate::transaction::{RecordQuery, Transaction};
use serde_json::Value;
use tanzanite_protocol::{Fault, limits};

/// The criteria of a condition on the records of a module.
pub(crate) fn criteria(
    call: &Call<'_>,
    view: ModuleView<'_>,
    condition: &Condition,
    tx: &mut dyn Transaction,
) -> Result<Criteria, Fault> {
    let mut all = |parts: &[Condition]| -> Result<Vec<Criteria>, Fault> {
        let parts = parts.iter().map(|part| criteria(call, view, part, tx));
        parts.collect()
    };
    Ok(match condition {
        Condition::All(parts) => Criteria::All(all(parts)?),
        Condition::Any(parts) => Criteria::Any(all(parts)?),
        Condition::Compare(comparison) => {
            let column = find(view, &comparison.path)?;
            let Some(subquery) = &comparison.subquery else {
                return of_column(call, &column, comparison, tx);
            };
            let values = subquery_values(call, subquery, tx)?;
            let compares_with_one =
                !matches!(comparison.comparator, Comparator::In | Comparator::NotIn);
            match values.len() {
                0 if compares_with_one => return Ok(Criteria::Any(Vec::new())),
                0 | 1 => {}
                _ if compares_with_one => {
                    return Err(Fault::new(&faults::SUBQUERY_VALUES)
                        .with("sub_query_sequence", subquery.sequence)
                        .with("operator", comparison.comparator.as_str()));
                }
                _ => {}
            }
            let compared = Comparison {
                path: comparison.path.clone(),
                comparator: comparison.comparator,
                values,
                subquery: None,
            };
            of_column(call, &column, &compared, tx)?
        }
    })
}

/// The values of a subquery's column, without those that are empty: of a lookup the id.
fn subquery_values(
    call: &Call<'_>,
    Subquery { query, .. }: &Subquery,
    tx: &mut dyn Transaction,
) -> Result<Vec<String>, Fault> {
    let view = ModuleView::new(call.caller, module(call, &query.module)?);
    let limit_max = limits::COQL_SUBQUERY_RECORDS_MAX;
    let limit = Limit {
        rows: query.limit.unwrap_or(limit_max),
        offset: query.offset,
    };
    if limit.rows > limit_max {
        return Err(too_much("subquery", limit_max as usize));
    }
    let question = RecordQuery {
        criteria: Some(criteria(call, view, &query.condition, tx)?),
        ..RecordQuery::all(view.seen(), 0)
    };
    let (rows, more) = rows(call, tx, view, query, &limit, question)?;
    if more && query.limit.is_none() {
        return Err(too_much("subquery", limit_max as usize));
    }
    let keys = query.columns.iter().map(|column| column.key.as_str());
    let cells = keys.flat_map(|key| rows.iter().map(move |row| &row[key]));
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Object(object) => object.get("id")?.as_str().map(str::to_owned),
        other => Some(other.to_string()),
    };
    Ok(cells.filter_map(text).collect())
}

fn of_column(
    call: &Call<'_>,
    column: &Column<'_>,
    comparison: &Comparison,
    tx: &mut dyn Transaction,
) -> Result<Criteria, Fault> {
    match column {
        Column::Id => of_id(comparison),
        Column::Field(field) => of_field(call, field, comparison),
        Column::OfUser(field, part) => of_user(call, field, *part, comparison),
        Column::Through(field, target, inner) => match (&**inner, comparison.comparator) {
            // The id is in the lookup itself.
            (Column::Id, _) => of_field(call, field, comparison),
            (inner, comparator) => {
                let holds = of_column(call, inner, comparison, tx)?;
                let limit = limits::COQL_TARGETS_MAX;
                let found = tx.records(&RecordQuery {
                    criteria: Some(holds),
                    ..RecordQuery::all(target.seen(), limit + 1)
                })?;
                if found.len() > limit as usize {
                    return Err(too_much("join", limit as usize));
                }
                let ids = found.iter().map(|record| record.head.id.to_string());
                let refers = compared(
                    field,
                    call.metadata().zone(),
                    Operator::In,
                    Equality::Whole,
                    &ids.collect::<Vec<_>>(),
                );
                let refers = refers.map_err(|mismatch| told(field, comparison, &mismatch))?;
                // A record without the lookup has nothing there either.
                Ok(if comparator == Comparator::Null {
                    Criteria::Any(vec![absent(field), refers])
                } else {
                    refers
                })
            }
        },
    }
}

fn of_id(comparison: &Comparison) -> Result<Criteria, Fault> {
    let everything = || Criteria::All(Vec::new());
    match operator(comparison.comparator) {
        Some((operator, negated)) => {
            let holds =
                id_compared(operator, &comparison.values).map_err(|mismatch| match mismatch {
                    Mismatch::Operator => invalid_operator(comparison),
                    Mismatch::Value(_) => invalid_value(comparison, "bigint"),
                })?;
            Ok(turned(holds, negated, everything()))
        }
        None if comparison.comparator == Comparator::NotNull => Ok(everything()),
        None if comparison.comparator == Comparator::Null => Ok(Criteria::Any(Vec::new())),
        None => Err(invalid_operator(comparison)),
    }
}

fn of_field(call: &Call<'_>, field: &Field, comparison: &Comparison) -> Result<Criteria, Fault> {
    match field.kind {
        Kind::Textarea | Kind::ProfileImage => {
            return Err(Fault::new(&faults::COLUMN_UNSUPPORTED)
                .with("column_name", comparison.path.join("."))
                .with("data_type", field.kind.data_type()));
        }
        Kind::MultiSelectPicklist(_)
            if !matches!(
                comparison.comparator,
                Comparator::Null | Comparator::NotNull
            ) =>
        {
            return Err(not_served("values of a multi-select picklist"));
        }
        _ => {}
    }
    let present = present(field);
    match (comparison.comparator, comparison.values.as_slice()) {
        (Comparator::NotNull, _) => Ok(present),
        (Comparator::Null, _) => Ok(absent(field)),
        (comparator @ (Comparator::Like | Comparator::NotLike), [pattern]) => {
            let holds = like(call, field, comparison, pattern)?;
            let negated = comparator == Comparator::NotLike;
            Ok(turned(holds, negated, present))
        }
        (comparator, values) => {
            let (operator, negated) =
                operator(comparator).ok_or_else(|| invalid_operator(comparison))?;
            let zone = call.metadata().zone();
            let holds = compared(field, zone, operator, Equality::Whole, values)
                .map_err(|mismatch| told(field, comparison, &mismatch))?;
            Ok(turned(holds, negated, present))
        }
    }
}

/// `like` with a percent sign at either end, or at both; `not like` at both alone, as the vendor has it.
fn like(
    call: &Call<'_>,
    field: &Field,
    comparison: &Comparison,
    pattern: &str,
) -> Result<Criteria, Fault> {
    let is_text = matches!(
        field.kind,
        Kind::Text | Kind::Email | Kind::Phone | Kind::Website | Kind::Picklist(_)
    );
    let begins = pattern.starts_with('%');
    let ends = pattern.len() > 1 && pattern.ends_with('%');
    if !is_text || (comparison.comparator == Comparator::NotLike && !(begins && ends)) {
        return Err(invalid_operator(comparison));
    }
    let inner = pattern.trim_matches('%');
    if inner.contains('%') {
        return Err(not_served("like"));
    }
    let text = folded(inner);
    if text.is_empty() {
        return Ok(present(field));
    }
    let test = match (begins, ends) {
        (true, true) => FieldTest::Contains(text),
        (true, false) => FieldTest::EndsWith(text),
        (false, true) => FieldTest::StartsWith(text),
        (false, false) => {
            let zone = call.metadata().zone();
            let values = [inner.to_owned()];
            return compared(field, zone, Operator::Equals, Equality::Whole, &values)
                .map_err(|mismatch| told(field, comparison, &mismatch));
        }
    };
    Ok(Criteria::field(field.number, test))
}

/// The users for whom it holds are looked for among all: they are in memory.
fn of_user(
    call: &Call<'_>,
    field: &Field,
    part: UserPart,
    comparison: &Comparison,
) -> Result<Criteria, Fault> {
    let values: Vec<String> = comparison
        .values
        .iter()
        .map(|value| folded(value))
        .collect();
    let pattern = values.first().map(String::as_str).unwrap_or_default();
    let inner = pattern.trim_matches('%');
    let is_like = |text: &str| match (pattern.starts_with('%'), pattern.ends_with('%')) {
        (true, true) => text.contains(inner),
        (true, false) => text.ends_with(inner),
        (false, true) => text.starts_with(inner),
        (false, false) => text == inner,
    };
    let holds = |text: Option<&str>| {
        Ok(match (comparison.comparator, text) {
            (Comparator::Null, text) => text.is_none(),
            (_, None) => false,
            (Comparator::NotNull, Some(_)) => true,
            (Comparator::Equal | Comparator::In, Some(text)) => {
                values.iter().any(|value| value == text)
            }
            (Comparator::NotEqual | Comparator::NotIn, Some(text)) => {
                values.iter().all(|value| value != text)
            }
            (Comparator::Like, Some(text)) => is_like(text),
            (Comparator::NotLike, Some(text)) => !is_like(text),
            _ => return Err(invalid_operator(comparison)),
        })
    };
    let mut ids = Vec::new();
    for user in call.metadata().users() {
        let text = part.of(user).map(|text| folded(&text));
        if holds(text.as_deref())? {
            ids.push(user.id.to_string());
        }
    }
    let zone = call.metadata().zone();
    compared(field, zone, Operator::In, Equality::Whole, &ids)
        .map_err(|mismatch| told(field, comparison, &mismatch))
}

/// A comparator as the operator of criteria, and whether it is turned.
fn operator(comparator: Comparator) -> Option<(Operator, bool)> {
    Some(match comparator {
        Comparator::Equal => (Operator::Equals, false),
        Comparator::NotEqual => (Operator::NotEqual, false),
        Comparator::Greater => (Operator::GreaterThan, false),
        Comparator::GreaterEqual => (Operator::GreaterEqual, false),
        Comparator::Less => (Operator::LessThan, false),
        Comparator::LessEqual => (Operator::LessEqual, false),
        Comparator::Between => (Operator::Between, false),
        Comparator::NotBetween => (Operator::Between, true),
        Comparator::In => (Operator::In, false),
        Comparator::NotIn => (Operator::In, true),
        Comparator::Like | Comparator::NotLike | Comparator::Null | Comparator::NotNull => {
            return None;
        }
    })
}

/// That it does not hold, for a record that has a value.
fn turned(holds: Criteria, negated: bool, present: Criteria) -> Criteria {
    if negated {
        Criteria::All(vec![present, Criteria::Not(Box::new(holds))])
    } else {
        holds
    }
}

/// That a field has a value. The head's always have, and so has a checkbox.
fn present(field: &Field) -> Criteria {
    if head_key(&field.api_name).is_some() || field.kind == Kind::Boolean {
        return Criteria::All(Vec::new());
    }
    Criteria::field(field.number, FieldTest::Present)
}

fn absent(field: &Field) -> Criteria {
    Criteria::Not(Box::new(present(field)))
}

fn told(field: &Field, comparison: &Comparison, mismatch: &Mismatch) -> Fault {
    match mismatch {
        Mismatch::Operator => invalid_operator(comparison),
        Mismatch::Value(_) => invalid_value(comparison, field.kind.data_type()),
    }
}

fn invalid_operator(comparison: &Comparison) -> Fault {
    Fault::new(&faults::OPERATOR_INVALID)
        .with("reason", "invalid operator found")
        .with("column_name", comparison.path.join("."))
        .with("operator", comparison.comparator.as_str())
}

fn invalid_value(comparison: &Comparison, expected: &str) -> Fault {
    Fault::new(&faults::VALUE_INVALID)
        .with("column_name", comparison.path.join("."))
        .with("expected_data_type", expected)
}
