//! Reading a collection.

use super::things::{Things, filtered, find, in_path, within};
use super::{Act, Collection, Does, Thing};
use crate::call::Call;
use crate::endpoint::Answer;
use crate::paging::Page;
use crate::stored::{DocumentKind, DocumentQuery};
use crate::transaction::{Stored, Transaction};
use serde_json::{Map, Value};
use tanzanite_protocol::Reply;

pub(super) fn list(
    collection: &Collection,
    act: &Act,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Answer {
    let module = within(collection, call)?;
    let mut query = DocumentQuery::all(call.caller.org(), collection.kind);
    if let Some(module) = module {
        query = query.within(module.number);
    }
    let mut things = find(collection, &query, call.metadata(), tx)?;
    filtered(collection, &mut things, call, tx)?;
    answer(collection, act, things, call, tx)
}

pub(super) fn get(
    collection: &Collection,
    act: &Act,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Answer {
    let mut things: Vec<Thing> = in_path(collection, call, tx)?.into_iter().collect();
    filtered(collection, &mut things, call, tx)?;
    answer(collection, act, things, call, tx)
}

fn answer(
    collection: &Collection,
    act: &Act,
    mut things: Vec<Thing>,
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Answer {
    let mut info = match collection.hooks.info {
        Some(info) if act.does == Does::List => Some(info(things.len())),
        _ => None,
    };
    if act.per_page > 0 {
        let page = Page::of(call, act.per_page)?;
        let (cut, more) = page.cut(things);
        things = cut;
        info = Some(page.info(things.len(), more));
    }
    let mut shown = shown(collection, &things, call, tx)?;
    let only = collection.only.and_then(|_| shown.pop());
    if shown.is_empty() && only.is_none() {
        return Ok(Reply::no_content());
    }
    let mut body = Map::new();
    body.insert(
        collection.root.to_owned(),
        only.unwrap_or_else(|| shown.into()),
    );
    body.extend(info.map(|info| ("info".to_owned(), info)));
    Ok(Reply::json(200, &Value::Object(body)))
}

/// Things as lists show them.
pub(crate) fn shown(
    collection: &Collection,
    things: &[Thing],
    call: &Call<'_>,
    tx: &mut dyn Transaction,
) -> Stored<Vec<Value>> {
    let metadata = call.metadata();
    let bodies: Vec<_> = things.iter().map(|thing| &thing.body).collect();
    let others = Things::referred_to(collection, &bodies, call, tx)?;
    let mut named = |kind: DocumentKind, id: i64, member: &'static str| {
        let thing = others.get(kind, id);
        thing
            .and_then(|thing| thing.body.get(member))
            .cloned()
            .unwrap_or(Value::Null)
    };
    let mut show = |thing: &Thing| {
        let members = collection.members.iter();
        let members = members.map(|member| {
            let value = member.show(thing.id, &thing.body, metadata, &mut named);
            (member.name.to_owned(), value)
        });
        Value::Object(members.collect())
    };
    Ok(things.iter().map(&mut show).collect())
}
