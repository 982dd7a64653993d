//! The body: `{"owner":{"id":…},"notify":…}`, and for many records `ids` beside it.

use super::faults;
use crate::call::ModuleCall;
use crate::data_body;
use crate::faults::{FIELD_TOO_LONG, KEY_NOT_SERVED};
use crate::schema::validate::{Place, id_of};
use serde_json::{Map, Value};
use tanzanite_protocol::endpoint::Permission;
use tanzanite_protocol::{ApiVersion, Fault, RecordId, limits};

const OWNER: &str = "owner";
const IDS: &str = "ids";
const FIRST_VERSION: u32 = 3;

/// The body, once the version is one that knows the operation.
pub(crate) fn whole<'a>(call: &ModuleCall<'a>) -> Result<&'a Map<String, Value>, Fault> {
    if call.version() < ApiVersion::V3 {
        return Err(Fault::new(&faults::VERSION_TOO_EARLY).with("supported_version", FIRST_VERSION));
    }
    data_body::whole(call)
}

/// The new owner: a user at work who may see the module.
pub(crate) fn owner(call: &ModuleCall<'_>, body: &Map<String, Value>) -> Result<RecordId, Fault> {
    // No mail is sent here, so nobody is notified.
    let at = |name| Place::new("$", name);
    if !matches!(
        body.get("notify"),
        None | Some(Value::Null | Value::Bool(_))
    ) {
        return Err(at("notify").wrong_type("boolean"));
    }
    match body.get("related_modules") {
        None | Some(Value::Null) => {}
        Some(Value::Array(modules)) if modules.is_empty() => {}
        Some(_) => return Err(at("related_modules").fault(&KEY_NOT_SERVED)),
    }
    let given = match body.get(OWNER) {
        None | Some(Value::Null) => return Err(at(OWNER).missing()),
        Some(Value::Object(owner)) => owner.get("id"),
        Some(_) => return Err(at(OWNER).wrong_type("jsonobject")),
    };
    let within = Place::new("$.owner", "id");
    let given = given
        .filter(|id| !id.is_null())
        .ok_or_else(|| within.missing())?;
    let metadata = call.metadata();
    let found = id_of(given).and_then(|id| Some((id, metadata.user(id)?)));
    let (id, user) = found.ok_or_else(|| {
        Fault::new(&faults::OWNER_UNKNOWN)
            .with("api_name", OWNER)
            .with("json_path", within.json_path())
    })?;
    if !user.is_active() {
        let fault = within.fault(&faults::OWNER_INACTIVE);
        return Err(fault.with("owner_status", "inactive"));
    }
    let profile = metadata.profile(user.profile);
    if profile.is_none_or(|profile| !profile.permits(call.module(), Permission::View)) {
        let name = Permission::View.implied_name(&call.module().api_name);
        return Err(Fault::new(&faults::OWNER_CANNOT_VIEW).with("permissions", vec![name]));
    }
    Ok(id)
}

/// The records that the body names.
pub(super) fn ids(body: &Map<String, Value>) -> Result<Vec<RecordId>, Fault> {
    let at = Place::new("$", IDS);
    let ids = match body.get(IDS) {
        None | Some(Value::Null) => return Err(at.missing()),
        Some(Value::Array(ids)) if ids.is_empty() => return Err(at.too_few(1)),
        Some(Value::Array(ids)) => ids,
        Some(_) => return Err(at.wrong_type("jsonarray")),
    };
    if ids.len() > limits::OWNED_RECORDS_PER_CALL_MAX {
        let fault = at.fault(&FIELD_TOO_LONG);
        return Err(fault.with("maximum_length", limits::OWNED_RECORDS_PER_CALL_MAX));
    }
    let ids = ids.iter().enumerate();
    ids.map(|(place, id)| id_of(id).ok_or_else(|| at.element(place).wrong_type("long")))
        .collect()
}
