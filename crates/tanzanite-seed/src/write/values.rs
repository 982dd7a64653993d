//! Converts the values of a record's fields from a client's JSON to TOML: the inverse of [`crate::values`].

use super::tables::{Ordered, email};
use super::{DraftRecord, WriteError};
use jiff::tz::TimeZone;
use serde_json::Value;
use tanzanite_crm::metadata::Metadata;
use tanzanite_crm::schema::{Field, Kind, Module};
use tanzanite_protocol::{RecordId, Timestamp};
use toml::value::Datetime;

/// The record's fields that a seed can write, in the order of the layout.
pub(super) fn fields<'a>(
    record: &DraftRecord,
    module: &'a Module,
    metadata: &Metadata,
) -> Result<Ordered<&'a str, toml::Value>, WriteError> {
    let mut values = Vec::new();
    let writable = module.fields.iter().filter(|field| field.is_given());
    for field in writable {
        let name = field.api_name.as_ref();
        let Some(value) = record.fields.get(name).filter(|value| !value.is_null()) else {
            continue;
        };
        let value = one(field, value, metadata)?.ok_or_else(|| WriteError::Value {
            record: record.id,
            api_name: name.to_owned(),
        })?;
        values.push((name, value));
    }
    Ok(Ordered(values))
}

/// An instant, in the organisation's zone if it has whole seconds, as nearly all do.
pub(super) fn time(at: Timestamp, zone: &TimeZone) -> Result<Datetime, WriteError> {
    let text = if at.millis() % 1000 == 0 {
        at.render(zone)
    } else {
        at.render_utc()
    };
    let time = text.parse().ok();
    // An instant outside the representable years would be written as another one.
    let time = time.filter(|_| Timestamp::parse(&text) == Some(at));
    time.ok_or_else(|| WriteError::Toml(format!("{} ms are no time", at.millis())))
}

/// A value, or `None` if a seed cannot represent it.
fn one(
    field: &Field,
    value: &Value,
    metadata: &Metadata,
) -> Result<Option<toml::Value>, WriteError> {
    Ok(match &field.kind {
        Kind::Lookup(_) => id(value).map(|id| id.to_string().into()),
        Kind::OwnerLookup | Kind::UserLookup => match id(value) {
            Some(id) => Some(email(metadata, id)?.into()),
            None => None,
        },
        Kind::Date | Kind::Datetime => value.as_str().map(date_or_text),
        _ => plain(value),
    })
}

/// The id in a reference.
fn id(value: &Value) -> Option<RecordId> {
    value.get("id")?.as_str().and_then(RecordId::parse)
}

/// A TOML date, if it reads back as the same text; the vendor's times never end in `Z`.
fn date_or_text(text: &str) -> toml::Value {
    let date = text.parse::<Datetime>().ok();
    let same = date.filter(|date| match date.to_string().strip_suffix('Z') {
        Some(local) => text.strip_suffix("+00:00") == Some(local),
        None => date.to_string() == text,
    });
    same.map_or_else(|| text.into(), toml::Value::Datetime)
}

/// A text, a number within TOML's range, a boolean, or a list of them.
fn plain(value: &Value) -> Option<toml::Value> {
    Some(match value {
        Value::String(text) => text.as_str().into(),
        Value::Bool(truth) => (*truth).into(),
        Value::Number(number) if number.is_f64() => number.as_f64()?.into(),
        Value::Number(number) => number.as_i64()?.into(),
        Value::Array(items) => items
            .iter()
            .map(plain)
            .collect::<Option<Vec<toml::Value>>>()?
            .into(),
        Value::Null | Value::Object(_) => return None,
    })
}
