//! `DELETE /crm/{version}/{module}/{record_id}/Attachments?ids=`: "Delete Attachments".

use super::{MODULES, PATH, scope};
use crate::endpoint::Endpoint;
use crate::faults::{PARAMETER_LIMIT, PARAMETER_MISSING};
use crate::operations::records::annexes::ATTACHMENTS;
use crate::operations::records::beneath;
use crate::operations::records::faults::{ID_MALFORMED, NOT_DELETED};
use crate::operations::related::faults::PARENT_UNKNOWN;
use crate::policy;
use tanzanite_protocol::{Descriptor, Method, ScopeOperation};

/// Deletes up to a hundred attachments of a record.
pub static DELETE_MANY: Endpoint = Endpoint::on_record::<policy::DeleteRelated>(
    Descriptor::new(
        "attachments.delete_many",
        "Delete Attachments",
        Method::Delete,
        PATH,
    )
    .scope(scope(&[ScopeOperation::Delete, ScopeOperation::Write]))
    .modules(MODULES)
    .refuses(&[
        &PARAMETER_MISSING,
        &PARAMETER_LIMIT,
        &ID_MALFORMED,
        &NOT_DELETED,
    ]),
    |call, tx| beneath::delete_many(call, ATTACHMENTS, tx),
)
.unknown(&PARENT_UNKNOWN);
