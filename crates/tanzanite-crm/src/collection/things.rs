//! The things of a collection as they are kept, and how they are found.

use super::{Collection, Within, collection, faults};
use crate::call::Call;
use crate::metadata::Metadata;
use crate::parameters::{given, pattern};
use crate::schema::{Module, Support};
use crate::stored::{DocumentKind, DocumentQuery};
use crate::transaction::{Stored, Transaction};
use serde_json::{Map, Value};
use std::collections::HashMap;
use tanzanite_protocol::{Fault, RecordId};

/// A thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    /// The id.
    pub id: i64,
    /// The number of the module that it stands within; 0 for none.
    pub within: i64,
    /// The members, as they are kept.
    pub body: Map<String, Value>,
}

impl Thing {
    /// A member that is a text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name)?.as_str()
    }
}

/// The things of a collection that a query finds, the built-in ones among them.
pub(crate) fn find(
    collection: &Collection,
    query: &DocumentQuery,
    metadata: &Metadata,
    tx: &mut dyn Transaction,
) -> Stored<Vec<Thing>> {
    let documents = tx.documents(query)?;
    let kept = documents.into_iter().map(|document| Thing {
        id: document.id,
        within: document.within,
        body: match document.body {
            Value::Object(body) => body,
            _ => Map::new(),
        },
    });
    let mut things: Vec<Thing> = kept.collect();
    for built_in in collection.built_in {
        let id = metadata.schema_id_of(built_in.number);
        let asked = query.ids.as_ref().is_none_or(|ids| ids.contains(&id));
        if asked && things.iter().all(|thing| thing.id != id) {
            let members = built_in.members.iter();
            things.push(Thing {
                id,
                within: 0,
                body: members
                    .map(|(name, text)| ((*name).to_owned(), (*text).into()))
                    .collect(),
            });
        }
    }
    things.retain(|thing| !thing.body.contains_key(REMOVED));
    things.sort_by_key(|thing| thing.id);
    Ok(things)
}

/// All things of the organisation.
pub(crate) fn all(
    collection: &Collection,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Stored<Vec<Thing>> {
    let all = DocumentQuery::all(call.caller.org(), collection.kind);
    find(collection, &all, call.metadata(), tx)
}

/// The thing with an id, if there is one.
pub(crate) fn find_one(
    collection: &Collection,
    id: RecordId,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Stored<Option<Thing>> {
    let query = DocumentQuery::all(call.caller.org(), collection.kind).with_ids(vec![id.get()]);
    Ok(find(collection, &query, call.metadata(), tx)?.pop())
}

/// Marks a built-in thing that the organisation has removed.
pub(super) const REMOVED: &str = "$removed";

/// How a reference's thing is found: each kind is asked for once.
pub(super) struct Things(HashMap<(DocumentKind, i64), Option<Thing>>);

impl Things {
    /// The things that these bodies refer to, in one question a kind.
    pub(super) fn referred_to(
        of: &Collection,
        bodies: &[&Map<String, Value>],
        call: &Call<'_>,
        tx: &mut dyn Transaction,
    ) -> Stored<Self> {
        let mut things = Self(HashMap::new());
        for member in of.members {
            let super::Shape::Thing(kind, _) = member.shape else {
                continue;
            };
            let ids = bodies
                .iter()
                .filter_map(|body| body.get(member.name)?.as_i64());
            let mut ids: Vec<i64> = ids
                .filter(|id| !things.0.contains_key(&(kind, *id)))
                .collect();
            ids.sort_unstable();
            ids.dedup();
            let (Some(collection), false) = (collection(kind), ids.is_empty()) else {
                continue;
            };
            let query = DocumentQuery::all(call.caller.org(), kind).with_ids(ids.clone());
            things
                .0
                .extend(ids.into_iter().map(|id| ((kind, id), None)));
            for thing in find(collection, &query, call.metadata(), tx)? {
                things.0.insert((kind, thing.id), Some(thing));
            }
        }
        Ok(things)
    }

    /// A thing that has been looked for.
    pub(super) fn get(&self, kind: DocumentKind, id: i64) -> Option<&Thing> {
        self.0.get(&(kind, id))?.as_ref()
    }
}

/// The thing that a call's things stand within: its number, and the module if it is one.
pub(crate) fn within<'a>(
    collection: &Collection,
    call: &Call<'a>,
) -> Result<Option<&'a Module>, Fault> {
    let Within::Module {
        missing,
        unknown,
        unsupported,
    } = &collection.within
    else {
        return Ok(None);
    };
    let name = given(call, "module").ok_or_else(|| Fault::new(missing).with("param", "module"))?;
    let module = call
        .metadata()
        .module_called(name)
        .ok_or_else(|| Fault::new(unknown))?;
    match module.support {
        Support::Served => Ok(Some(module)),
        _ => Err(Fault::new(unsupported)),
    }
}

/// The only thing there is, or the one that the path names by its id, or by a unique member if the collection has a
/// series of keys for API names.
pub(super) fn in_path(
    collection: &Collection,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Result<Option<Thing>, Fault> {
    if collection.only.is_some() {
        return Ok(all(collection, call, tx)?.pop());
    }
    let named = call.path(collection.parameter());
    if let Some(id) = RecordId::parse(named) {
        return Ok(find_one(collection, id, call, tx)?);
    }
    let Some(api_name) = collection
        .members
        .iter()
        .find(|member| member.name == "api_name")
    else {
        return Ok(None);
    };
    Ok(all(collection, call, tx)?
        .into_iter()
        .find(|thing| thing.text(api_name.name) == Some(named)))
}

/// The things that the filters of a list take.
pub(super) fn filtered(
    collection: &Collection,
    things: &mut Vec<Thing>,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Result<(), Fault> {
    for filter in collection.filters {
        match filter {
            super::Filter::RefersTo(parameter, member) => {
                let Some(value) = given(call, parameter) else {
                    continue;
                };
                let id = referred(collection, member, value, call, tx)?;
                let id = id.ok_or_else(|| {
                    Fault::new(&faults::PARAMETER_UNKNOWN).with("param_name", *parameter)
                })?;
                things.retain(|thing| thing.body.get(*member).and_then(Value::as_i64) == Some(id));
            }
            super::Filter::Is(parameter, name) => {
                let member = collection.members.iter().find(|known| known.name == *name);
                let (Some(text), Some(member)) = (given(call, parameter), member) else {
                    continue;
                };
                let sought = member.sought(text).ok_or_else(|| pattern(parameter))?;
                things.retain(|thing| member.kept(&thing.body) == sought);
            }
            super::Filter::Mine(parameter) => {
                let me = call.caller.user().id;
                if given(call, parameter).is_some_and(|value| value.eq_ignore_ascii_case("true")) {
                    let by = |thing: &Thing| thing.body.get(super::CREATED)?.get("by")?.as_i64();
                    things.retain(|thing| by(thing) == Some(me));
                }
            }
        }
    }
    Ok(())
}

/// The id of the thing that a parameter names, by its id or its API name.
fn referred(
    collection: &Collection,
    member: &str,
    value: &str,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Result<Option<i64>, Fault> {
    let of = collection.members.iter().find(|known| known.name == member);
    let Some(super::Shape::Thing(kind, _)) = of.map(|member| member.shape) else {
        return Ok(None);
    };
    let Some(other) = super::collection(kind) else {
        return Ok(None);
    };
    let all = all(other, call, tx)?;
    let is_meant =
        |thing: &&Thing| thing.id.to_string() == value || thing.text("api_name") == Some(value);
    Ok(all.iter().find(is_meant).map(|thing| thing.id))
}
