//! `GET /crm/{version}/{module}/{record_id}/Attachments`: "Get Attachments".

use super::{MODULES, PATH, scope};
use crate::endpoint::Endpoint;
use crate::operations::records::annexes::ATTACHMENTS;
use crate::operations::records::{beneath, listing};
use crate::operations::related::faults::PARENT_UNKNOWN;
use crate::policy;
use tanzanite_protocol::{Descriptor, Method, ScopeOperation};

/// Hands out the attachments of a record: 200, 204 if there are none, 304 if none has changed.
pub static LIST: Endpoint = Endpoint::on_record::<policy::ReadRelated>(
    Descriptor::new(
        "attachments.list",
        "Files and Attachments APIs",
        Method::Get,
        PATH,
    )
    .scope(scope(&[ScopeOperation::Read]))
    .modules(MODULES)
    .refuses(listing::FAULTS),
    |call, tx| beneath::list(call, ATTACHMENTS, tx),
)
.unknown(&PARENT_UNKNOWN);
