//! Changing a collection. Items are answered one by one; each goes through the stages by itself.

use super::member::{CREATED, MODIFIED, kept};
use super::read::shown;
use super::things::{REMOVED, Thing, Things, all, find_one, in_path, within};
use super::{Act, Change, Collection, Does, Member, Shape, Told, faults};
use crate::call::Call;
use crate::data_body;
use crate::endpoint::Answer;
use crate::faults as shared;
use crate::operations::records::Answers;
use crate::parameters;
use crate::policy::{self, End, PutDocument, RemoveDocument};
use crate::schema::Module;
use crate::schema::validate::{self, Place};
use crate::stored::{DocumentKey, NewDocument};
use crate::transaction::Transaction;
use serde_json::{Map, Value};
use tanzanite_protocol::envelope::{success, success_of};
use tanzanite_protocol::{Fault, RecordId, Stage};

pub(super) fn create(
    collection: &Collection,
    act: &Act,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Answer {
    let module = within(collection, call)?;
    let items = items(collection, act, call)?;
    may_change(collection, module, call)?;
    if let Some(another) = collection.only {
        call.reach(Stage::State);
        if !all(collection, call, tx)?.is_empty() {
            return Err(Fault::new(another));
        }
    }
    each(collection, 201, items, call, |item, path| {
        let thing = Thing {
            id: 0,
            within: module.map_or(0, |module| module.number),
            body: Map::new(),
        };
        let given = given(collection, item, true, path, call, tx)?;
        change(collection, act, thing, &given, path, call, tx)
    })
}

pub(super) fn update(
    collection: &Collection,
    act: &Act,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Answer {
    let module = within(collection, call)?;
    let items = items(collection, act, call)?;
    let mut of_path = None;
    if act.does == Does::UpdateOne {
        call.reach(Stage::Record);
        of_path = in_path(collection, call, tx)?.filter(|thing| is_within(thing, module));
        if of_path.is_none() {
            let unknown = unknown(collection, call);
            if collection.only.is_none() {
                return Err(unknown);
            }
            let mut answers = answers(collection, 200);
            answers.push(Err(unknown))?;
            return Ok(answers.into_reply());
        }
    }
    may_change(collection, module, call)?;
    each(collection, 200, items, call, |item, path| {
        let given = given(collection, item, false, path, call, tx)?;
        let thing = match &of_path {
            Some(thing) => {
                is_named(collection, item, thing, path, call)?;
                thing.clone()
            }
            None => of_item(collection, item, module, path, call, tx)?,
        };
        change(collection, act, thing, &given, path, call, tx)
    })
}

/// The items of a body.
fn items<'a>(collection: &Collection, act: &Act, call: &Call<'a>) -> Result<&'a [Value], Fault> {
    match collection.only {
        None => data_body::items(call, collection.root, act.items_max),
        Some(_) => data_body::only(call, collection.root),
    }
}

/// No answers to items yet.
fn answers(collection: &Collection, success_status: u16) -> Answers {
    let answers = Answers::under(collection.root, success_status);
    match collection.only {
        None => answers,
        Some(_) => answers.alone(),
    }
}

/// Answers each item of a body, of which `answer` is told the place too.
fn each(
    collection: &Collection,
    success_status: u16,
    items: &[Value],
    call: &Call<'_>,
    mut answer: impl FnMut(&Value, &str) -> Result<Value, Fault>,
) -> Answer {
    let mut answers = answers(collection, success_status);
    for (place, item) in items.iter().enumerate() {
        let path = match collection.only {
            None => format!("$.{}[{place}]", collection.root),
            Some(_) => format!("$.{}", collection.root),
        };
        answers.push(call.item(|| answer(item, &path)))?;
    }
    Ok(answers.into_reply())
}

pub(super) fn remove_one(
    collection: &Collection,
    act: &Act,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Answer {
    call.reach(Stage::Record);
    let thing = in_path(collection, call, tx)?.ok_or_else(|| unknown(collection, call))?;
    let module = call.metadata().module_numbered(thing.within);
    may_change(collection, module, call)?;
    removed(collection, &thing, call, tx)?;
    let mut answers = Answers::under(collection.root, 200);
    answers.push(Ok(success_of(act.says, &thing.id)))?;
    Ok(answers.into_reply())
}

pub(super) fn remove_many(
    collection: &Collection,
    act: &Act,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Answer {
    let unknown = |id: &str| Fault::new(collection.unknown.removed).with("id", id);
    let ids = parameters::needed_ids(call, act.items_max, || unknown(""))?;
    let mut answers = Answers::under(collection.root, 200);
    for id in ids {
        answers.push(call.item(|| {
            call.reach(Stage::Record);
            let thing = find_one(collection, id, call, tx)?;
            let thing = thing.ok_or_else(|| unknown(&id.to_string()))?;
            removed(collection, &thing, call, tx)?;
            Ok(success_of(act.says, &id))
        }))?;
    }
    Ok(answers.into_reply())
}

fn may_change(
    collection: &Collection,
    module: Option<&Module>,
    call: &Call<'_>,
) -> Result<(), Fault> {
    call.reach(Stage::Sharing);
    policy::check_edit(call.caller, &collection.right, module)
}

fn is_within(thing: &Thing, module: Option<&Module>) -> bool {
    module.is_none_or(|module| module.number == thing.within)
}

fn unknown(collection: &Collection, call: &Call<'_>) -> Fault {
    let fault =
        Fault::new(collection.unknown.in_path).because("the path names nothing that there is");
    let row = fault.row();
    if row.details.contains(&"id") {
        return fault.with("id", call.path(collection.parameter()));
    }
    // The segments are counted from the one after the version.
    if row.details.contains(&"resource_path_index") {
        fault.with("resource_path_index", 2)
    } else {
        fault
    }
}

/// Refuses an item that is for the only thing and has the id of another.
fn is_named(
    collection: &Collection,
    item: &Value,
    thing: &Thing,
    path: &str,
    call: &Call<'_>,
) -> Result<(), Fault> {
    let id = item.get("id").filter(|id| !id.is_null());
    let is_meant = |id: &Value| validate::id_of(id).is_some_and(|id| id.get() == thing.id);
    call.reach(Stage::Record);
    if collection.only.is_none() || id.is_none_or(is_meant) {
        Ok(())
    } else {
        Err(no_such_item(collection, &Place::new(path, "id")))
    }
}

fn no_such_item(collection: &Collection, at: &Place<'_>) -> Fault {
    let fault = at.fault(collection.unknown.in_item);
    if fault.row().details.contains(&"expected_data_type") {
        fault.with("expected_data_type", "long")
    } else {
        fault
    }
}

/// The thing that an item names by its id.
fn of_item(
    collection: &Collection,
    item: &Value,
    module: Option<&Module>,
    path: &str,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Result<Thing, Fault> {
    let at = Place::new(path, "id");
    let id = match item.get("id") {
        None | Some(Value::Null) => return Err(at.missing()),
        Some(id @ (Value::String(_) | Value::Number(_))) => validate::id_of(id),
        Some(_) => return Err(at.wrong_type("bigint")),
    };
    call.reach(Stage::Record);
    let unknown = || no_such_item(collection, &at);
    let id = id.ok_or_else(unknown)?;
    find_one(collection, id, call, tx)?
        .filter(|thing| is_within(thing, module))
        .ok_or_else(unknown)
}

/// The members that an item gives, as they will be kept: all that can be decided without the thing itself. Values whose
/// type another member says are left for later.
fn given(
    collection: &Collection,
    item: &Value,
    is_new: bool,
    path: &str,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Result<Map<String, Value>, Fault> {
    let Value::Object(item) = item else {
        return Err(Fault::new(&shared::BODY_INVALID).with("expected_data_type", "jsonobject"));
    };
    let mut given = Map::new();
    for member in collection.members {
        let at = Place::new(path, member.name);
        if !member.is_given() {
            check_unwritten(member, item, &at, call)?;
            continue;
        }
        let value = match item.get(member.name) {
            Some(_) if member.fixed && !is_new => continue,
            Some(value) if member.is_typed() => value.clone(),
            Some(value) => member.check(value, &at)?,
            None if !is_new => continue,
            None if member.mandatory => return Err(at.missing()),
            None => Value::Null,
        };
        if member.mandatory && value.as_str().is_some_and(|text| text.trim().is_empty()) {
            return Err(at.missing());
        }
        given.insert(member.name.to_owned(), value);
    }
    references(collection, &given, path, call, tx)?;
    Ok(given)
}

/// Refuses a value of a member that the server writes if the vendor would act on it.
fn check_unwritten(
    member: &Member,
    item: &Map<String, Value>,
    at: &Place<'_>,
    call: &Call<'_>,
) -> Result<(), Fault> {
    let shown = || member.show(0, item, call.metadata(), &mut |_, _, _| Value::Null);
    match item.get(member.name) {
        Some(value) if member.is_unserved() && !value.is_null() && *value != shown() => {
            Err(at.fault(&shared::KEY_NOT_SERVED))
        }
        _ => Ok(()),
    }
}

/// All things and users that are referred to are there.
fn references(
    collection: &Collection,
    given: &Map<String, Value>,
    path: &str,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Result<(), Fault> {
    let things = Things::referred_to(collection, &[given], call, tx)?;
    for member in collection.members {
        let Some(id) = given.get(member.name).and_then(Value::as_i64) else {
            continue;
        };
        let is_there = match member.shape {
            Shape::Thing(kind, _) => things.get(kind, id).is_some(),
            Shape::User => RecordId::new(id).is_some_and(|id| call.metadata().user(id).is_some()),
            _ => true,
        };
        if !is_there {
            let path = format!("{path}.{}", member.name);
            let row = member.otherwise.unwrap_or(&faults::REFERENCE_UNKNOWN);
            return Err(Place::new(&path, "id").fault(row));
        }
    }
    Ok(())
}

/// Makes a change of a thing, or a new one: what depends on its other members, and on other things, is looked at now.
fn change(
    collection: &Collection,
    act: &Act,
    mut thing: Thing,
    given: &Map<String, Value>,
    path: &str,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Result<Value, Fault> {
    call.reach(Stage::State);
    for member in collection.members {
        if let Some(value) = given.get(member.name).cloned() {
            let value = member.shape.merged(thing.body.get(member.name), value);
            thing.body.insert(member.name.to_owned(), value);
        }
    }
    for member in collection.members {
        member.check_needed(&thing.body, path)?;
    }
    for member in collection.members.iter().filter(|member| member.is_typed()) {
        if let Some(value) = thing.body.get(member.name).cloned() {
            let at = Place::new(path, member.name);
            let value = member.check_typed(&value, &thing.body, &at)?;
            thing.body.insert(member.name.to_owned(), value);
        }
    }
    unique(collection, &thing, path, call, tx)?;
    let is_new = thing.id == 0;
    if is_new {
        thing.id = call.metadata().id_of(tx.next_number(call.caller.org())?);
    }
    let mut change = Change {
        id: thing.id,
        is_new,
        within: thing.within,
        given,
        body: &mut thing.body,
        path,
    };
    (collection.hooks.check)(call, &mut change, tx)?;
    let thing = stamped(thing, call)?;
    put(collection, &thing, call, tx)?;
    let details = match collection.told {
        Told::Id => return Ok(success_of(act.says, &thing.id)),
        Told::Everything => {
            match shown(collection, std::slice::from_ref(&thing), call, tx)?.pop() {
                Some(Value::Object(shown)) => shown,
                _ => Map::new(),
            }
        }
    };
    Ok(success(act.says, details))
}

/// No other thing has the same values where they are unique.
fn unique(
    collection: &Collection,
    thing: &Thing,
    path: &str,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Result<(), Fault> {
    for member in collection.members {
        let (Some(slot), Some(key)) = (member.unique, key(thing.within, &thing.body, member.name))
        else {
            continue;
        };
        let holders = tx.documents_with_keys(call.caller.org(), collection.kind, slot, &[key])?;
        if let Some((_, other)) = holders.iter().find(|(_, id)| *id != thing.id) {
            let fault = Place::new(path, member.name).fault(&shared::FIELD_DUPLICATE);
            return Err(match collection.told {
                Told::Everything => fault.with("id", other.to_string()),
                Told::Id => fault,
            });
        }
    }
    Ok(())
}

/// The keys by which a thing is found.
pub(crate) fn keys(
    collection: &Collection,
    within: i64,
    body: &Map<String, Value>,
) -> Vec<DocumentKey> {
    let keys = collection.members.iter().filter_map(|member| {
        Some(DocumentKey {
            slot: member.unique?,
            value: key(within, body, member.name)?,
        })
    });
    keys.collect()
}

/// The key by which a thing is found among those that stand within the same.
fn key(within: i64, body: &Map<String, Value>, name: &str) -> Option<String> {
    let text = body.get(name)?.as_str()?;
    Some(format!("{within} {}", text.trim().to_lowercase()))
}

/// A thing with the stamps of a change by the caller.
pub(crate) fn stamped(mut thing: Thing, call: &Call<'_>) -> Result<Thing, Fault> {
    let stamp = kept(call.stamp()?);
    thing
        .body
        .entry(CREATED.to_owned())
        .or_insert_with(|| stamp.clone());
    thing.body.insert(MODIFIED.to_owned(), stamp);
    Ok(thing)
}

/// Keeps a thing.
pub(crate) fn put(
    collection: &Collection,
    thing: &Thing,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Result<(), Fault> {
    let document = NewDocument {
        within: thing.within,
        keys: keys(collection, thing.within, &thing.body),
        body: Value::Object(thing.body.clone()),
    };
    let grant = grant_of::<PutDocument>(collection, thing, call)?;
    Ok(tx.put_document(grant, &document)?)
}

/// Removes a thing with its links, once others have been looked after.
pub(crate) fn removed(
    collection: &Collection,
    thing: &Thing,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Result<(), Fault> {
    (collection.hooks.remove)(call, thing, tx)?;
    let metadata = call.metadata();
    let mut built_in = collection.built_in.iter();
    if built_in.any(|built_in| metadata.schema_id_of(built_in.number) == thing.id) {
        let mut mark = thing.clone();
        mark.body.insert(REMOVED.to_owned(), true.into());
        return put(collection, &mark, call, tx);
    }
    if let Some(relation) = collection.unlinks {
        let module = metadata.module_numbered(thing.within);
        let grant = policy::link_grant(
            call.caller,
            &collection.right,
            module,
            relation,
            End::Target(thing.id),
        )?;
        tx.unlink(grant, None)?;
    }
    let grant = grant_of::<RemoveDocument>(collection, thing, call)?;
    tx.remove_document(grant)?;
    Ok(())
}

fn grant_of<A>(
    collection: &Collection,
    thing: &Thing,
    call: &Call<'_>,
) -> Result<policy::Grant<A>, Fault> {
    let module = call.metadata().module_numbered(thing.within);
    policy::grant(
        call.caller,
        &collection.right,
        module,
        collection.kind,
        thing.id,
    )
}
