//! `PUT /crm/{version}/{module}/{record_id}/Notes`: "Update Notes", several of one record.

use super::of_record::{Parent, UPDATE_FAULTS};
use super::{PATH_OF_RECORD, scope_of_record};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::operations::records::faults::ID_UNKNOWN;
use crate::operations::records::{body, update_records};
use crate::operations::related::faults::PARENT_UNKNOWN;
use crate::policy;
use crate::transaction::Transaction;
use tanzanite_protocol::endpoint::joined;
use tanzanite_protocol::{Body, Descriptor, Method, Row, ScopeOperation, limits};

const FAULTS: &[&Row] = &joined::<{ UPDATE_FAULTS.len() + 1 }>(&[UPDATE_FAULTS, &[&ID_UNKNOWN]]);

/// Changes up to a hundred notes of a record, each by the id in its item. Another record's note is unknown here.
pub static UPDATE_MANY_OF_RECORD: Endpoint = Endpoint::on_record::<policy::WriteRelated>(
    Descriptor::new(
        "notes.update_of_record",
        "Update Notes",
        Method::Put,
        PATH_OF_RECORD,
    )
    .scope(scope_of_record(&[
        ScopeOperation::Update,
        ScopeOperation::Write,
    ]))
    .body(Body::Json)
    .refuses(FAULTS),
    update_many,
)
.unknown(&PARENT_UNKNOWN);

fn update_many(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    body::answer(call, limits::RECORDS_PER_CALL_MAX, &[], |body| {
        let parent = Parent::find(call, tx)?;
        let items = parent.items(body.items);
        let is_meant = |fields: &_| parent.has(fields);
        update_records::update_all(&parent.notes, tx, &items, is_meant)
    })
}
