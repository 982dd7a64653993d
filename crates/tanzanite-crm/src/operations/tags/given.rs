//! The key `Tag` of an item that makes or changes a record.
//!
//! The tags that it names become the record's, and those that it does not name are taken away: conflict C24 in
//! docs/compatibility.md. A new name makes a new tag.

use super::add::make;
use super::faults;
use super::on_records::{Named, meant, named};
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

/// The tags of a record, those that there are and those that are to be made.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    present: Vec<i64>,
    new: Vec<Named>,
}

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
    let mut plan = Plan::default();
    let makes_tags = call
        .caller
        .profile()
        .permits(call.module(), Permission::Edit);
    let given = each(given.as_array().map_or(&[], Vec::as_slice), path)?;
    for (place, named) in given.into_iter().enumerate() {
        match meant(&named, tags) {
            Some(tag) if plan.present.contains(&tag.id) => {}
            Some(tag) => plan.present.push(tag.id),
            None if named.name.is_none() || !makes_tags => {
                let path = format!("{path}.{TAG}[{place}]");
                let key = if named.name.is_none() { "id" } else { "name" };
                return Err(Place::new(&path, key).fault(&VALUE_IMPOSSIBLE));
            }
            None if plan.new.iter().any(|other| other.is_same(&named)) => {}
            None => plan.new.push(named),
        }
    }
    if tags.len() + plan.new.len() > limits::TAGS_PER_MODULE_MAX {
        return Err(Fault::new(&faults::TOO_MANY));
    }
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
    let mut ids = plan.present;
    for named in plan.new {
        let made = make(call, &named, tx)?;
        ids.push(made.id);
        tags.push(made);
    }
    let (added, removed) = permit.of_tags();
    tx.unlink(removed, None)?;
    tx.link(added, &ids)?;
    Ok(())
}
