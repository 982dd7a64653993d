//! The tags of records: how requests name them, and how answers show them.

use super::{TAGS, faults};
use crate::call::{Call, ModuleCall};
use crate::collection::{self, Place, Thing};
use crate::data_body;
use crate::faults::{
    BODY_INVALID, BODY_NO_ITEMS, FIELD_MANDATORY_MISSING, FIELD_TOO_LONG, FIELD_TYPE_WRONG,
    FIELD_VALUE_INVALID,
};
use crate::operations::records::Answers;
use crate::operations::records::faults::ACTION_LOCKED;
use crate::parameters::{self, given};
use crate::schema::validate::id_of;
use crate::stored::{DocumentKind, DocumentQuery, Ends, LinkQuery, Relation};
use crate::transaction::{RecordHead, Transaction};
use crate::versions;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use tanzanite_protocol::envelope::success;
use tanzanite_protocol::{ApiVersion, Fault, RecordId, Row, Stage, limits};

/// The faults of requests that name tags and records.
pub(super) const FAULTS: &[&Row] = &[
    &BODY_INVALID,
    &BODY_NO_ITEMS,
    &FIELD_MANDATORY_MISSING,
    &FIELD_TYPE_WRONG,
    &FIELD_TOO_LONG,
    &FIELD_VALUE_INVALID,
];

/// A tag as a request names it. If there is an id, the name is ignored.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) id: Option<i64>,
    pub(super) name: Option<String>,
    pub(super) colour: Value,
}

impl Named {
    /// Whether another one names the same new tag.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let lower = |named: &Self| named.name.as_ref().map(|name| name.to_lowercase());
        lower(self) == lower(other)
    }
}

/// A request about tags of records.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) tags: Vec<Named>,
    /// The records, if the path does not name one.
    pub(super) ids: Vec<RecordId>,
    /// Whether the present tags of the records are removed.
    pub(super) over_write: bool,
}

/// Parses a request. Up to v2.1 the query or a form has all of it (`tag_names`, `ids`, `over_write`); all versions
/// accept JSON.
pub(super) fn asked(call: &Call<'_>, many: bool) -> Result<Asked, Fault> {
    let query = |name: &str| given(call, name).map(str::to_owned);
    if !versions::tags_are_in_body(call.version()) || query("tag_names").is_some() {
        let form = data_body::form(call);
        let field = |name: &str| {
            query(name).or_else(|| {
                form.iter()
                    .find(|(found, _)| found == name)
                    .map(|(_, value)| value.clone())
            })
        };
        if let Some(names) = field("tag_names") {
            let list = |text: String| {
                parameters::items(&text)
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            };
            let named = |name: String| named(&json!({ "name": name }), "$.tags[0]");
            let ids = field("ids").map(list).unwrap_or_default();
            return Ok(Asked {
                tags: list(names)
                    .into_iter()
                    .map(named)
                    .collect::<Result<_, _>>()?,
                ids: if many {
                    record_ids(&ids.into_iter().map(Value::from).collect::<Vec<_>>())?
                } else {
                    Vec::new()
                },
                over_write: field("over_write").is_some_and(|value| value == "true"),
            });
        }
    }
    let items = data_body::items(call, TAGS.root, limits::TAGS_PER_RECORD_MAX)?;
    let tags = items
        .iter()
        .enumerate()
        .map(|(place, item)| named(item, &format!("$.tags[{place}]")));
    let tags = tags.collect::<Result<_, _>>()?;
    let whole = data_body::whole(call)?;
    let over_write = match whole.get("over_write") {
        Some(Value::Bool(over_write)) => *over_write,
        None | Some(Value::Null) => query("over_write").is_some_and(|value| value == "true"),
        Some(_) => return Err(at("over_write").wrong_type("boolean")),
    };
    let ids = match (many, whole.get("ids")) {
        (false, _) => Vec::new(),
        (true, Some(Value::Array(ids))) if ids.is_empty() => return Err(at("ids").missing()),
        (true, Some(Value::Array(ids))) => record_ids(ids)?,
        (true, None | Some(Value::Null)) => match query("ids") {
            Some(ids) => record_ids(
                &ids.split(',')
                    .map(|id| id.trim().into())
                    .collect::<Vec<Value>>(),
            )?,
            None => return Err(at("ids").missing()),
        },
        (true, Some(_)) => return Err(at("ids").wrong_type("jsonarray")),
    };
    Ok(Asked {
        tags,
        ids,
        over_write,
    })
}

const fn at(name: &'static str) -> Place<'static> {
    Place::new("$", name)
}

fn record_ids(ids: &[Value]) -> Result<Vec<RecordId>, Fault> {
    if ids.len() > limits::TAGGED_RECORDS_PER_CALL_MAX {
        return Err(at("ids")
            .fault(&FIELD_TOO_LONG)
            .with("maximum_length", limits::TAGGED_RECORDS_PER_CALL_MAX));
    }
    ids.iter()
        .map(|given| id_of(given).ok_or_else(|| at("ids").fault(&FIELD_VALUE_INVALID)))
        .collect()
}

pub(super) fn named(item: &Value, path: &str) -> Result<Named, Fault> {
    let Value::Object(item) = item else {
        return Err(Fault::new(&BODY_INVALID).with("expected_data_type", "jsonobject"));
    };
    let [id, name, colour] = ["id", "name", "color_code"].map(|name| Place::new(path, name));
    let member = |name: &str| TAGS.members.iter().find(|member| member.name == name);
    let checked = |at: &Place<'_>| match (item.get(at.api_name), member(at.api_name)) {
        (Some(value), Some(member)) => member.check(value, at).map(Some),
        _ => Ok(None),
    };
    let given_id = match item.get(id.api_name) {
        None | Some(Value::Null) => None,
        Some(value) => Some(id.id(value)?.get()),
    };
    let given_name = match given_id {
        Some(_) => None,
        None => Some(checked(&name)?.ok_or_else(|| name.missing())?),
    };
    Ok(Named {
        id: given_id,
        name: given_name.and_then(|name| name.as_str().map(|name| name.trim().to_owned())),
        colour: checked(&colour)?.unwrap_or(Value::Null),
    })
}

/// The tags of the call's module.
pub(crate) fn of_module(
    call: &ModuleCall<'_>,
    tx: &mut dyn Transaction,
) -> Result<Vec<Thing>, Fault> {
    let query =
        DocumentQuery::all(call.caller.org(), DocumentKind::TAG).within(call.module().number);
    Ok(collection::find(&TAGS, &query, call.metadata(), tx)?)
}

/// The tag of the module that is meant, by id, or by name without regard to case.
pub(super) fn meant<'t>(named: &Named, tags: &'t [Thing]) -> Option<&'t Thing> {
    tags.iter().find(|tag| match (named.id, &named.name) {
        (Some(id), _) => tag.id == id,
        (None, Some(name)) => tag
            .text("name")
            .is_some_and(|own| own.to_lowercase() == name.to_lowercase()),
        (None, None) => false,
    })
}

/// The ids of the tags of each record.
fn links_of(
    call: &Call<'_>,
    records: &[i64],
    tx: &mut dyn Transaction,
) -> Result<HashMap<i64, Vec<i64>>, Fault> {
    let query = LinkQuery {
        org: call.caller.org(),
        relation: Relation::TAGGED,
        ends: Ends::Sources(records.to_vec()),
        limit: u32::MAX,
    };
    let mut links: HashMap<i64, Vec<i64>> = HashMap::new();
    for link in tx.links(&query)? {
        links.entry(link.source).or_default().push(link.target);
    }
    Ok(links)
}

/// A tag in a record's JSON; without its colour up to v2.1.
fn shown(tag: &Thing, version: ApiVersion) -> Value {
    let mut shown = json!({ "name": tag.text("name"), "id": tag.id.to_string() });
    if versions::tags_have_colours(version) {
        shown["color_code"] = tag.body.get("color_code").cloned().unwrap_or(Value::Null);
    }
    shown
}

/// The tags of each of these records, in the records' JSON. Makes two calls of the store, or one if none has a tag.
pub(crate) fn shown_on(
    call: &Call<'_>,
    records: &[i64],
    tx: &mut dyn Transaction,
) -> Result<HashMap<i64, Vec<Value>>, Fault> {
    let links = links_of(call, records, tx)?;
    let mut ids: Vec<i64> = links.values().flatten().copied().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    ids.sort_unstable();
    ids.dedup();
    let query = DocumentQuery::all(call.caller.org(), DocumentKind::TAG).with_ids(ids);
    let tags = collection::find(&TAGS, &query, call.metadata(), tx)?;
    let of = |ids: Vec<i64>| {
        tags.iter()
            .filter(|tag| ids.contains(&tag.id))
            .map(|tag| shown(tag, call.version()))
            .collect()
    };
    Ok(links
        .into_iter()
        .map(|(record, ids)| (record, of(ids)))
        .collect())
}

/// The answers for many records, with the numbers of changed and of locked ones.
pub(super) struct Outcome {
    pub(super) answers: Answers,
    pub(super) changed: usize,
    pub(super) locked: usize,
}

/// Changes the tags of records; heads and tags of all are read in one go. `change` gets the tags of a record, and
/// returns its new tags and the answer.
pub(super) fn each_record(
    call: &ModuleCall<'_>,
    ids: &[RecordId],
    tx: &mut dyn Transaction,
    mut change: impl FnMut(
        &RecordHead,
        Vec<i64>,
        &mut dyn Transaction,
    ) -> Result<(Vec<i64>, Value), Fault>,
) -> Result<Outcome, Fault> {
    let module = call.module().number;
    let wanted: Vec<_> = ids.iter().map(|id| (module, *id)).collect();
    let heads = tx.record_heads(call.caller.org(), &wanted)?;
    let sources: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let mut links = links_of(call, &sources, tx)?;
    let mut outcome = Outcome {
        answers: Answers::new(200),
        changed: 0,
        locked: 0,
    };
    for (place, (head, source)) in heads.iter().zip(sources).enumerate() {
        let answer = call.item(|| {
            call.reach(Stage::Record);
            let unknown = || {
                Fault::new(&faults::RECORD_UNKNOWN)
                    .with("api_name", "ids")
                    .with("json_path", format!("$.ids[{place}]"))
            };
            let head = head.as_ref().ok_or_else(unknown)?;
            let has = links.get(&source).cloned().unwrap_or_default();
            let (has, answer) = change(head, has, tx)?;
            // A record may be named twice.
            links.insert(source, has);
            Ok(answer)
        });
        match &answer {
            Ok(_) => outcome.changed += 1,
            Err(fault) if fault.is(&ACTION_LOCKED) => outcome.locked += 1,
            Err(_) => {}
        }
        outcome.answers.push(answer)?;
    }
    Ok(outcome)
}

/// The tags of one record.
pub(super) fn tags_of(
    call: &Call<'_>,
    record: RecordId,
    tx: &mut dyn Transaction,
) -> Result<Vec<i64>, Fault> {
    let mut links = links_of(call, &[record.get()], tx)?;
    Ok(links.remove(&record.get()).unwrap_or_default())
}

/// The answer for a record whose tags were changed.
pub(super) fn told(call: &Call<'_>, record: i64, tags: &[Thing], ids: &[i64]) -> Value {
    let tags: Vec<Value> = tags
        .iter()
        .filter(|tag| ids.contains(&tag.id))
        .map(|tag| shown(tag, call.version()))
        .collect();
    let mut details = Map::new();
    details.insert("id".to_owned(), record.to_string().into());
    details.insert("tags".to_owned(), tags.into());
    success("tags updated successfully", details)
}
