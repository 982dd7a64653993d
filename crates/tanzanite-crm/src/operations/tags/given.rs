//! The key `Tag` of an item that makes or changes a record.
//!
//! The tags that it names become the record's, and those that it does not name are taken away: conflict C24 in
//! docs/compatibility.md. A new name makes a new tag.

use super::on_records::{Named, named};
use super::plan::Plan;
use crate::call::ModuleCall;
use crate::collection::Thing;
use crate::faults::{FIELD_TOO_LONG, VALUE_IMPOSSIBLE};
use crate::policy::{AddTags, Permit};
use crate::schema::Module;
use crate::schema::validate::Place;
use crate::transaction::Transaction;
use serde_json::{Map, Value};
use tanzanite_protocol::endpoint::Permission;
use tanzanite_protocol::{Fault, limits};

/// The key.
const TAG: &str = "Tag";

/// Checks the value of the key, and gives it if there is one.
pub(crate) fn check(
    module: &Module,
    item: &Map<String, Value>,
    path: &str,
) -> Result<Option<Value>, Fault> {
    // The organisation may have a custom field of this name.
    let given = item.get(TAG).filter(|_| module.field(TAG).is_none());
    let Some(given) = given.filter(|given| !given.is_null()) else {
        return Ok(None);
    };
    let at = Place::new(path, TAG);
    let tags = given.as_array().ok_or_else(|| at.wrong_type("jsonarray"))?;
    if tags.len() > limits::TAGS_PER_RECORD_MAX {
        let fault = at.fault(&FIELD_TOO_LONG);
        return Err(fault.with("maximum_length", limits::TAGS_PER_RECORD_MAX));
    }
    each(tags, path)?;
    Ok(Some(given.clone()))
}

fn each(tags: &[Value], path: &str) -> Result<Vec<Named>, Fault> {
    let tags = tags.iter().enumerate();
    let tags = tags.map(|(place, tag)| named(tag, &format!("{path}.{TAG}[{place}]")));
    tags.collect()
}

/// Finds the tags that a checked value names among those of the module.
pub(crate) fn plan(
    call: &ModuleCall<'_>,
    given: &Value,
    tags: &[Thing],
    path: &str,
) -> Result<Plan, Fault> {
    let makes_tags = call
        .caller
        .profile()
        .permits(call.module(), Permission::Edit);
    let given = each(given.as_array().map_or(&[], Vec::as_slice), path)?;
    let may_make = |place, named: &Named| match named.name {
        Some(_) if makes_tags => Ok(()),
        ref name => {
            let path = format!("{path}.{TAG}[{place}]");
            let key = if name.is_none() { "id" } else { "name" };
            Err(Place::new(&path, key).fault(&VALUE_IMPOSSIBLE))
        }
    };
    let plan = Plan::of(given, tags, Vec::new(), may_make)?;
    plan.check(tags)?;
    Ok(plan)
}

/// Makes the new tags and gives the record its tags. `tags` are those of the module, to which the new ones are added.
pub(crate) fn put(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
    plan: Plan,
    tags: &mut Vec<Thing>,
    permit: Permit<AddTags>,
) -> Result<(), Fault> {
    let ids = plan.make(call, tags, tx)?;
    let (added, removed) = permit.of_tags();
    tx.unlink(removed, None)?;
    tx.link(added, &ids)?;
    Ok(())
}
