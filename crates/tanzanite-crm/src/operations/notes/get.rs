//! `GET /crm/{version}/Notes/{record_id}`: "Notes APIs", one by the id in the path.

use super::{ONLY, PATH_OF_ONE, scope};
use crate::endpoint::Endpoint;
use crate::operations::records::get_record;
use crate::policy;
use tanzanite_protocol::{Descriptor, Method, ScopeOperation};

/// Hands out a note: 200, 204 if there is none, 304 if it has not changed.
pub static GET: Endpoint = Endpoint::on_record::<policy::ReadRecord>(
    Descriptor::new("notes.get", "Notes APIs", Method::Get, PATH_OF_ONE)
        .scope(scope(&[ScopeOperation::Read]))
        .modules(ONLY)
        .refuses(get_record::FAULTS),
    get_record::get,
)
.answering_unknown();
