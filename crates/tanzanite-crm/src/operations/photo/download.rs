//! `GET /crm/{version}/{module}/{record_id}/photo`: "Download a Photo".

use super::{MODULES, PATH};
use crate::call::RecordCall;
use crate::endpoint::{Answer, Endpoint};
use crate::faults::STORE_FAILED;
use crate::policy;
use crate::transaction::Transaction;
use tanzanite_protocol::{
    Content, Descriptor, Evidence, Fault, FileReply, Method, ModuleNeed, Reply, ScopeNeed,
    ScopeOperation,
};

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
    let has = call.request.headers.if_none_match.as_deref();
    // With a conditional header the photo's bytes may not be needed.
    let (head, mut photo) = match has {
        None => call.find(|org, module, id| tx.head_and_photo(org, module, id))?,
        Some(_) => (call.record(tx)?, None),
    };
    call.authorize::<policy::DownloadPhoto>(&head)?;
    let Some(image) = &head.image else {
        return Ok(Reply::no_content());
    };
    if has.is_some_and(|tags| names_tag(tags, image)) {
        return Ok(Reply {
            status: 304,
            code: None,
            content: Content::NotModified(image.clone()),
            refused: Vec::new(),
        });
    }
    if photo.is_none() {
        call.room.ask(tx.photo_bytes(&head)?.unwrap_or_default())?;
        photo = tx.photo(&head)?;
    }
    let photo = photo.ok_or_else(|| {
        Fault::new(&STORE_FAILED).because(format!("record {} names a missing photo", head.id))
    })?;
    let file = FileReply {
        media_type: photo.kind.media_type(),
        file_name: format!("{}.{}", head.id, photo.kind.extension()),
        tag: photo.image,
        bytes: photo.bytes,
    };
    Ok(Reply {
        status: 200,
        code: None,
        content: Content::File(file),
        refused: Vec::new(),
    })
}

/// Whether `If-None-Match` has this entity tag, or `*`.
fn names_tag(tags: &str, tag: &str) -> bool {
    tags.split(',')
        .map(str::trim)
        .any(|found| found == "*" || found.trim_start_matches("W/").trim_matches('"') == tag)
}
