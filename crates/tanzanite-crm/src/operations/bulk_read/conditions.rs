//! The criteria of a bulk read: conditions and groups of them as JSON.
//!
//! They are those of a query in another notation, and so `coql` decides about them. Its refusals are told in the words
//! of this API.

use super::faults;
use crate::call::Call;
use crate::criteria::Criteria;
use crate::faults::KEY_NOT_SERVED;
use crate::operations::coql::{self, Comparator, Comparison, Condition};
use crate::policy::ModuleView;
use crate::transaction::Transaction;
use crate::versions;
use serde_json::{Map, Value};
use tanzanite_protocol::{Fault, limits};

/// The value that stands for none.
const EMPTY: &str = "${EMPTY}";

/// The vendor's comparators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// Compares as a query does.
    As(Comparator),
    /// Looks for the text at its beginning, its end, or anywhere, as `like` does.
    Like(Comparator, &'static str, &'static str),
}

const WORDS: &[(&str, Word)] = &[
    ("equal", Word::As(Comparator::Equal)),
    ("not_equal", Word::As(Comparator::NotEqual)),
    ("in", Word::As(Comparator::In)),
    ("not_in", Word::As(Comparator::NotIn)),
    ("less_than", Word::As(Comparator::Less)),
    ("less_equal", Word::As(Comparator::LessEqual)),
    ("greater_than", Word::As(Comparator::Greater)),
    ("greater_equal", Word::As(Comparator::GreaterEqual)),
    ("between", Word::As(Comparator::Between)),
    ("not_between", Word::As(Comparator::NotBetween)),
    ("contains", Word::Like(Comparator::Like, "%", "%")),
    ("not_contains", Word::Like(Comparator::NotLike, "%", "%")),
    ("starts_with", Word::Like(Comparator::Like, "", "%")),
    ("ends_with", Word::Like(Comparator::Like, "%", "")),
];

/// The records for which the criteria hold.
pub(super) fn read(
    call: &Call<'_>,
    view: ModuleView<'_>,
    stated: &Value,
    tx: &mut dyn Transaction,
) -> Result<Criteria, Fault> {
    Reader {
        call,
        view,
        conditions: 0,
    }
    .object(stated, "$.query.criteria", tx)
}

struct Reader<'r, 'a> {
    call: &'r Call<'a>,
    view: ModuleView<'a>,
    /// The conditions so far.
    conditions: usize,
}

impl Reader<'_, '_> {
    fn object(
        &mut self,
        stated: &Value,
        path: &str,
        tx: &mut dyn Transaction,
    ) -> Result<Criteria, Fault> {
        let at = |row| Fault::new(row).with("json_path", path);
        let Value::Object(stated) = stated else {
            return Err(at(&faults::CRITERIA_INVALID));
        };
        let has = |name: &str| stated.get(name).is_some_and(|value| !value.is_null());
        let has_condition = has("field") || has("api_name") || has("comparator");
        match stated.get("group").filter(|group| !group.is_null()) {
            Some(_) if has_condition => Err(at(&faults::CRITERIA_AMBIGUOUS)),
            Some(Value::Array(group)) if !group.is_empty() => {
                let mut parts = Vec::with_capacity(group.len());
                for (index, part) in group.iter().enumerate() {
                    parts.push(self.object(part, &format!("{path}.group[{index}]"), tx)?);
                }
                let operator = stated.get("group_operator").and_then(Value::as_str);
                match operator.map(str::to_ascii_lowercase).as_deref() {
                    Some("and") => Ok(Criteria::All(parts)),
                    Some("or") => Ok(Criteria::Any(parts)),
                    // One condition needs no operator.
                    None if parts.len() == 1 => Ok(Criteria::All(parts)),
                    _ => Err(at(&faults::GROUP_OPERATOR)),
                }
            }
            None if has_condition => self.condition(stated, path, tx),
            _ => Err(at(&faults::CRITERIA_INVALID)),
        }
    }

    fn condition(
        &mut self,
        stated: &Map<String, Value>,
        path: &str,
        tx: &mut dyn Transaction,
    ) -> Result<Criteria, Fault> {
        self.conditions += 1;
        let most = limits::BULK_READ_CONDITIONS_MAX;
        if self.conditions > most {
            return Err(Fault::new(&faults::CRITERIA_TOO_MANY).with("limit", most));
        }
        let name = self.field_of(stated);
        let name =
            name.ok_or_else(|| Fault::new(&faults::CRITERIA_INVALID).with("json_path", path))?;
        let comparator = stated
            .get("comparator")
            .and_then(Value::as_str)
            .unwrap_or("");
        let word = WORDS.iter().find(|(known, _)| *known == comparator);
        let (comparator, word) = word.ok_or_else(|| {
            Fault::new(&faults::COMPARATOR)
                .with("comparator", comparator)
                .with("api_name", name)
        })?;
        let values = values(name, stated.get("value").unwrap_or(&Value::Null))?;
        let comparison = |word| compared(name, comparator, word, &values);
        let condition = Condition::Compare(comparison(*word)?);
        let found = coql::criteria(self.call, self.view, &condition, tx);
        found.map_err(|fault| {
            if fault.is(&coql::faults::OPERATOR_INVALID) {
                return Fault::new(&faults::CONDITION_COMPARATOR)
                    .with("comparator", *comparator)
                    .with("api_name", name)
                    .with("supported", self.supported(name, tx));
            }
            self.told(&fault, name, path)
        })
    }

    /// The field's name: before v3 a text by itself, and then that of an object (clients of v2 and of later versions).
    fn field_of<'s>(&self, stated: &'s Map<String, Value>) -> Option<&'s str> {
        let of_object = stated.get("field").and_then(|field| field.get("api_name"));
        let named = if versions::bulk_modules_are_texts(self.call.version()) {
            of_object.or(stated.get("api_name"))
        } else {
            of_object
        };
        named.and_then(Value::as_str)
    }

    /// The comparators with which the field is compared, whatever the value.
    fn supported(&self, name: &str, tx: &mut dyn Transaction) -> Vec<&'static str> {
        let takes = |word: Word| {
            let values = [String::from("0"), String::from("0")];
            let count = count_of(word).unwrap_or(1);
            let comparison = compared(name, "", word, &values[..count]);
            let found = comparison.and_then(|comparison| {
                coql::criteria(self.call, self.view, &Condition::Compare(comparison), tx)
            });
            !found.is_err_and(|fault| fault.is(&coql::faults::OPERATOR_INVALID))
        };
        let mut takes = takes;
        let words = WORDS.iter().filter(|(_, word)| takes(*word));
        words.map(|(name, _)| *name).collect()
    }

    /// A refusal of a query, in the words of this API.
    fn told(&self, fault: &Fault, name: &str, path: &str) -> Fault {
        let of_field = |row| {
            Fault::new(row)
                .with("api_name", name)
                .with("module", self.view.module().api_name.as_ref())
        };
        if fault.is(&coql::faults::COLUMN_INVALID) {
            return of_field(&faults::CONDITION_FIELD_UNKNOWN);
        }
        if fault.is(&coql::faults::COLUMN_UNSUPPORTED) {
            return of_field(&faults::CONDITION_FIELD_UNSUPPORTED);
        }
        if fault.is(&coql::faults::VALUE_INVALID) {
            let details = &fault.to_json()["details"];
            return Fault::new(&faults::CONDITION_VALUE)
                .with("api_name", name)
                .with("expected_data_type", details["expected_data_type"].clone());
        }
        if fault.is(&coql::faults::TOO_MUCH) {
            return Fault::new(&faults::JOINS_TOO_MANY)
                .with("api_name", name)
                .with("limit", limits::COQL_JOINS_MAX);
        }
        if fault.is(&coql::faults::NOT_SERVED) {
            return Fault::new(&KEY_NOT_SERVED)
                .with("api_name", name)
                .with("json_path", path);
        }
        fault.clone()
    }
}

/// The values of a condition. A null is the one that stands for none.
fn values(name: &str, value: &Value) -> Result<Vec<String>, Fault> {
    let invalid = || Fault::new(&faults::VALUE_TYPE).with("api_name", name);
    let text = |value: &Value| match value {
        Value::Null => Ok(EMPTY.to_owned()),
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        Value::Array(_) | Value::Object(_) => Err(invalid()),
    };
    let Value::Array(values) = value else {
        return Ok(vec![text(value)?]);
    };
    let most = limits::BULK_READ_VALUES_MAX;
    if values.len() > most {
        return Err(Fault::new(&faults::VALUES_TOO_MANY)
            .with("api_name", name)
            .with("limit", most));
    }
    values.iter().map(text).collect()
}

/// How many values a comparator takes; `None` for one or more.
fn count_of(word: Word) -> Option<usize> {
    match word {
        Word::As(Comparator::In | Comparator::NotIn) => None,
        Word::As(Comparator::Between | Comparator::NotBetween) => Some(2),
        Word::As(_) | Word::Like(..) => Some(1),
    }
}

/// The comparison of a query that a condition stands for.
fn compared(
    name: &str,
    comparator: &str,
    word: Word,
    values: &[String],
) -> Result<Comparison, Fault> {
    let unfit = || {
        Fault::new(&faults::COMPARATOR_VALUE)
            .with("comparator", comparator)
            .with("api_name", name)
    };
    let fits = count_of(word).map_or(!values.is_empty(), |count| values.len() == count);
    if !fits {
        return Err(unfit());
    }
    let is_empty = values.iter().any(|value| value == EMPTY);
    let (comparator, values) = match word {
        Word::As(Comparator::Equal) if is_empty => (Comparator::Null, Vec::new()),
        Word::As(Comparator::NotEqual) if is_empty => (Comparator::NotNull, Vec::new()),
        _ if is_empty => return Err(unfit()),
        Word::As(comparator) => (comparator, values.to_vec()),
        // A query's pattern has no way to write the sign itself.
        Word::Like(..) if values.iter().any(|value| value.contains('%')) => return Err(unfit()),
        Word::Like(comparator, before, after) => {
            let patterns = values.iter();
            let patterns = patterns.map(|value| format!("{before}{value}{after}"));
            (comparator, patterns.collect())
        }
    };
    Ok(Comparison {
        path: name.split('.').map(str::to_owned).collect(),
        comparator,
        values,
        subquery: None,
    })
}
