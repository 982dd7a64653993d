//! `GET /crm/{version}/{module}/{record_id}/Attachments/{attachment_id}`: "Download an Attachment".

use super::{MODULES, PATH_OF_ONE, URL, faults, scope};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::operations::records::annexes::ATTACHMENTS;
use crate::operations::records::beneath;
use crate::operations::related::faults::PARENT_UNKNOWN;
use crate::policy;
use crate::transaction::Transaction;
use tanzanite_protocol::{Descriptor, Fault, Method, Reply, ScopeOperation};

/// Downloads an attachment: 200 with the bytes, 204 if the record has no such attachment, 304 if the client already has
/// it.
pub static DOWNLOAD: Endpoint = Endpoint::on_record::<policy::ReadRelated>(
    Descriptor::new(
        "attachments.download",
        "Download an Attachment",
        Method::Get,
        PATH_OF_ONE,
    )
    .scope(scope(&[ScopeOperation::Read]))
    .modules(MODULES)
    .refuses(&[&faults::IS_LINK]),
    download,
)
.unknown(&PARENT_UNKNOWN);

fn download(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    let head = call.record(tx)?;
    let permit = call.authorize_or_by_parent::<policy::ReadRelated>(&head, tx)?;
    let annex = beneath::module(call, ATTACHMENTS)?;
    let found = beneath::find(&permit, annex, call.path_id("attachment_id"), tx)?;
    let Some(record) = found else {
        return Ok(Reply::no_content());
    };
    if record.fields.contains_key(URL) {
        return Err(Fault::new(&faults::IS_LINK));
    }
    call.file(&record.head, None, |_| record.head.name.clone(), tx)
}
