//! `POST /crm/{version}/{module}/{record_id}/actions/change_owner`: "Change Owner", of one record.

use super::{FAULTS, SCOPE, UNSERVED, change_owner, given};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::operations::records::faults::ID_OF_NONE;
use crate::operations::records::{Answers, Known, if_unconverted};
use crate::policy;
use crate::transaction::Transaction;
use tanzanite_protocol::{Body, Descriptor, Method};

/// Gives one record to another owner.
pub static CHANGE_ONE: Endpoint = Endpoint::on_record::<policy::ChangeOwner>(
    Descriptor::new(
        "change_owner.change_owner",
        "Change Owner",
        Method::Post,
        "/crm/{version}/{module}/{record_id}/actions/change_owner",
    )
    .scope(SCOPE)
    .body(Body::Json)
    .unserved(UNSERVED)
    .refuses(FAULTS),
    change_one,
)
.unknown(&ID_OF_NONE);

fn change_one(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let owner = given::owner(call, given::whole(call)?)?;
    let record =
        call.find(|org, module, id| if_unconverted(call.module(), tx.record(org, module, id)))?;
    let mut known = Known::nothing(call);
    let changed = change_owner(call, tx, &mut known, record, owner, 0)?;
    let mut answers = Answers::new(200);
    answers.push(Ok(changed))?;
    Ok(answers.into_reply())
}
