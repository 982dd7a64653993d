//! `PUT /crm/{version}/{module}/{record_id}/actions/blueprint`: "Update Blueprint Details".
//!
//! A transition whose mandatory fields were not all given is saved partially: its values are kept beside the record's
//! until the missing ones come.

use super::given::{Given, PATH as PATH_OF_DATA};
use super::render::is_matched;
use super::{PATH, faults, process};
use crate::blueprint::{self, MODULES, Process, Transition};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{
    BODY_INVALID, BODY_NO_ITEMS, FIELD_DUPLICATE, FIELD_MANDATORY_MISSING, FIELD_NOT_WRITABLE,
    FIELD_TOO_LONG, FIELD_TYPE_WRONG, FIELD_VALUE_INVALID, FIELDS_MANY_WRONG, KEY_NOT_SERVED,
    VALUE_IMPOSSIBLE,
};
use crate::operations::records::faults::VALUE_NOT_MAPPED;
use crate::operations::records::{Known, by_name, change, if_unconverted};
use crate::policy;
use crate::schema::validate::{self, merge};
use crate::transaction::{Record, Transaction};
use serde_json::Map;
use tanzanite_protocol::envelope::success;
use tanzanite_protocol::{Body, Descriptor, Fault, Method, Reply, ScopeNeed, ScopeOperation};

/// The message of a record that was moved.
const MOVED: &str = "transition updated successfully";
/// The message of a transition that lacks values.
const SAVED: &str = "transition saved partially";

/// Moves a record to the state that a transition leads to.
pub static UPDATE: Endpoint = Endpoint::on_record::<policy::UpdateBlueprint>(
    Descriptor::new(
        "blueprint.update",
        "Update Blueprint Details",
        Method::Put,
        PATH,
    )
    .scope(ScopeNeed::module(&[
        ScopeOperation::Update,
        ScopeOperation::Write,
    ]))
    .modules(MODULES)
    .body(Body::Json)
    .refuses(&[
        &BODY_INVALID,
        &faults::PARAMETER_MISSING,
        &BODY_NO_ITEMS,
        &KEY_NOT_SERVED,
        &FIELD_MANDATORY_MISSING,
        &FIELD_TYPE_WRONG,
        &FIELD_NOT_WRITABLE,
        &FIELD_TOO_LONG,
        &FIELD_VALUE_INVALID,
        &FIELDS_MANY_WRONG,
        &faults::NOT_IN_PROCESS,
        &faults::TRANSITION_INVALID,
        &VALUE_IMPOSSIBLE,
        &VALUE_NOT_MAPPED,
        &FIELD_DUPLICATE,
    ]),
    update,
);

fn update(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let given = Given::read(call)?;
    let mut known = Known::nothing(call);
    change::check_lookups(call, tx, &mut known, &given.checked.lookups)?;
    let record =
        call.find(|org, module, id| if_unconverted(call.module(), tx.record(org, module, id)))?;
    let permit = call.authorize::<policy::UpdateBlueprint>(&record.head)?;
    let (process, transition) = available(call, &record, given.transition)?;

    let mut values = blueprint::saved(&record.fields, transition);
    values.extend(given.checked.fields);
    let named = given.checked.named;
    let is_given = |name: &String| {
        values.get(name).is_some_and(|value| !value.is_null())
            || named.iter().any(|named| named.api_name == *name)
    };
    let is_whole = transition.mandatory.iter().all(is_given);
    let Record {
        head,
        fields: before,
    } = record;
    let (metadata, module) = (call.metadata(), call.module());
    let mut after = before.clone();
    if is_whole {
        after = merge(&before, values.clone());
        blueprint::advance(&mut after, process, transition);
        blueprint::settle(metadata, module, &head, &mut after, false);
        let (zone, disagree) = (metadata.zone(), &VALUE_IMPOSSIBLE);
        validate::check_together(module, zone, &before, &after, PATH_OF_DATA, disagree)?;
        change::complete(call, &before, &mut after, head.created.at, PATH_OF_DATA)?;
    }
    let own = Some(head.id);
    let unique = change::unique(call, tx, &mut known, &after, PATH_OF_DATA, own)?;
    if is_whole {
        by_name::refer(call, tx, &named, &mut after)?;
    } else {
        by_name::refer(call, tx, &named, &mut values)?;
        values.retain(|_, value| !value.is_null());
        blueprint::save(&mut after, transition, values);
    }
    let change = change::of(call, &before, after, unique, head.owner, call.stamp()?);
    tx.update_record(permit.of_record(), &change)?;
    let message = if is_whole { MOVED } else { SAVED };
    Ok(Reply::json(200, &success(message, Map::new())))
}

/// The transition that the body names, if it leads out of the record's state and the record meets its criteria.
fn available<'a>(
    call: &RecordCall<'a>,
    record: &Record,
    named: Option<(&'a Process, &'a Transition)>,
) -> Result<(&'a Process, &'a Transition), Fault> {
    let process = process(call, &record.fields)?;
    let state = process.state(&record.fields);
    let invalid = |cause: String| Fault::new(&faults::TRANSITION_INVALID).because(cause);
    let (_, transition) = named.filter(|(of, _)| of.id == process.id).ok_or_else(|| {
        invalid(format!(
            "the process {:?} has no such transition",
            process.name
        ))
    })?;
    if transition.from != state {
        let cause = format!(
            "{:?} leads out of {:?}, not of {state:?}",
            transition.name, transition.from
        );
        return Err(invalid(cause));
    }
    if !is_matched(call, transition, record) {
        return Err(invalid(format!(
            "the record does not meet the criteria of {:?}",
            transition.name
        )));
    }
    Ok((process, transition))
}
