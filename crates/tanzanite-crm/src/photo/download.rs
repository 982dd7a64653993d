//! `GET /crm/{version}/{module}/{record_id}/photo`: "Download a Photo".

use super::{MODULES, PATH, record, record_and_photo};
use crate::endpoint::{Call, Endpoint};
use crate::policy::{self, authorize, permission_need};
use crate::transaction::Transaction;
use tanzanite_protocol::endpoint::{Access, Cost, EXTERNAL};
use tanzanite_protocol::{
    Body, Condition, Content, Descriptor, Evidence, Fault, FileReply, Method, ModuleNeed, Reply,
    ScopeNeed, ScopeOperation,
};

/// Hands out a record's photo: 200 with the bytes, 204 without a photo, 304 if the client has it.
#[derive(Debug)]
pub struct DownloadPhoto;

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Download a Photo",
    group: "record_photo",
    method: Method::Get,
    path: PATH,
    scope: ScopeNeed::module(&[ScopeOperation::Read]),
    module: ModuleNeed::CustomAnd(MODULES),
    unserved: EXTERNAL,
    permission: Some(permission_need::<policy::DownloadPhoto>()),
    body: Body::None,
    access: Access::Read,
    cost: Cost::Call(1),
    faults: &[Condition::RecordUnknown, Condition::PhotoViewNotShared],
    evidence: Evidence::Docs,
};

impl Endpoint for DownloadPhoto {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &Call<'_>, tx: &mut dyn Transaction) -> Result<Reply, Fault> {
        let has = call.request.headers.if_none_match.as_deref();
        // Who has it may need no more than to be told so.
        let (head, mut photo) = match has {
            None => record_and_photo(call, tx)?,
            Some(_) => (record(call, tx)?, None),
        };
        authorize::<policy::DownloadPhoto>(call.caller, call.module()?, &head)?;
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
            Fault::new(Condition::StoreFailed)
                .because(format!("record {} names a missing photo", head.id))
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
}

/// Whether `If-None-Match` names an entity tag, or any.
fn names_tag(tags: &str, tag: &str) -> bool {
    tags.split(',')
        .map(str::trim)
        .any(|found| found == "*" || found.trim_start_matches("W/").trim_matches('"') == tag)
}
