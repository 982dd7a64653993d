//! `PUT /crm/{version}/{module}/{record_id}`: "Update Records", one by the id in the path.

use super::answers::Answers;
use super::choices::if_unconverted;
use super::known::Known;
use super::update_records::{FAULTS, Item, SCOPE, UPDATED, update};
use super::{PATH_OF_RECORD, body, faults};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::policy;
use crate::transaction::Transaction;
use serde_json::Value;
use tanzanite_protocol::envelope::success;
use tanzanite_protocol::{Body, Descriptor, Method};

/// The place of the one item.
const PATH: &str = "$.data[0]";

/// Changes one record. The id is the path's; one in the body is not looked at.
pub static UPDATE: Endpoint = Endpoint::on_record::<policy::UpdateRecord>(
    Descriptor::new(
        "record.update",
        "Update a Record",
        Method::Put,
        PATH_OF_RECORD,
    )
    .scope(SCOPE)
    .body(Body::Json)
    .refuses(FAULTS),
    update_one,
)
.unknown(&faults::ID_UNKNOWN);

pub(crate) fn update_one(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    body::answer(call, 1, &[], |body| update_only(call, tx, body.items))
}

fn update_only(call: &RecordCall<'_>, tx: &mut dyn Transaction, items: &[Value]) -> Answer {
    let mut answers = Answers::to_write(call, 200);
    for item in items {
        let mut known = Known::nothing(call);
        let updated = call.item(|| {
            let item = Item::check(call, item, PATH, |_| Ok(None))?;
            update(call, tx, &mut known, item, PATH, |_, tx| {
                call.find(|org, module, id| {
                    if_unconverted(call.module(), tx.record(org, module, id))
                })
            })
        });
        match updated {
            // Only faults of the item are told within `data`, and this one is the path's.
            Err(fault) if fault.is(&faults::ID_UNKNOWN) => return Err(fault),
            item => answers.push(item.map(|details| success(UPDATED, details)))?,
        }
    }
    Ok(answers.into_reply())
}
