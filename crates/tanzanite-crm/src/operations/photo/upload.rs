//! `POST /crm/{version}/{module}/{record_id}/photo`: "Upload a Photo". Uploading again replaces the photo.

use super::{MODULES_OF_UPLOAD, PATH, describe_lock, faults, restrict_triggers};
use crate::call::{Call, RecordCall};
use crate::endpoint::{Answer, Endpoint};
use crate::faults::{PARAMETER_INVALID, PARAMETER_LIMIT};
use crate::policy;
use crate::transaction::{StoredFile, Transaction};
use bytes::Bytes;
use tanzanite_protocol::form::{MultipartError, multipart};
use tanzanite_protocol::media::{FileKind, Image, inspect};
use tanzanite_protocol::{
    Body, Descriptor, Evidence, Fault, Method, ModuleNeed, Reply, ScopeNeed, ScopeOperation, limits,
};

/// Sets or replaces a record's photo.
pub static UPLOAD: Endpoint = Endpoint::on_record::<policy::UploadPhoto>(
    Descriptor::new("record_photo.upload", "Upload a Photo", Method::Post, PATH)
        .scope(ScopeNeed::module(&[
            ScopeOperation::Create,
            ScopeOperation::Write,
        ]))
        .modules(ModuleNeed::CustomAnd(MODULES_OF_UPLOAD))
        .body(Body::Multipart)
        .refuses(&[
            &PARAMETER_LIMIT,
            &PARAMETER_INVALID,
            &faults::NOT_MULTIPART,
            &faults::FILE_MISSING,
            &faults::FILES_MANY,
            &faults::TOO_LARGE,
            &faults::TYPE_WRONG,
            &faults::TOO_MANY_PIXELS,
        ])
        .evidence(Evidence::Docs),
    upload,
);

fn upload(call: &RecordCall<'_>, tx: &mut dyn Transaction) -> Answer {
    restrict_triggers::check(call)?;
    let (image, bytes) = picture(call)?;
    let head = call.record(tx)?;
    let permit = call
        .authorize::<policy::UploadPhoto>(&head)
        .map_err(|fault| describe_lock(fault, &head))?;
    let photo = StoredFile {
        id: call.context.random_hex("Record_Image", 36),
        kind: FileKind::Image(image.kind),
        bytes,
    };
    tx.put_file(permit, &photo, call.stamp()?)?;
    // Conflict C2: the OpenAPI example of 2026 has a capital P; pages and SDKs do not.
    Ok(Reply::json_text(
        200,
        "SUCCESS",
        r#"{"code":"SUCCESS","details":{},"message":"photo uploaded successfully","status":"success"}"#,
    ))
}

/// The picture in the body, or the first fault of the body.
fn picture(call: &Call<'_>) -> Result<(Image, Bytes), Fault> {
    let too_large = || Fault::new(&faults::TOO_LARGE).with("size", limits::PHOTO_BYTES_MAX);
    let body = call.body(too_large)?;
    let parts = multipart(call.request.headers.content_type.as_deref(), body).map_err(|error| {
        let fault =
            Fault::new(&faults::NOT_MULTIPART).with("expected_type", "Multipart Form Request");
        match error {
            MultipartError::NotMultipart => {
                fault.because("the Content-Type is not multipart/form-data")
            }
            MultipartError::Malformed(reason) => fault.because(reason),
        }
    })?;
    let mut files = parts.into_iter().filter(|part| part.name == "file");
    let file = files
        .next()
        .ok_or_else(|| Fault::new(&faults::FILE_MISSING))?;
    if files.next().is_some() {
        return Err(Fault::new(&faults::FILES_MANY));
    }
    if file.bytes.len() > limits::PHOTO_BYTES_MAX {
        return Err(too_large());
    }
    let image = inspect(&file.bytes).ok_or_else(|| Fault::new(&faults::TYPE_WRONG))?;
    if image.pixels > limits::PHOTO_PIXELS_MAX {
        return Err(Fault::new(&faults::TOO_MANY_PIXELS).with("resolution", image.pixels));
    }
    Ok((image, file.bytes))
}
