//! Decimal arithmetic on numbers of records, so that tenths add up.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

/// A number as it is written; `None` for another value.
pub(crate) fn decimal(value: &Value) -> Option<Decimal> {
    let text = value.as_number()?.to_string();
    text.parse()
        .or_else(|_| Decimal::from_scientific(&text))
        .ok()
}

/// A number for an answer; a whole one without a fraction, as recorded amounts have it.
pub(crate) fn shown(number: Decimal) -> Value {
    match number.to_i64() {
        Some(whole) if number.is_integer() => whole.into(),
        _ => number.to_f64().into(),
    }
}
