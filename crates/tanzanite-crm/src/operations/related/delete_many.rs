//! `DELETE /crm/{version}/{module}/{record_id}/{related_list}?ids=`: "Delink Related Records".

use super::connected::Change;
use super::delete::SCOPE;
use super::faults::{NOT_RELATED, PARENT_UNKNOWN, RELATION_NOT_SERVED, RELATION_UNKNOWN};
use super::{PATH, named_to_change};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{PARAMETER_LIMIT, PARAMETER_MISSING};
use crate::operations::records::Answers;
use crate::operations::records::faults::ID_MALFORMED;
use crate::parameters;
use crate::policy;
use crate::transaction::Transaction;
use tanzanite_protocol::{Descriptor, Fault, Method, Row, limits};

pub(super) const FAULTS: &[&Row] = &[
    &RELATION_UNKNOWN,
    &RELATION_NOT_SERVED,
    &PARAMETER_MISSING,
    &PARAMETER_LIMIT,
    &ID_MALFORMED,
    &NOT_RELATED,
];

/// Takes the connections of a record with up to a hundred others away.
pub static DELETE_MANY: Endpoint = Endpoint::on_record::<policy::DeleteRelated>(
    Descriptor::new(
        "related_records.delete_many",
        "Delink Related Records",
        Method::Delete,
        PATH,
    )
    .scope(SCOPE)
    .refuses(FAULTS),
    delete_many,
)
.unknown(&PARENT_UNKNOWN);

pub(super) fn delete_many(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let list = named_to_change(call)?;
    let malformed = || Fault::new(&ID_MALFORMED);
    let ids = parameters::needed_ids(call, limits::RECORDS_PER_CALL_MAX, malformed)?;
    let (mut change, permit) = Change::open(call, &list, tx)?;
    let mut answers = Answers::new(200);
    for id in ids {
        answers.push(call.item(|| change.disconnect(id, &permit, tx)))?;
    }
    Ok(answers.into_reply())
}
