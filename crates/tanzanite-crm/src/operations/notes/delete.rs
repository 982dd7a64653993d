//! `DELETE /crm/{version}/Notes/{record_id}`: "Delete Notes", one by the id in the path.

use super::{ONLY, PATH_OF_ONE, scope};
use crate::endpoint::Endpoint;
use crate::operations::records::{delete_record, faults};
use crate::policy;
use tanzanite_protocol::{Descriptor, Method, ScopeOperation};

/// Deletes one note.
pub static DELETE: Endpoint = Endpoint::on_record::<policy::DeleteRecord>(
    Descriptor::new("notes.delete", "Delete Notes", Method::Delete, PATH_OF_ONE)
        .scope(scope(&[ScopeOperation::Delete, ScopeOperation::Write]))
        .modules(ONLY),
    delete_record::delete_one,
)
.unknown(&faults::NOT_DELETED)
.malformed(&faults::ID_MALFORMED);
