//! `POST /crm/{version}/Notes`: "Create Notes".

use super::of_record::CREATE_FAULTS;
use super::{ONLY, PATH, scope};
use crate::endpoint::Endpoint;
use crate::operations::records::insert_records;
use crate::operations::related::faults::UPDATE_NOT_SHARED;
use crate::policy;
use tanzanite_protocol::endpoint::joined;
use tanzanite_protocol::{Body, Descriptor, Method, Row, ScopeOperation};

const FAULTS: &[&Row] =
    &joined::<{ CREATE_FAULTS.len() + 1 }>(&[CREATE_FAULTS, &[&UPDATE_NOT_SHARED]]);

/// Makes up to a hundred notes, each on the record that it names.
pub static CREATE: Endpoint = Endpoint::in_module::<policy::CreateRecord>(
    Descriptor::new("notes.create", "Create Notes", Method::Post, PATH)
        .scope(scope(&[ScopeOperation::Create, ScopeOperation::Write]))
        .modules(ONLY)
        .body(Body::Json)
        .refuses(FAULTS),
    insert_records::insert,
);
