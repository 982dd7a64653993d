//! `GET /crm/{version}/Notes`: "Notes APIs".

use super::{ONLY, PATH, scope};
use crate::endpoint::Endpoint;
use crate::operations::records::get_records;
use crate::policy;
use tanzanite_protocol::{Descriptor, Method, ScopeOperation};

/// Hands out the notes of the records that the caller can see: 200, 204 if there are none, 304 if none has changed.
pub static LIST: Endpoint = Endpoint::in_module::<policy::ReadRecord>(
    Descriptor::new("notes.list", "Notes APIs", Method::Get, PATH)
        .scope(scope(&[ScopeOperation::Read]))
        .modules(ONLY)
        .refuses(get_records::FAULTS),
    get_records::list,
);
