//! Checks of the rows of a subform.
//!
//! A row with an id changes a row that there is, one with `_delete` takes it away, and one without an id is new.

use super::place::{Place, id_of};
use super::{Checked, Mode, check_field};
use crate::faults;
use crate::schema::standard::discount;
use crate::schema::{Field, Module};
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use tanzanite_protocol::{Fault, limits};

/// The key that takes a row away.
pub(crate) const DELETE: &str = "_delete";
/// The discount of a line item, an amount or a share of the total, as a number or a text.
const DISCOUNT: &str = "Discount";
/// Taxes of a line item.
const LINE_TAX: &str = "Line_Tax";

/// Checks the rows in a field's value, and keeps them.
pub(super) fn check(
    module: &Module,
    fields: &[Field],
    value: &Value,
    at: &Place<'_>,
    checked: &mut Checked,
) -> Result<(), Fault> {
    let Value::Array(given) = value else {
        return Err(at.wrong_type("jsonarray"));
    };
    if given.len() > limits::SUBFORM_ROWS_MAX {
        return Err(at
            .fault(&faults::FIELD_TOO_LONG)
            .with("maximum_length", limits::SUBFORM_ROWS_MAX));
    }
    let mut rows = Vec::with_capacity(given.len());
    for (index, row) in given.iter().enumerate() {
        let at = at.element(index);
        let row = row.as_object().ok_or_else(|| at.wrong_type("jsonobject"))?;
        rows.push(one(module, fields, row, &at.json_path(), checked)?.into());
    }
    checked
        .fields
        .insert(at.api_name.to_owned(), Value::Array(rows));
    Ok(())
}

fn one(
    module: &Module,
    fields: &[Field],
    row: &Map<String, Value>,
    path: &str,
    checked: &mut Checked,
) -> Result<Map<String, Value>, Fault> {
    let at = Place::new(path, "id");
    let id = match row.get("id") {
        None | Some(Value::Null) => None,
        Some(id @ (Value::String(_) | Value::Number(_))) => {
            Some(id_of(id).ok_or_else(|| at.invalid("no id"))?)
        }
        Some(_) => return Err(at.wrong_type("bigint")),
    };
    let goes = row
        .get(DELETE)
        .is_some_and(|value| *value != Value::Bool(false));
    let mut kept = Map::new();
    if let Some(id) = id {
        kept.insert("id".to_owned(), id.to_string().into());
    }
    if goes {
        if id.is_none() {
            return Err(at.missing());
        }
        kept.insert(DELETE.to_owned(), Value::Null);
        return Ok(kept);
    }
    if row
        .get(LINE_TAX)
        .is_some_and(|tax| !matches!(tax, Value::Null) && *tax != Value::Array(Vec::new()))
    {
        return Err(Place::new(path, LINE_TAX).fault(&faults::KEY_NOT_SERVED));
    }
    let mode = if id.is_some() {
        Mode::Update
    } else {
        Mode::Create
    };
    let mut values = Checked::default();
    for field in fields.iter().filter(|field| !field.read_only) {
        match row.get(field.api_name.as_ref()) {
            Some(Value::String(text)) if field.api_name == DISCOUNT => {
                let at = Place::new(path, DISCOUNT);
                discount(text, Decimal::ZERO).ok_or_else(|| at.wrong_type("double"))?;
                values
                    .fields
                    .insert(DISCOUNT.to_owned(), text.as_str().into());
            }
            _ => check_field(module, field, row, path, mode, &mut values)?,
        }
    }
    kept.extend(values.fields);
    checked.lookups.extend(values.lookups);
    Ok(kept)
}
