//! `GET /crm/{version}/{module}/{record_id}/Notes/{note_id}`: "Get Notes", one of one record.

use super::{PATH_OF_ONE_OF_RECORD, scope_of_record};
use crate::endpoint::Endpoint;
use crate::faults::PARAMETER_LIMIT;
use crate::operations::records::annexes::NOTES;
use crate::operations::records::beneath;
use crate::operations::related::faults::PARENT_UNKNOWN;
use crate::policy;
use tanzanite_protocol::{Descriptor, Method, ScopeOperation};

/// Hands out a note of a record: 200, 204 if there is none, 304 if it has not changed.
pub static GET_OF_RECORD: Endpoint = Endpoint::on_record::<policy::ReadRelated>(
    Descriptor::new(
        "notes.get_of_record",
        "Notes APIs",
        Method::Get,
        PATH_OF_ONE_OF_RECORD,
    )
    .scope(scope_of_record(&[ScopeOperation::Read]))
    .refuses(&[&PARAMETER_LIMIT]),
    |call, tx| beneath::get(call, NOTES, "note_id", tx),
)
.unknown(&PARENT_UNKNOWN);
