//! Checks of values that are valid alone and contradict each other.
//!
//! The record is checked as it is after a change, and only if the change touches such values. So a contradiction
//! that a seed or an import brought does not prevent other changes.

use super::formats::instant;
use super::place::Place;
use crate::schema::Module;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use tanzanite_protocol::{Fault, Row};

const FROM: &str = "Start_DateTime";
const TO: &str = "End_DateTime";

/// Checks the values of a record `after` a change, if they differ from those `before`. A meeting that ends before it
/// begins is refused with `refusal`. No source has the vendor's answer to such a meeting.
pub fn check_together(
    module: &Module,
    zone: &TimeZone,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    path: &str,
    refusal: &'static Row,
) -> Result<(), Fault> {
    let is_touched = [FROM, TO]
        .iter()
        .any(|name| before.get(*name) != after.get(*name));
    if module.custom || module.api_name != "Events" || !is_touched {
        return Ok(());
    }
    let at = |name| instant(after.get(name)?.as_str()?, zone);
    match at(FROM).zip(at(TO)) {
        Some((from, to)) if to < from => Err(Place::new(path, TO)
            .fault(refusal)
            .because("the meeting ends before it begins")),
        _ => Ok(()),
    }
}
