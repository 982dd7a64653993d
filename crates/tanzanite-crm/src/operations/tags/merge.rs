//! `POST /crm/{version}/settings/tags/{id}/actions/merge`: "Merge Tags". The tag in the path gets the records of the
//! other tag, which is removed.

use super::{TAGS, faults, tag};
use crate::call::Call;
use crate::collection::{self, Place};
use crate::data_body;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{
    BODY_INVALID, BODY_NO_ITEMS, FIELD_MANDATORY_MISSING, FIELD_TOO_LONG, FIELD_TYPE_WRONG,
    VALUE_IMPOSSIBLE,
};
use crate::policy::{self, End};
use crate::stored::Relation;
use crate::transaction::Transaction;
use serde_json::{Map, Value};
use tanzanite_protocol::envelope::{Batch, success};
use tanzanite_protocol::{
    Body, Descriptor, Evidence, Fault, Method, ScopeNeed, ScopeOperation, Stage,
};

/// Merges two tags of a module.
pub static MERGE: Endpoint = Endpoint::in_org(
    Descriptor::new(
        "tags.merge",
        "Merge Tags",
        Method::Post,
        "/crm/{version}/settings/tags/{id}/actions/merge",
    )
    .scope(ScopeNeed::fixed(
        "settings",
        "tags",
        &[ScopeOperation::Write, ScopeOperation::Create],
    ))
    .body(Body::Json)
    .refuses(&[
        &BODY_INVALID,
        &BODY_NO_ITEMS,
        &FIELD_MANDATORY_MISSING,
        &FIELD_TYPE_WRONG,
        &FIELD_TOO_LONG,
        &faults::UNKNOWN,
        &faults::NOT_PERMITTED,
        &VALUE_IMPOSSIBLE,
    ])
    .evidence(Evidence::Docs),
    merge,
);

const CONFLICT: Place<'static> = Place::new("$.tags[0]", "conflict_id");

fn merge(call: &Call<'_>, tx: &mut dyn Transaction) -> Answer {
    let items = data_body::items(call, TAGS.root, 1)?;
    let other = match items.first().and_then(|item| item.get(CONFLICT.api_name)) {
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        None | Some(Value::Null) => return Err(CONFLICT.missing()),
        Some(_) => return Err(CONFLICT.wrong_type("bigint")),
    };
    call.reach(Stage::Record);
    let kept = tag(call, call.path("id"), tx)?;
    let other = tag(call, &other, tx)?;
    call.reach(Stage::Sharing);
    let module = call.metadata().module_numbered(kept.within);
    let grant = policy::link_grant(
        call.caller,
        &TAGS.right,
        module,
        Relation::TAGGED,
        End::Target(kept.id),
    )?;
    call.reach(Stage::State);
    if other.id == kept.id || other.within != kept.within {
        return Err(CONFLICT.fault(&VALUE_IMPOSSIBLE));
    }
    tx.copy_links(other.id, grant)?;
    collection::removed(&TAGS, &other, call, tx)?;
    let kept = collection::stamped(kept, call)?;
    collection::put(&TAGS, &kept, call, tx)?;
    let mut batch = Batch::new(TAGS.root, 200);
    let details = match collection::shown(&TAGS, &[kept], call, tx)?.pop() {
        Some(Value::Object(details)) => details,
        _ => Map::new(),
    };
    batch.push(Ok::<_, Fault>(success("tags merged successfully", details)));
    Ok(batch.into_reply())
}
