//! `DELETE /crm/{version}/{module}/{record_id}/{related_list}/{related_id}`: "Delink Related Records", one of them.

use super::connected::Change;
use super::faults::{NOT_RELATED, PARENT_UNKNOWN, RELATION_NOT_SERVED, RELATION_UNKNOWN};
use super::{PATH_OF_ONE, named_to_change};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::operations::records::Answers;
use crate::policy;
use crate::transaction::Transaction;
use tanzanite_protocol::{Descriptor, Fault, Method, Row, ScopeNeed, ScopeOperation};

pub(super) const SCOPE: ScopeNeed =
    ScopeNeed::module(&[ScopeOperation::Delete, ScopeOperation::Write]);
pub(super) const FAULTS: &[&Row] = &[&RELATION_UNKNOWN, &RELATION_NOT_SERVED, &NOT_RELATED];

/// Takes the connection of a record with another away.
pub static DELETE: Endpoint = Endpoint::on_record::<policy::DeleteRelated>(
    Descriptor::new(
        "related_records.delete",
        "Delink Related Records",
        Method::Delete,
        PATH_OF_ONE,
    )
    .scope(SCOPE)
    .refuses(FAULTS),
    delete,
)
.unknown(&PARENT_UNKNOWN);

pub(super) fn delete(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let list = named_to_change(call)?;
    let (mut change, permit) = Change::open(call, &list, tx)?;
    let mut answers = Answers::new(200);
    let given = call.path("related_id");
    answers.push(match call.path_id("related_id") {
        Some(other) => change.disconnect(other, &permit, tx),
        None => Err(Fault::new(&NOT_RELATED).with("id", given)),
    })?;
    Ok(answers.into_reply())
}
