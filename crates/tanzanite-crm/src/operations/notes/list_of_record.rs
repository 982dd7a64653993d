//! `GET /crm/{version}/{module}/{record_id}/Notes`: "Get Notes", those of one record.

use super::{PATH_OF_RECORD, scope_of_record};
use crate::endpoint::Endpoint;
use crate::operations::records::annexes::NOTES;
use crate::operations::records::{beneath, listing};
use crate::operations::related::faults::PARENT_UNKNOWN;
use crate::policy;
use tanzanite_protocol::{Descriptor, Method, ScopeOperation};

/// Hands out the notes of a record: 200, 204 if there are none, 304 if none has changed.
pub static LIST_OF_RECORD: Endpoint = Endpoint::on_record::<policy::ReadRelated>(
    Descriptor::new(
        "notes.list_of_record",
        "Notes APIs",
        Method::Get,
        PATH_OF_RECORD,
    )
    .scope(scope_of_record(&[ScopeOperation::Read]))
    .refuses(listing::FAULTS),
    |call, tx| beneath::list(call, NOTES, tx),
)
.unknown(&PARENT_UNKNOWN);
