//! A comparison of one field with values as a client writes them, as criteria.

use super::keys::{digits, folded, in_long_text, pairs, value_keys, whole, word_series, words};
use super::{Criteria, FieldTest, HeadKey, Test};
use crate::schema::validate::{instant, is_date, is_datetime};
use crate::schema::{Field, Kind};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the vendor's own")]
pub enum Operator {
    Equals,
    NotEqual,
    StartsWith,
    In,
    GreaterThan,
    GreaterEqual,
    LessThan,
    LessEqual,
    Between,
}

/// How texts are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Equality {
    /// As wholes, without regard to case.
    Whole,
    /// One has the other's words in it, one after the other.
    Words,
}

/// Why there is no such comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// Fields of this kind are not compared so.
    Operator,
    /// The field cannot have this value.
    Value(String),
}

impl Operator {
    /// The operator that a search calls by this word.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "equals" => Self::Equals,
            "not_equal" => Self::NotEqual,
            "starts_with" => Self::StartsWith,
            "in" => Self::In,
            "greater_than" => Self::GreaterThan,
            "greater_equal" => Self::GreaterEqual,
            "less_than" => Self::LessThan,
            "less_equal" => Self::LessEqual,
            "between" => Self::Between,
            _ => return None,
        })
    }

    /// Whether the vendor compares fields of a kind so (its OpenAPI of search, 2026).
    fn suits(self, kind: &Kind) -> bool {
        match kind {
            Kind::Date
            | Kind::Datetime
            | Kind::Integer
            | Kind::Currency
            | Kind::Double
            | Kind::Bigint
            | Kind::Percent => self != Self::StartsWith,
            Kind::Text
            | Kind::Email
            | Kind::Phone
            | Kind::Website
            | Kind::MultiSelectPicklist(_) => matches!(
                self,
                Self::Equals | Self::NotEqual | Self::StartsWith | Self::In
            ),
            Kind::Picklist(_)
            | Kind::AutoNumber
            | Kind::Lookup(_)
            | Kind::OwnerLookup
            | Kind::UserLookup => matches!(self, Self::Equals | Self::NotEqual | Self::In),
            Kind::Textarea => {
                matches!(self, Self::Equals | Self::NotEqual | Self::StartsWith)
            }
            Kind::Boolean => matches!(self, Self::Equals | Self::NotEqual),
            Kind::ProfileImage | Kind::Subform(_) => false,
        }
    }
}

/// The part of the head that has a field's value.
pub fn head_key(api_name: &str) -> Option<HeadKey> {
    Some(match api_name {
        "id" => HeadKey::Id,
        "Owner" => HeadKey::Owner,
        "Created_By" => HeadKey::CreatedBy,
        "Modified_By" => HeadKey::ModifiedBy,
        "Created_Time" => HeadKey::CreatedTime,
        "Modified_Time" => HeadKey::ModifiedTime,
        _ => return None,
    })
}

/// The comparison of a record's id, which is no field.
pub fn id_compared(operator: Operator, values: &[String]) -> Result<Criteria, Mismatch> {
    if operator == Operator::StartsWith {
        return Err(Mismatch::Operator);
    }
    let ids = spans(values, |value| {
        let id = value.parse().ok()?;
        Some((id, id))
    })?;
    let is = |test| Criteria::Head(HeadKey::Id, test);
    Ok(ranged(operator, ids, &is, Criteria::All(Vec::new())))
}

/// The comparison of a field with these values: one, two for [`Operator::Between`], any number for [`Operator::In`].
/// Those of lookups are ids.
pub fn compared(
    field: &Field,
    zone: &TimeZone,
    operator: Operator,
    equality: Equality,
    values: &[String],
) -> Result<Criteria, Mismatch> {
    if !operator.suits(&field.kind) {
        return Err(Mismatch::Operator);
    }
    if let Some(key) = head_key(&field.api_name) {
        let spans = spans(values, |value| match key {
            HeadKey::CreatedTime | HeadKey::ModifiedTime => second(value, zone),
            HeadKey::Id | HeadKey::Owner | HeadKey::CreatedBy | HeadKey::ModifiedBy => {
                let id = value.parse().ok()?;
                Some((id, id))
            }
        })?;
        let is = |test| Criteria::Head(key, test);
        return Ok(ranged(operator, spans, &is, Criteria::All(Vec::new())));
    }
    if field.kind == Kind::Boolean {
        return truth(field, operator, values);
    }
    let is_text = matches!(
        field.kind,
        Kind::Text | Kind::Textarea | Kind::Email | Kind::Phone | Kind::Website
    );
    let present = Criteria::field(field.number, FieldTest::Present);
    if is_text && let (Equality::Words, [value]) = (equality, values) {
        match operator {
            Operator::Equals => return Ok(phrase(field, value)),
            Operator::NotEqual => {
                let differs = Criteria::Not(Box::new(phrase(field, value)));
                return Ok(Criteria::All(vec![present, differs]));
            }
            _ => {}
        }
    }
    if operator == Operator::StartsWith {
        let begins = |value: &String| match folded(value) {
            text if text.is_empty() => Err(Mismatch::Value(value.clone())),
            text => Ok(Criteria::field(field.number, FieldTest::StartsWith(text))),
        };
        let all: Result<Vec<Criteria>, Mismatch> = values.iter().map(begins).collect();
        return all.map(Criteria::Any);
    }
    let spans = spans(values, |value| span(field, zone, value))?;
    let is = |test| Criteria::field(field.number, FieldTest::Is(test));
    Ok(ranged(operator, spans, &is, present))
}

/// A checkbox that nobody ticked has no key, and is false.
fn truth(field: &Field, operator: Operator, values: &[String]) -> Result<Criteria, Mismatch> {
    let value = values.first().map(String::as_str).unwrap_or_default();
    let wanted = match value.to_ascii_lowercase().as_str() {
        "true" => true,
        "false" => false,
        _ => return Err(Mismatch::Value(value.to_owned())),
    };
    let ticked = FieldTest::Is(Test::OneOf(vec!["true".to_owned()]));
    let ticked = Criteria::field(field.number, ticked);
    Ok(if wanted == (operator == Operator::Equals) {
        ticked
    } else {
        Criteria::Not(Box::new(ticked))
    })
}

/// That a field has the words of a text, one after the other. An e-mail address is compared as a whole, and of a
/// telephone number the digits.
pub fn phrase(field: &Field, text: &str) -> Criteria {
    let whole = folded(text);
    let equal = |values| FieldTest::Is(Test::OneOf(values));
    let is_address = whole
        .split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
    match field.kind {
        Kind::Email if is_address => return Criteria::field(field.number, equal(vec![whole])),
        Kind::Phone => {
            let digits = digits(text);
            let series = word_series(field.number).to_vec();
            let values = [whole, digits]
                .into_iter()
                .filter(|key| !key.is_empty())
                .collect();
            return Criteria::Keys(series, equal(values));
        }
        Kind::Textarea => {
            let words = words(text).into_iter();
            let tests = words.map(|word| in_long_text(&word, false));
            let parts = tests.map(|test| Criteria::field(-field.number, test));
            return Criteria::All(parts.collect());
        }
        _ => {}
    }
    let words = words(text);
    let keys = match words.as_slice() {
        [] => vec![whole],
        [_] => words,
        several => pairs(several),
    };
    let parts = keys.into_iter().map(|key| {
        let series = word_series(field.number).to_vec();
        Criteria::Keys(series, equal(vec![key]))
    });
    Criteria::All(parts.collect())
}

/// The keys of a value: the first and the last, since an instant without fractions stands for its whole second.
fn span(field: &Field, zone: &TimeZone, value: &str) -> Option<(String, String)> {
    let json: Value = match &field.kind {
        Kind::Datetime => {
            let (first, last) = second(value, zone)?;
            return Some((whole(first), whole(last)));
        }
        Kind::Date if !is_date(value) => return None,
        Kind::Lookup(_) | Kind::OwnerLookup | Kind::UserLookup => {
            json!({ "id": value.parse::<i64>().ok()?.to_string() })
        }
        Kind::Integer | Kind::Double | Kind::Currency | Kind::Percent => {
            let number: f64 = value.parse().ok()?;
            serde_json::Number::from_f64(number)?.into()
        }
        Kind::MultiSelectPicklist(_) => json!([value]),
        _ => value.into(),
    };
    let key = value_keys(field, zone, &json).into_iter().next()?;
    Some((key.clone(), key))
}

/// The milliseconds of the second that a date and time names.
fn second(value: &str, zone: &TimeZone) -> Option<(i64, i64)> {
    if !is_datetime(value) {
        return None;
    }
    let first = instant(value, zone)?.millis();
    Some((first, first.saturating_add(999)))
}

fn spans<K>(
    values: &[String],
    span: impl Fn(&str) -> Option<(K, K)>,
) -> Result<Vec<(K, K)>, Mismatch> {
    values
        .iter()
        .map(|value| span(value).ok_or_else(|| Mismatch::Value(value.clone())))
        .collect()
}

/// An ordered comparison with spans of keys. Without any, nothing passes.
fn ranged<K: Ord + Clone>(
    operator: Operator,
    spans: Vec<(K, K)>,
    is: &dyn Fn(Test<K>) -> Criteria,
    present: Criteria,
) -> Criteria {
    let Some((first, last)) = spans.first().cloned() else {
        return Criteria::Any(Vec::new());
    };
    match operator {
        Operator::GreaterThan => is(Test::Above(last)),
        Operator::GreaterEqual => is(Test::From(first)),
        Operator::LessThan => is(Test::Below(first)),
        Operator::LessEqual => is(Test::UpTo(last)),
        Operator::Between => {
            let end = spans.into_iter().last().map_or(last, |(_, end)| end);
            Criteria::All(vec![is(Test::From(first)), is(Test::UpTo(end))])
        }
        Operator::NotEqual => {
            let equal = ranged(Operator::Equals, spans, is, Criteria::All(Vec::new()));
            Criteria::All(vec![present, Criteria::Not(Box::new(equal))])
        }
        Operator::Equals | Operator::In | Operator::StartsWith => {
            if spans.iter().all(|(first, last)| first == last) {
                let keys = spans.into_iter().map(|(key, _)| key).collect();
                return is(Test::OneOf(keys));
            }
            let within = spans.into_iter().map(|(first, last)| {
                Criteria::All(vec![is(Test::From(first)), is(Test::UpTo(last))])
            });
            Criteria::Any(within.collect())
        }
    }
}
