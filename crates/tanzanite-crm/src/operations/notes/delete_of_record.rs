//! `DELETE /crm/{version}/{module}/{record_id}/Notes/{note_id}`: "Delete Notes", one of one record.

use super::{PATH_OF_ONE_OF_RECORD, scope_of_record};
use crate::endpoint::Endpoint;
use crate::operations::records::annexes::NOTES;
use crate::operations::records::beneath;
use crate::operations::related::faults::{NOT_DELETED, PARENT_UNKNOWN};
use crate::policy;
use tanzanite_protocol::{Descriptor, Method, ScopeOperation};

/// Deletes a note of a record.
pub static DELETE_OF_RECORD: Endpoint = Endpoint::on_record::<policy::DeleteRelated>(
    Descriptor::new(
        "notes.delete_of_record",
        "Delete Notes",
        Method::Delete,
        PATH_OF_ONE_OF_RECORD,
    )
    .scope(scope_of_record(&[
        ScopeOperation::Delete,
        ScopeOperation::Write,
    ]))
    .refuses(&[&NOT_DELETED]),
    |call, tx| beneath::delete(call, NOTES, "note_id", tx),
)
.unknown(&PARENT_UNKNOWN);
