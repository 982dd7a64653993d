//! `DELETE /crm/{version}/{module}/{record_id}/Attachments/{attachment_id}`: "Delete an Attachment".

use super::{MODULES, PATH_OF_ONE, scope};
use crate::endpoint::Endpoint;
use crate::operations::records::annexes::ATTACHMENTS;
use crate::operations::records::beneath;
use crate::operations::related::faults::{NOT_DELETED, PARENT_UNKNOWN};
use crate::policy;
use tanzanite_protocol::{Descriptor, Method, ScopeOperation};

/// Deletes an attachment. That the API deletes links alone, as the OpenAPI of 2026 says, is not followed: clients
/// delete files.
pub static DELETE: Endpoint = Endpoint::on_record::<policy::DeleteRelated>(
    Descriptor::new(
        "attachments.delete",
        "Delete an Attachment",
        Method::Delete,
        PATH_OF_ONE,
    )
    .scope(scope(&[ScopeOperation::Delete, ScopeOperation::Write]))
    .modules(MODULES)
    .refuses(&[&NOT_DELETED]),
    |call, tx| beneath::delete(call, ATTACHMENTS, "attachment_id", tx),
)
.unknown(&PARENT_UNKNOWN);
