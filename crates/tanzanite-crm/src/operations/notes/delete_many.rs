//! `DELETE /crm/{version}/Notes`: "Delete Notes".

use super::{ONLY, PATH, scope};
use crate::endpoint::Endpoint;
use crate::faults::{PARAMETER_LIMIT, PARAMETER_MISSING};
use crate::operations::records::{delete_records, faults};
use crate::policy;
use tanzanite_protocol::{Descriptor, Method, ScopeOperation};

/// Deletes up to a hundred notes.
pub static DELETE_MANY: Endpoint = Endpoint::on_records::<policy::DeleteRecord>(
    Descriptor::new("notes.delete_many", "Delete Notes", Method::Delete, PATH)
        .scope(scope(&[ScopeOperation::Delete, ScopeOperation::Write]))
        .modules(ONLY)
        .refuses(&[&PARAMETER_MISSING, &PARAMETER_LIMIT, &faults::ID_MALFORMED]),
    &faults::NOT_DELETED,
    delete_records::delete_many,
);
