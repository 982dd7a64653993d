//! `PUT /crm/{version}/{module}/{record_id}/Notes/{note_id}`: "Update Notes", one of one record.

use super::of_record::{Parent, UPDATE_FAULTS};
use super::{PATH_OF_ONE_OF_RECORD, scope_of_record};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::operations::locks::faults::UNKNOWN;
use crate::operations::records::beneath::SEGMENT_OF_ANNEX;
use crate::operations::records::faults::ID_UNKNOWN;
use crate::operations::records::{body, update_records};
use crate::operations::related::faults::PARENT_UNKNOWN;
use crate::policy;
use crate::transaction::Transaction;
use tanzanite_protocol::endpoint::joined;
use tanzanite_protocol::{Body, Descriptor, Fault, Method, Row, ScopeOperation};

const FAULTS: &[&Row] =
    &joined::<{ UPDATE_FAULTS.len() + 2 }>(&[UPDATE_FAULTS, &[&ID_UNKNOWN, &UNKNOWN]]);

/// Changes a note of a record. The id is the path's; one in the body is not looked at.
pub static UPDATE_OF_RECORD: Endpoint = Endpoint::on_record::<policy::WriteRelated>(
    Descriptor::new(
        "notes.update_one_of_record",
        "Update Notes",
        Method::Put,
        PATH_OF_ONE_OF_RECORD,
    )
    .scope(scope_of_record(&[
        ScopeOperation::Update,
        ScopeOperation::Write,
    ]))
    .body(Body::Json)
    .refuses(FAULTS),
    update,
)
.unknown(&PARENT_UNKNOWN);

fn update(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    body::answer(call, 1, &[], |body| {
        let parent = Parent::find(call, tx)?;
        let unknown = || Fault::new(&UNKNOWN).with("resource_path_index", SEGMENT_OF_ANNEX);
        let id = call.path_id("note_id").ok_or_else(unknown)?;
        let mut items = parent.items(body.items);
        for item in items
            .iter_mut()
            .filter_map(serde_json::Value::as_object_mut)
        {
            item.insert("id".to_owned(), id.to_string().into());
        }
        let is_meant = |fields: &_| parent.has(fields);
        let reply = update_records::update_all(&parent.notes, tx, &items, is_meant)?;
        // The path names the note, so an unknown one is no fault of the item.
        if reply.refused.iter().any(|fault| fault.is(&ID_UNKNOWN)) {
            return Err(unknown());
        }
        Ok(reply)
    })
}
