//! `DELETE /crm/{version}/{module}/{record_id}/Notes?ids=`: "Delete Notes", several of one record.

use super::{PATH_OF_RECORD, scope_of_record};
use crate::endpoint::Endpoint;
use crate::faults::{PARAMETER_LIMIT, PARAMETER_MISSING};
use crate::operations::records::annexes::NOTES;
use crate::operations::records::beneath;
use crate::operations::records::faults::{ID_MALFORMED, NOT_DELETED};
use crate::operations::related::faults::PARENT_UNKNOWN;
use crate::policy;
use tanzanite_protocol::{Descriptor, Method, ScopeOperation};

/// Deletes up to a hundred notes of a record.
pub static DELETE_MANY_OF_RECORD: Endpoint = Endpoint::on_record::<policy::DeleteRelated>(
    Descriptor::new(
        "notes.delete_many_of_record",
        "Delete Notes",
        Method::Delete,
        PATH_OF_RECORD,
    )
    .scope(scope_of_record(&[
        ScopeOperation::Delete,
        ScopeOperation::Write,
    ]))
    .refuses(&[
        &PARAMETER_MISSING,
        &PARAMETER_LIMIT,
        &ID_MALFORMED,
        &NOT_DELETED,
    ]),
    |call, tx| beneath::delete_many(call, NOTES, tx),
)
.unknown(&PARENT_UNKNOWN);
