//! The conditions of a search, by the fields that the caller may see.
//!
//! A condition names a field, or a part of what a lookup refers to: `Owner.email`, `Account_Name.name`,
//! `Account_Name.id`. A name is looked for among the users, or among the records of the lookup's module that the caller
//! may see.

use super::faults;
use crate::call::ModuleCall;
use crate::criteria::Criteria;
use crate::criteria::compare::{self, Equality, Mismatch, Operator, compared};
use crate::criteria::notation::{self, Condition, Malformed, Node};
use crate::metadata::User;
use crate::schema::Kind;
use crate::transaction::{RecordQuery, Transaction};
use crate::versions;
use tanzanite_protocol::{Fault, limits};

/// The part of a lookup that a condition is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// An id, or else a name.
    Either,
    Id,
    Name,
    Email,
}

/// The criteria that a text states.
pub(super) fn read(
    call: &ModuleCall<'_>,
    text: &str,
    tx: &mut dyn Transaction,
) -> Result<Criteria, Fault> {
    let node = notation::parse(text).map_err(|malformed| {
        Fault::new(match malformed {
            Malformed::Form => &faults::CRITERIA_MALFORMED,
            Malformed::Conditions => &faults::CRITERIA_TOO_MANY,
        })
    })?;
    stated(call, &node, tx)
}

fn stated(call: &ModuleCall<'_>, node: &Node, tx: &mut dyn Transaction) -> Result<Criteria, Fault> {
    let mut all = |parts: &[Node]| -> Result<Vec<Criteria>, Fault> {
        parts.iter().map(|part| stated(call, part, tx)).collect()
    };
    match node {
        Node::All(parts) => all(parts).map(Criteria::All),
        Node::Any(parts) => all(parts).map(Criteria::Any),
        Node::Condition(stated) => condition(call, stated, tx),
    }
}

fn condition(
    call: &ModuleCall<'_>,
    condition: &Condition,
    tx: &mut dyn Transaction,
) -> Result<Criteria, Fault> {
    let name = condition.name.as_str();
    let operator_fault = || {
        Fault::new(&faults::CRITERIA_OPERATOR)
            .with("reason", "invalid operator found")
            .with("api_name", name)
            .with("operator", condition.operator.as_str())
    };
    let operator = Operator::parse(&condition.operator).ok_or_else(operator_fault)?;
    let values = match operator {
        Operator::In | Operator::Between => condition.values(),
        _ => vec![condition.value()],
    };
    if values.len() > limits::SEARCH_VALUES_MAX {
        return Err(Fault::new(&faults::CRITERIA_VALUES_TOO_MANY).with("api_name", name));
    }
    let (field_name, part) = parted(name);
    let field = versions::field_called(call.version(), call.view(), field_name)
        .filter(|field| !field.is_composed());
    let told = |expected: &'static str| {
        move |mismatch: Mismatch| match mismatch {
            Mismatch::Operator => operator_fault(),
            Mismatch::Value(value) => Fault::new(&faults::CRITERIA_VALUE)
                .with("expected_data_type", expected)
                .with("reason", "invalid value for search")
                .with("api_name", name)
                .with("value", value),
        }
    };
    if operator == Operator::Between && values.len() != 2 {
        let expected = field.map_or("bigint", |field| field.kind.data_type());
        return Err(told(expected)(Mismatch::Value(condition.value())));
    }
    if name == "id" {
        return compare::id_compared(operator, &values).map_err(told("bigint"));
    }
    let field = field.ok_or_else(|| unavailable(name))?;
    let is_reference = matches!(
        field.kind,
        Kind::Lookup(_) | Kind::OwnerLookup | Kind::UserLookup
    );
    if !is_reference && part != Part::Either {
        return Err(unavailable(name));
    }
    let values = match &field.kind {
        Kind::Lookup(module) => referred(call, tx, name, module, part, values)?,
        Kind::OwnerLookup | Kind::UserLookup => users(call, part, values),
        _ => values,
    };
    let zone = call.metadata().zone();
    compared(field, zone, operator, Equality::Words, &values).map_err(told(field.kind.data_type()))
}

/// A field's name and the part of its lookup.
fn parted(name: &str) -> (&str, Part) {
    let Some((field, part)) = name.split_once('.') else {
        return (name, Part::Either);
    };
    match part {
        "id" => (field, Part::Id),
        "name" => (field, Part::Name),
        "email" => (field, Part::Email),
        // There is no such field.
        _ => (name, Part::Either),
    }
}

/// The ids of the users that values name. A value that names none stays, and is compared as what it is.
fn users(call: &ModuleCall<'_>, part: Part, values: Vec<String>) -> Vec<String> {
    let users = call.metadata().users();
    let named = |value: String| -> Vec<String> {
        let is_named = |user: &User| match part {
            Part::Id => false,
            Part::Name => user.full_name().eq_ignore_ascii_case(&value),
            Part::Email => user.email.eq_ignore_ascii_case(&value),
            Part::Either => {
                user.full_name().eq_ignore_ascii_case(&value)
                    || user.email.eq_ignore_ascii_case(&value)
            }
        };
        let ids = users.iter().filter(|user| is_named(user));
        let ids: Vec<String> = ids.map(|user| user.id.to_string()).collect();
        let is_id = value.parse::<i64>().is_ok() && matches!(part, Part::Id | Part::Either);
        if ids.is_empty() && (is_id || part == Part::Id) {
            return vec![value];
        }
        if ids.is_empty() {
            vec![NOBODY.to_owned()]
        } else {
            ids
        }
    };
    values.into_iter().flat_map(named).collect()
}

/// The id of nothing.
const NOBODY: &str = "0";

/// The ids of the records that values name.
fn referred(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    name: &str,
    module: &str,
    part: Part,
    values: Vec<String>,
) -> Result<Vec<String>, Fault> {
    let is_id = |value: &String| value.parse::<i64>().is_ok();
    match part {
        Part::Id => return Ok(values),
        Part::Either if values.iter().all(is_id) => return Ok(values),
        Part::Email => return Err(unavailable(name)),
        Part::Either | Part::Name => {}
    }
    let view = call.view().of_lookup(module);
    let view = view.ok_or_else(|| unavailable(name))?;
    let display = view.field(&view.module().display_field);
    let display = display.ok_or_else(|| unavailable(name))?;
    let phrases = values.iter().map(|value| compare::phrase(display, value));
    let limit = limits::SEARCH_TARGETS_MAX;
    let found = tx.records(&RecordQuery {
        criteria: Some(Criteria::Any(phrases.collect())),
        ..RecordQuery::all(view.seen(), limit + 1)
    })?;
    if found.len() > limit as usize {
        return Err(Fault::new(&faults::CRITERIA_FIELD)
            .with(
                "reason",
                "the name is that of too many records; give their ids",
            )
            .with("api_name", name));
    }
    let mut ids: Vec<String> = found
        .iter()
        .map(|record| record.head.id.to_string())
        .collect();
    if ids.is_empty() {
        ids.push(NOBODY.to_owned());
    }
    Ok(ids)
}

fn unavailable(name: &str) -> Fault {
    Fault::new(&faults::CRITERIA_FIELD)
        .with("reason", "the field is not available for search")
        .with("api_name", name)
}
