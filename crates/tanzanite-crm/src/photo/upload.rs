//! `POST /crm/{version}/{module}/{record_id}/photo`: "Upload a Photo". Uploading again replaces the photo.

use super::{MODULES_OF_UPLOAD, PATH, describe_lock, record, restrict_triggers};
use crate::endpoint::{Call, Endpoint};
use crate::policy::{self, authorize, permission_need};
use crate::transaction::{Photo, Transaction};
use bytes::Bytes;
use tanzanite_protocol::endpoint::{Access, Cost, EXTERNAL};
use tanzanite_protocol::form::{MultipartError, multipart};
use tanzanite_protocol::media::{Image, inspect};
use tanzanite_protocol::{
    Body, Condition, Descriptor, Evidence, Fault, Method, ModuleNeed, Reply, ScopeNeed,
    ScopeOperation, limits,
};

/// Sets or replaces a record's photo.
#[derive(Debug)]
pub struct UploadPhoto;

static DESCRIPTOR: Descriptor = Descriptor {
    name: "Upload a Photo",
    group: "record_photo",
    method: Method::Post,
    path: PATH,
    scope: ScopeNeed::module(&[ScopeOperation::Create, ScopeOperation::Write]),
    module: ModuleNeed::CustomAnd(MODULES_OF_UPLOAD),
    unserved: EXTERNAL,
    permission: Some(permission_need::<policy::UploadPhoto>()),
    body: Body::Multipart,
    access: Access::Write,
    cost: Cost::Call(1),
    faults: &[
        Condition::ParameterLimit,
        Condition::ParameterInvalid,
        Condition::PhotoNotMultipart,
        Condition::PhotoFileMissing,
        Condition::PhotoFilesMany,
        Condition::PhotoTooLarge,
        Condition::PhotoTypeWrong,
        Condition::PhotoTooManyPixels,
        Condition::RecordUnknown,
        Condition::PhotoUploadNotShared,
        Condition::PhotoUploadLocked,
    ],
    evidence: Evidence::Docs,
};

impl Endpoint for UploadPhoto {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn call(&self, call: &Call<'_>, tx: &mut dyn Transaction) -> Result<Reply, Fault> {
        restrict_triggers::check(call)?;
        let (image, bytes) = picture(call)?;
        let head = record(call, tx)?;
        let permit = authorize::<policy::UploadPhoto>(call.caller, call.module()?, &head)
            .map_err(|fault| describe_lock(fault, &head))?;
        let photo = Photo {
            image: call.context.random_hex("Record_Image", 36),
            kind: image.kind,
            bytes,
        };
        tx.put_photo(permit, &photo, call.stamp()?)?;
        // C2: the OpenAPI example of 2026 has a capital P; pages and SDKs have not.
        Ok(Reply::json_text(
            200,
            "SUCCESS",
            r#"{"code":"SUCCESS","details":{},"message":"photo uploaded successfully","status":"success"}"#,
        ))
    }
}

/// The picture in the body, or the first thing that is wrong with it.
fn picture(call: &Call<'_>) -> Result<(Image, Bytes), Fault> {
    let too_large = || Fault::new(Condition::PhotoTooLarge).with("size", limits::PHOTO_BYTES_MAX);
    let body = call.body(too_large)?;
    let parts = multipart(call.request.headers.content_type.as_deref(), body).map_err(|error| {
        let fault = Fault::new(Condition::PhotoNotMultipart)
            .with("expected_type", "Multipart Form Request");
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
        .ok_or_else(|| Fault::new(Condition::PhotoFileMissing))?;
    if files.next().is_some() {
        return Err(Fault::new(Condition::PhotoFilesMany));
    }
    if file.bytes.len() > limits::PHOTO_BYTES_MAX {
        return Err(too_large());
    }
    let image = inspect(&file.bytes).ok_or_else(|| Fault::new(Condition::PhotoTypeWrong))?;
    if image.pixels > limits::PHOTO_PIXELS_MAX {
        return Err(Fault::new(Condition::PhotoTooManyPixels).with("resolution", image.pixels));
    }
    Ok((image, file.bytes))
}
