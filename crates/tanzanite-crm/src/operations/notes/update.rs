//! `PUT /crm/{version}/Notes/{record_id}`: "Update Notes", one by the id in the path.

use super::of_record::UPDATE_FAULTS as FAULTS;
use super::{ONLY, PATH_OF_ONE, scope};
use crate::endpoint::Endpoint;
use crate::operations::records::{faults, update_record};
use crate::policy;
use tanzanite_protocol::{Body, Descriptor, Method, ScopeOperation};

/// Changes one note.
pub static UPDATE: Endpoint = Endpoint::on_record::<policy::UpdateRecord>(
    Descriptor::new("notes.update", "Update Notes", Method::Put, PATH_OF_ONE)
        .scope(scope(&[ScopeOperation::Update, ScopeOperation::Write]))
        .modules(ONLY)
        .body(Body::Json)
        .refuses(FAULTS),
    update_record::update_one,
)
.unknown(&faults::ID_UNKNOWN);
