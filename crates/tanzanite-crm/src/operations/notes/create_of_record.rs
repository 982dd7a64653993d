//! `POST /crm/{version}/{module}/{record_id}/Notes`: "Create Notes", on one record.

use super::of_record::{CREATE_FAULTS, Parent};
use super::{PATH_OF_RECORD, scope_of_record};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::operations::records::{body, insert_records};
use crate::operations::related::faults::PARENT_UNKNOWN;
use crate::policy;
use crate::transaction::Transaction;
use tanzanite_protocol::{Body, Descriptor, Method, ScopeOperation, limits};

/// Makes up to a hundred notes on a record. A parent in an item is not looked at.
pub static CREATE_OF_RECORD: Endpoint = Endpoint::on_record::<policy::WriteRelated>(
    Descriptor::new(
        "notes.create_of_record",
        "Create Notes",
        Method::Post,
        PATH_OF_RECORD,
    )
    .scope(scope_of_record(&[
        ScopeOperation::Create,
        ScopeOperation::Write,
    ]))
    .body(Body::Json)
    .refuses(CREATE_FAULTS),
    create,
)
.unknown(&PARENT_UNKNOWN);

fn create(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    body::answer(call, limits::RECORDS_PER_CALL_MAX, &[], |body| {
        let parent = Parent::find(call, tx)?;
        insert_records::insert_all(&parent.notes, tx, &parent.items(body.items))
    })
}
