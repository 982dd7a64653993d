//! The part of the body that says which records are meant: `ids`, or `cvid`.

use super::faults;
use crate::call::ModuleCall;
use crate::faults::{BODY_AMBIGUOUS, FIELD_TOO_LONG, FIELD_TYPE_WRONG, KEY_NOT_SERVED};
use crate::operations::records::view_called;
use crate::schema::validate::{Place, id_of};
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use tanzanite_protocol::{Fault, RecordId, Row, limits};

/// The key of the ids.
pub(super) const IDS: &str = "ids";
/// The key of the custom view.
pub(super) const CVID: &str = "cvid";

/// The faults of saying which records are meant.
pub(super) const FAULTS: &[&Row] = &[
    &faults::NOTHING_MEANT,
    &BODY_AMBIGUOUS,
    &faults::ID_MALFORMED,
    &faults::VIEW_UNKNOWN,
    &FIELD_TYPE_WRONG,
    &FIELD_TOO_LONG,
    &KEY_NOT_SERVED,
];

/// The records that are meant.
#[derive(Debug)]
pub(super) enum Meant {
    /// Named ones, each once.
    Ids(Vec<RecordId>),
    /// Those in this custom view.
    View(String),
}

/// Reads which records are meant.
pub(super) fn meant(call: &ModuleCall<'_>, body: &Map<String, Value>) -> Result<Meant, Fault> {
    check_served(body)?;
    let given = |name: &str| body.get(name).filter(|value| !value.is_null());
    match (given(IDS), given(CVID)) {
        (None, None) => Err(Fault::new(&faults::NOTHING_MEANT)),
        (Some(_), Some(_)) => {
            let places = [IDS, CVID]
                .map(|name| json!({ "api_name": name, "json_path": format!("$.{name}") }));
            Err(Fault::new(&BODY_AMBIGUOUS).with("ambiguity_due_to", places.to_vec()))
        }
        (Some(given), None) => ids(given).map(Meant::Ids),
        (None, Some(given)) => view(call, given).map(Meant::View),
    }
}

/// Refuses what narrows a custom view down at the vendor's, and is not served yet.
pub(super) fn check_served(body: &Map<String, Value>) -> Result<(), Fault> {
    let unserved = ["territory", "criteria"];
    let mut unserved = unserved.into_iter();
    match unserved.find(|name| body.get(*name).is_some_and(|value| !value.is_null())) {
        Some(name) => Err(Place::new("$", name).fault(&KEY_NOT_SERVED)),
        None => Ok(()),
    }
}

fn ids(given: &Value) -> Result<Vec<RecordId>, Fault> {
    let at = Place::new("$", IDS);
    let Value::Array(given) = given else {
        return Err(at.wrong_type("jsonarray"));
    };
    if given.is_empty() {
        return Err(Fault::new(&faults::NOTHING_MEANT));
    }
    let most = limits::MASS_ACTION_IDS_MAX;
    if given.len() > most {
        return Err(at.fault(&FIELD_TOO_LONG).with("maximum_length", most));
    }
    let malformed = |place, value: &Value| {
        let fault = at.element(place).fault(&faults::ID_MALFORMED);
        fault.with("id", value.clone())
    };
    let ids = given.iter().enumerate();
    let ids = ids.map(|(place, value)| id_of(value).ok_or_else(|| malformed(place, value)));
    let mut ids = ids.collect::<Result<Vec<_>, _>>()?;
    let mut seen = HashSet::new();
    ids.retain(|id| seen.insert(*id));
    Ok(ids)
}

/// The id of a custom view of the module.
pub(super) fn view(call: &ModuleCall<'_>, given: &Value) -> Result<String, Fault> {
    let at = Place::new("$", CVID);
    let id = match given {
        Value::String(id) => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => return Err(at.wrong_type("text")),
    };
    if view_called(call, call.module(), &id).is_none() {
        return Err(at.fault(&faults::VIEW_UNKNOWN).with("id", id));
    }
    Ok(id)
}
