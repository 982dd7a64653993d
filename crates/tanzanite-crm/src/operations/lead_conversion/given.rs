//! The body of a conversion: `{"data":[{"overwrite":…,"Accounts":…,"Contacts":…,"Deals":…,"assign_to":…,…}]}`.

use crate::call::ModuleCall;
use crate::faults::{FIELD_TOO_LONG, KEY_NOT_SERVED, VALUE_IMPOSSIBLE};
use crate::operations::records::insert_records;
use crate::schema::conversion::Target;
use crate::schema::validate::{Checked, LookupCheck, Place};
use serde_json::{Map, Value, json};
use tanzanite_protocol::{Fault, RecordId, limits};

const OVERWRITE: &str = "overwrite";
/// Switches. No mail is sent here, so nobody is notified, and records are only added to those that are named.
const SWITCHES: &[&str] = &[
    OVERWRITE,
    "notify_lead_owner",
    "notify_new_entity_owner",
    "add_to_existing_record",
];
const ASSIGN_TO: &str = "assign_to";
const TAGS: &str = "carry_over_tags";
pub(super) const MOVE_ATTACHMENTS_TO: &str = "move_attachments_to";
/// A date that a deal can do without, but for one that comes of a lead (a refusal that a client met).
const CLOSING_DATE: &str = "Closing_Date";

/// The wishes of a call, checked as far as it can be without a look at records.
#[derive(Debug)]
pub(super) struct Given {
    /// The contact that the lead is added to.
    pub(super) contact: Option<RecordId>,
    /// The account that the lead is added to.
    pub(super) account: Option<RecordId>,
    /// The deal to be made.
    pub(super) deal: Option<Checked>,
    /// The owner of the new records.
    pub(super) owner: Option<RecordId>,
    /// Whether the contact and the account that there are get the lead's values.
    pub(super) overwrite: bool,
    /// The names of the lead's tags that records get.
    tags: Vec<(Target, Vec<String>)>,
    /// The record that the lead's attachments go to.
    pub(super) attachments_to: Option<Target>,
    /// The records and users that the call names.
    pub(super) lookups: Vec<LookupCheck>,
}

impl Given {
    /// Reads the item at `path`.
    pub(super) fn read(
        call: &ModuleCall<'_>,
        item: &Map<String, Value>,
        path: &str,
    ) -> Result<Self, Fault> {
        for name in SWITCHES {
            let value = item.get(*name).unwrap_or(&Value::Null);
            if !(value.is_null() || value.is_boolean()) {
                return Err(Place::new(path, name).wrong_type("boolean"));
            }
        }
        let mut lookups = Vec::new();
        let contact = existing(item, path, Target::Contact, &mut lookups)?;
        let account = existing(item, path, Target::Account, &mut lookups)?;
        let deal = deal(call, item, path)?;
        if let Some(deal) = &deal {
            lookups.extend(deal.lookups.iter().cloned());
        }
        Ok(Self {
            contact,
            account,
            deal,
            owner: owner(call, item, path)?,
            overwrite: item.get(OVERWRITE).and_then(Value::as_bool) == Some(true),
            tags: tags(item, path)?,
            attachments_to: attachments_to(call, item, path)?,
            lookups,
        })
    }

    /// The tags for a new record as an item gives them. The lead must have them.
    pub(super) fn tags_for(
        &self,
        target: Target,
        of_lead: &[Value],
        path: &str,
    ) -> Result<Option<Value>, Fault> {
        let Some((_, names)) = self.tags.iter().find(|(other, _)| *other == target) else {
            return Ok(None);
        };
        let within = Place::new(path, TAGS).json_path();
        let at = Place::new(&within, target.module());
        let has = |name: &String| {
            let mut tags = of_lead.iter();
            tags.any(|tag| tag["name"].as_str().is_some_and(|tag| same(tag, name)))
        };
        if let Some(place) = names.iter().position(|name| !has(name)) {
            let fault = at.element(place).fault(&VALUE_IMPOSSIBLE);
            return Err(fault.because("the lead does not have the tag"));
        }
        let tags = names.iter().map(|name| json!({ "name": name }));
        Ok(Some(tags.collect()))
    }

    /// Refuses tags for a record that is not made by this call: none would get them.
    pub(super) fn check_tags(
        &self,
        is_new: impl Fn(Target) -> bool,
        path: &str,
    ) -> Result<(), Fault> {
        let mut targets = self.tags.iter().map(|(target, _)| *target);
        match targets.find(|target| !is_new(*target)) {
            None => Ok(()),
            Some(target) => {
                let within = Place::new(path, TAGS).json_path();
                let fault = Place::new(&within, target.module()).fault(&VALUE_IMPOSSIBLE);
                Err(fault.because("the lead does not become a new record of this module"))
            }
        }
    }

    /// Whether the call carries tags over.
    pub(super) fn has_tags(&self) -> bool {
        !self.tags.is_empty()
    }
}

fn same(tag: &str, name: &str) -> bool {
    tag.to_lowercase() == name.trim().to_lowercase()
}

/// The value under a key, unless it is `null`.
fn value<'i>(item: &'i Map<String, Value>, key: &str) -> Option<&'i Value> {
    item.get(key).filter(|value| !value.is_null())
}

/// The record that the lead is added to: an object with its id, or in early bodies the id alone.
fn existing(
    item: &Map<String, Value>,
    path: &str,
    target: Target,
    lookups: &mut Vec<LookupCheck>,
) -> Result<Option<RecordId>, Fault> {
    let Some(given) = value(item, target.module()) else {
        return Ok(None);
    };
    let at = Place::new(path, target.module());
    let id = at.id(given)?;
    let mut keys = given.as_object().into_iter().flat_map(Map::keys);
    if let Some(key) = keys.find(|key| !["id", "name"].contains(&key.as_str())) {
        return Err(Place::new(&at.json_path(), key).fault(&KEY_NOT_SERVED));
    }
    lookups.push(at.refer(target.module().into(), id));
    Ok(Some(id))
}

fn deal(
    call: &ModuleCall<'_>,
    item: &Map<String, Value>,
    path: &str,
) -> Result<Option<Checked>, Fault> {
    let Some(given) = value(item, Target::Deal.module()) else {
        return Ok(None);
    };
    let at = Place::new(path, Target::Deal.module());
    let given = given
        .as_object()
        .ok_or_else(|| at.wrong_type("jsonobject"))?;
    let within = at.json_path();
    if value(given, "id").is_some() {
        return Err(Place::new(&within, "id").fault(&KEY_NOT_SERVED));
    }
    let Some(module) = call.metadata().module(Target::Deal.module()) else {
        return Err(at.invalid("there is no such module"));
    };
    let checked = insert_records::check(&call.about(module), given, &within)?;
    if value(&checked.fields, CLOSING_DATE).is_none() {
        return Err(Place::new(&within, CLOSING_DATE).missing());
    }
    Ok(Some(checked))
}

fn owner(
    call: &ModuleCall<'_>,
    item: &Map<String, Value>,
    path: &str,
) -> Result<Option<RecordId>, Fault> {
    let Some(given) = value(item, ASSIGN_TO) else {
        return Ok(None);
    };
    let at = Place::new(path, ASSIGN_TO);
    let id = at.id(given)?;
    let user = call.metadata().user(id).filter(|user| user.is_active());
    user.map(|_| Some(id))
        .ok_or_else(|| at.invalid("there is no active user with this id"))
}

fn tags(item: &Map<String, Value>, path: &str) -> Result<Vec<(Target, Vec<String>)>, Fault> {
    let Some(given) = value(item, TAGS) else {
        return Ok(Vec::new());
    };
    let at = Place::new(path, TAGS);
    let given = given
        .as_object()
        .ok_or_else(|| at.wrong_type("jsonobject"))?;
    let within = at.json_path();
    let mut tags = Vec::new();
    for target in Target::ALL {
        let Some(names) = value(given, target.module()) else {
            continue;
        };
        if names.as_array().is_some_and(Vec::is_empty) {
            continue;
        }
        let at = Place::new(&within, target.module());
        let names = names.as_array().ok_or_else(|| at.wrong_type("jsonarray"))?;
        if names.len() > limits::TAGS_PER_RECORD_MAX {
            let fault = at.fault(&FIELD_TOO_LONG);
            return Err(fault.with("maximum_length", limits::TAGS_PER_RECORD_MAX));
        }
        let names = names.iter().enumerate().map(|(place, name)| {
            let name = name.as_str().map(str::to_owned);
            name.ok_or_else(|| at.element(place).wrong_type("text"))
        });
        tags.push((target, names.collect::<Result<_, _>>()?));
    }
    Ok(tags)
}

/// The module that the attachments go to, by its id or its name.
fn attachments_to(
    call: &ModuleCall<'_>,
    item: &Map<String, Value>,
    path: &str,
) -> Result<Option<Target>, Fault> {
    let Some(given) = value(item, MOVE_ATTACHMENTS_TO) else {
        return Ok(None);
    };
    let at = Place::new(path, MOVE_ATTACHMENTS_TO);
    let metadata = call.metadata();
    let id = match given.get("id") {
        None => None,
        Some(_) => Some(at.id(given)?.get()),
    };
    let name = given.get("api_name").and_then(Value::as_str);
    let module = match (id, name) {
        (Some(id), _) => metadata.module_with_id(id),
        (None, Some(name)) => metadata.module_called(name),
        (None, None) => return Err(Place::new(&at.json_path(), "id").missing()),
    };
    let mut targets = Target::ALL.into_iter();
    let meant = module.and_then(|module| targets.find(|target| target.module() == module.api_name));
    meant
        .map(Some)
        .ok_or_else(|| at.invalid("a lead's attachments go to a contact, an account or a deal"))
}
