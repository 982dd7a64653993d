//! The criteria of processes and transitions: the notation of searches, about the record's own values. Lookups are
//! compared by id.

use crate::criteria::Criteria;
use crate::criteria::compare::{Equality, Mismatch, Operator, compared, id_compared};
use crate::criteria::notation::{Condition, Malformed, Node, parse};
use crate::schema::Module;
use jiff::tz::TimeZone;
use tanzanite_protocol::limits;

/// The criteria that a text states, or the reason why it states none.
pub(super) fn condition(module: &Module, zone: &TimeZone, text: &str) -> Result<Criteria, String> {
    let node = parse(text).map_err(|malformed| match malformed {
        Malformed::Form => "it is not of the form (field:operator:value)".to_owned(),
        Malformed::Conditions => "it has too many conditions".to_owned(),
    })?;
    stated(module, zone, &node)
}

fn stated(module: &Module, zone: &TimeZone, node: &Node) -> Result<Criteria, String> {
    let all = |parts: &[Node]| {
        let parts = parts.iter().map(|part| stated(module, zone, part));
        parts.collect::<Result<Vec<_>, _>>()
    };
    match node {
        Node::All(parts) => all(parts).map(Criteria::All),
        Node::Any(parts) => all(parts).map(Criteria::Any),
        Node::Condition(condition) => one(module, zone, condition),
    }
}

fn one(module: &Module, zone: &TimeZone, condition: &Condition) -> Result<Criteria, String> {
    let Condition { name, operator, .. } = condition;
    let not_so = || format!("{name} is not compared by {operator:?}");
    let word = Operator::parse(operator).ok_or_else(not_so)?;
    let values = match word {
        Operator::In | Operator::Between => condition.values(),
        _ => vec![condition.value()],
    };
    if values.len() > limits::SEARCH_VALUES_MAX {
        return Err(format!("{name} is compared with too many values"));
    }
    if word == Operator::Between && values.len() != 2 {
        return Err(format!("{name} is between two values"));
    }
    let unsuited = |mismatch| match mismatch {
        Mismatch::Operator => not_so(),
        Mismatch::Value(value) => format!("{name} cannot be {value:?}"),
    };
    if name == "id" {
        return id_compared(word, &values).map_err(unsuited);
    }
    let field = module.field(name).filter(|field| !field.is_composed());
    let field = field.ok_or_else(|| format!("{} has no field {name:?}", module.api_name))?;
    compared(field, zone, word, Equality::Whole, &values).map_err(unsuited)
}
