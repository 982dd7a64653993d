//! `GET /crm/{version}/{module}/{record_id}/photo`: "Download a Photo".

use super::{MODULES, PATH};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::policy;
use crate::transaction::Transaction;
use tanzanite_protocol::media::FileKind;
use tanzanite_protocol::{Descriptor, Evidence, Method, ModuleNeed, ScopeNeed, ScopeOperation};

/// Downloads a record's photo: 200 with the bytes, 204 if there is no photo, 304 if the client already has it.
pub static DOWNLOAD: Endpoint = Endpoint::on_record::<policy::DownloadPhoto>(
    Descriptor::new(
        "record_photo.download",
        "Download a Photo",
        Method::Get,
        PATH,
    )
    .scope(ScopeNeed::module(&[ScopeOperation::Read]))
    .modules(ModuleNeed::CustomAnd(MODULES))
    .evidence(Evidence::Docs),
    download,
);

fn download(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    // With a conditional header the photo's bytes may not be needed.
    let (head, photo) = match call.request.headers.if_none_match {
        None => call.find(|org, module, id| tx.head_and_file(org, module, id))?,
        Some(_) => (call.record(tx)?, None),
    };
    call.authorize::<policy::DownloadPhoto>(&head)?;
    let name = |kind: FileKind| format!("{}.{}", head.id, kind.as_str());
    call.file(&head, photo, name, tx)
}
