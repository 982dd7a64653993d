//! `PUT /crm/{version}/Notes`: "Update Notes".

use super::of_record::UPDATE_FAULTS as FAULTS;
use super::{ONLY, PATH, scope};
use crate::endpoint::Endpoint;
use crate::operations::records::{faults, update_records};
use crate::policy;
use tanzanite_protocol::{Body, Descriptor, Method, ScopeOperation};

/// Changes up to a hundred notes, each by the id in its item.
pub static UPDATE_MANY: Endpoint = Endpoint::on_records::<policy::UpdateRecord>(
    Descriptor::new("notes.update_many", "Update Notes", Method::Put, PATH)
        .scope(scope(&[ScopeOperation::Update, ScopeOperation::Write]))
        .modules(ONLY)
        .body(Body::Json)
        .refuses(FAULTS),
    &faults::ID_UNKNOWN,
    update_records::update_many,
);
