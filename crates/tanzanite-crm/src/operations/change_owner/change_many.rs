//! `POST /crm/{version}/{module}/actions/change_owner`: "Change Owner", of many records.

use super::{FAULTS, SCOPE, UNSERVED, change_owner, given};
use crate::call::ModuleCall;
use crate::endpoint::{Answer, Endpoint};
use crate::operations::records::faults::ID_OF_NONE;
use crate::operations::records::{Answers, Known, if_unconverted};
use crate::policy;
use crate::schema::validate::Checked;
use crate::transaction::Transaction;
use tanzanite_protocol::{Body, Descriptor, Fault, Method, Stage};

/// Gives up to five hundred records to another owner: 200, 202 if some were refused.
pub static CHANGE_MANY: Endpoint = Endpoint::on_records::<policy::ChangeOwner>(
    Descriptor::new(
        "change_owner.change_owner_many",
        "Change Owner",
        Method::Post,
        "/crm/{version}/{module}/actions/change_owner",
    )
    .scope(SCOPE)
    .body(Body::Json)
    .unserved(UNSERVED)
    .refuses(FAULTS),
    &ID_OF_NONE,
    change_many,
);

fn change_many(call: &ModuleCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let body = given::whole(call)?;
    let owner = given::owner(call, body)?;
    let ids = given::ids(body)?;
    let module = call.module();
    let mut known = Known::nothing(call);
    let unchanged = Checked::default();
    known.learn(call, tx, ids.iter().map(|id| (Some(*id), &unchanged)))?;
    let mut answers = Answers::new(200);
    for (index, id) in ids.into_iter().enumerate() {
        answers.push(call.item(|| {
            call.reach(Stage::Record);
            let record = if_unconverted(module, known.take_record(call, tx, module.number, id))?;
            let unknown = || Fault::new(&ID_OF_NONE).with("id", id.to_string());
            change_owner(
                call,
                tx,
                &mut known,
                record.ok_or_else(unknown)?,
                owner,
                index,
            )
        }))?;
    }
    let mut reply = answers.into_reply();
    // Direct calls get this status, and the vendor's own pages 207 (OpenAPI, 2026).
    if reply.status == 207 {
        reply.status = 202;
    }
    Ok(reply)
}
