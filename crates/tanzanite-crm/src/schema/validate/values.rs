//! Checks of values that are no references, with a function for each kind of field.

use super::formats;
use super::place::Place;
use super::{UNLISTED_VALUES, UnlistedValues};
use crate::faults;
use crate::schema::{Field, Kind, NO_VALUE, Text};
use serde_json::{Number, Value};
use tanzanite_protocol::Fault;

/// The most values of one multi-select. The bound is ours: the vendor bounds the options that such a
/// field can have.
pub(super) const VALUES_MAX: usize = 200;
/// The most digits before the point of any number; a field's length can be less. Source: the field
/// limits on the vendor's page "Insert Records".
const DIGITS_MAX: u32 = 16;
/// Ranges of whole numbers that are narrower than their digits allow, by field. Source: the error
/// table on the vendor's page "Insert Records".
const RANGES: &[(&str, std::ops::RangeInclusive<i64>)] = &[("Probability", 0..=100)];

/// Checks a value that is not empty. Gives the value as it is stored.
pub(super) fn check(field: &Field, value: &Value, at: &Place<'_>) -> Result<Value, Fault> {
    let length = field.length;
    match &field.kind {
        Kind::Text | Kind::Textarea => text(value, length, "text", |_| true, at),
        Kind::Email => text(value, length, "email", formats::is_email, at),
        Kind::Phone => text(value, length, "phone", formats::is_phone, at),
        Kind::Website => text(value, length, "website", formats::is_website, at),
        Kind::Date => text(value, u32::MAX, "date", formats::is_date, at),
        Kind::Datetime => text(value, u32::MAX, "datetime", formats::is_datetime, at),
        Kind::Picklist(listed) => picklist(value, length, listed, UNLISTED_VALUES, at),
        Kind::MultiSelectPicklist(listed) => multi_select(value, length, listed, at),
        Kind::Integer => integer(field, value, at),
        Kind::Bigint => bigint(value, length, at),
        Kind::Double | Kind::Currency | Kind::Percent => decimal(value, length, at),
        Kind::Boolean => match value {
            Value::Bool(_) => Ok(value.clone()),
            _ => Err(at.wrong_type("boolean")),
        },
        // Lookups are checked by the caller, and the system alone writes the others.
        Kind::Lookup(_)
        | Kind::OwnerLookup
        | Kind::UserLookup
        | Kind::ProfileImage
        | Kind::AutoNumber
        | Kind::Subform(_) => Err(at.invalid("the field cannot be written")),
    }
}

/// Checks a text of at most `length_max` characters that has a format.
fn text(
    value: &Value,
    length_max: u32,
    word: &'static str,
    format: fn(&str) -> bool,
    at: &Place<'_>,
) -> Result<Value, Fault> {
    let Value::String(text) = value else {
        return Err(at.wrong_type(word));
    };
    if is_longer(text, length_max) {
        return Err(at.too_long(length_max));
    }
    if !format(text) {
        return Err(at.wrong_type(word));
    }
    // This refusal is ours: not every database can store U+0000 in a text.
    if text.contains('\0') {
        return Err(at.invalid("the text holds U+0000"));
    }
    Ok(value.clone())
}

/// Checks the value of a picklist.
pub(super) fn picklist(
    value: &Value,
    length_max: u32,
    listed: &[Text],
    unlisted: UnlistedValues,
    at: &Place<'_>,
) -> Result<Value, Fault> {
    let value = text(value, length_max, "picklist", |_| true, at)?;
    let is_listed = value
        .as_str()
        .is_some_and(|text| text == NO_VALUE || listed.iter().any(|listed| listed == text));
    if !is_listed && unlisted == UnlistedValues::Refused {
        return Err(at.invalid("the picklist has no such value"));
    }
    Ok(value)
}

/// Checks the values of a multi-select.
fn multi_select(
    value: &Value,
    length_max: u32,
    listed: &[Text],
    at: &Place<'_>,
) -> Result<Value, Fault> {
    let Value::Array(values) = value else {
        return Err(at.wrong_type("jsonarray"));
    };
    if values.len() > VALUES_MAX {
        return Err(at
            .fault(&faults::FIELD_TOO_LONG)
            .with("maximum_length", VALUES_MAX));
    }
    for value in values {
        picklist(value, length_max, listed, UNLISTED_VALUES, at)?;
    }
    Ok(value.clone())
}

/// Checks a whole number of at most as many digits as the field's length, and its range.
fn integer(field: &Field, value: &Value, at: &Place<'_>) -> Result<Value, Fault> {
    let whole = match value {
        Value::Number(number) if !number.is_f64() => number,
        _ => return Err(at.wrong_type("integer")),
    };
    if digits(whole) > field.length {
        return Err(at.too_long(field.length));
    }
    let range = RANGES.iter().find(|(name, _)| *name == field.api_name);
    if let (Some((_, range)), Some(number), false) = (range, whole.as_i64(), field.custom)
        && !range.contains(&number)
    {
        return Err(at.invalid("the number is out of its range"));
    }
    Ok(value.clone())
}

/// Checks a whole number in a text. A JSON number is taken too, and stored as text. One live account refused the text:
/// conflict C10 in docs/compatibility.md.
fn bigint(value: &Value, length_max: u32, at: &Place<'_>) -> Result<Value, Fault> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if !number.is_f64() => number.to_string(),
        _ => return Err(at.wrong_type("bigint")),
    };
    let digits = text.strip_prefix('-').unwrap_or(&text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(at.wrong_type("bigint"));
    }
    if is_longer(digits, length_max) {
        return Err(at.too_long(length_max));
    }
    Ok(Value::String(text))
}

/// Checks a number. All its digits after the point are stored: whether the vendor rounds or refuses
/// them is not documented, and numbers that clients compute often have many.
fn decimal(value: &Value, length_max: u32, at: &Place<'_>) -> Result<Value, Fault> {
    let Value::Number(number) = value else {
        return Err(at.wrong_type("double"));
    };
    let digits_max = length_max.min(DIGITS_MAX);
    let is_long = match number.as_f64() {
        // As a float, a whole number of 16 digits could get a 17th by rounding.
        _ if !number.is_f64() => digits(number) > digits_max,
        Some(number) => number.abs() >= 10_f64.powi(i32::try_from(digits_max).unwrap_or(i32::MAX)),
        None => true,
    };
    if is_long {
        return Err(at.too_long(digits_max));
    }
    Ok(value.clone())
}

/// The count of digits of a whole number.
fn digits(number: &Number) -> u32 {
    let magnitude = number.as_i64().map(i64::unsigned_abs).or(number.as_u64());
    magnitude
        .and_then(u64::checked_ilog10)
        .map_or(1, |log| log + 1)
}

/// Whether a text has more than `length_max` characters. It reads no more characters than it must.
fn is_longer(text: &str, length_max: u32) -> bool {
    let length_max = usize::try_from(length_max).unwrap_or(usize::MAX);
    text.chars().nth(length_max).is_some()
}
