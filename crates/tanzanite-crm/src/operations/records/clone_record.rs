//! `POST /crm/{version}/{module}/{record_id}/actions/clone`: "Record Clone".
//!
//! The new record has the values of the other one, but for those that the body gives. It belongs to the caller unless
//! the body says otherwise, and has neither photo nor tags, which is assumed. A value of a unique field must be given
//! anew.

use super::answers::Answers;
use super::choices::if_unconverted;
use super::insert_records::{ADDED, FAULTS, SCOPE, insert_one};
use super::known::Known;
use super::{body, change, faults, rows};
use crate::blueprint;
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{BODY_INVALID, VALUE_IMPOSSIBLE};
use crate::policy;
use crate::schema::validate::{self, Checked, Mode, merge};
use crate::transaction::Transaction;
use serde_json::{Map, Value};
use tanzanite_protocol::envelope::success;
use tanzanite_protocol::{Body, Descriptor, Fault, Method, Stage};

/// The place of the one item.
const PATH: &str = "$.data[0]";

/// Copies a record.
pub static CLONE: Endpoint = Endpoint::on_record::<policy::CloneRecord>(
    Descriptor::new(
        "record.clone",
        "Record Clone",
        Method::Post,
        "/crm/{version}/{module}/{record_id}/actions/clone",
    )
    .scope(SCOPE)
    .body(Body::Json)
    .refuses(FAULTS),
    clone,
)
.unknown(&faults::ID_UNKNOWN);

fn clone(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let bytes = call.body(|| Fault::new(&BODY_INVALID).with("expected_data_type", "jsonobject"))?;
    if bytes.trim_ascii().is_empty() {
        return clone_with(call, tx, &Map::new());
    }
    body::answer(call, 1, &[], |body| {
        let given = body.items.first().unwrap_or(&Value::Null);
        match body::object(given, PATH) {
            Ok(given) => clone_with(call, tx, given),
            Err(fault) => told(call, Err(fault)),
        }
    })
}

fn clone_with(
    call: &RecordCall<'_>,
    tx: &mut dyn Transaction,
    given: &Map<String, Value>,
) -> Answer {
    let copied = call.item(|| copy(call, tx, given));
    match copied {
        // Only faults of the item are told within `data`, and this one is the path's.
        Err(fault) if fault.is(&faults::ID_UNKNOWN) => Err(fault),
        copied => told(call, copied),
    }
}

fn told(call: &RecordCall<'_>, copied: Result<Map<String, Value>, Fault>) -> Answer {
    let mut answers = Answers::to_write(call, 201);
    answers.push(copied.map(|details| success(ADDED, details)))?;
    Ok(answers.into_reply())
}

fn copy(
    call: &RecordCall<'_>,
    tx: &mut dyn Transaction,
    given: &Map<String, Value>,
) -> Result<Map<String, Value>, Fault> {
    let module = call.module();
    let given = change::check(call, given, PATH, Mode::Update)?;
    let mut known = Known::nothing(call);
    change::check_lookups(call, tx, &mut known, &given.lookups)?;
    let record =
        call.find(|org, module, id| if_unconverted(call.module(), tx.record(org, module, id)))?;
    call.authorize::<policy::CloneRecord>(&record.head)?;
    call.reach(Stage::State);
    let mut kept = record.fields;
    // A hidden value is none that the caller could have copied by hand.
    kept.retain(|name, _| name.starts_with('$') || call.view().field(name).is_some());
    rows::forget_ids(module, &mut kept);
    blueprint::forget(&mut kept);
    let fields = merge(&kept, given.fields);
    let (zone, none) = (call.metadata().zone(), Map::new());
    validate::check_together(module, zone, &none, &fields, PATH, &VALUE_IMPOSSIBLE)?;
    // The lookups that are kept show their targets to nobody who does not see them anyway.
    let checked = Checked {
        fields,
        lookups: Vec::new(),
        ..given
    };
    insert_one(call, tx, &mut known, checked, PATH)
}
