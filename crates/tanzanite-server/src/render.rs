//! Replies as HTTP: the only place that turns content into headers and bytes.

use bytes::Bytes;
use http::header::{
    CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, SERVER,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{Response, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tanzanite_protocol::{Content, FileReply, Reply};

/// The request's id, echoed so that a client's report can be matched with the log.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The API credits left within the rolling day.
pub(crate) const CREDITS_REMAINING: HeaderName = HeaderName::from_static("x-api-credits-remaining");
const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");
const NAME: HeaderValue = HeaderValue::from_static("Tanzanite");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// A response with its whole body.
pub(crate) type HttpReply = Response<Bytes>;

/// Renders a reply, with its request's id.
pub(crate) fn render(reply: Reply, request_id: &str) -> HttpReply {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(SERVER, NAME);
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, id);
    }
    match reply.content {
        Content::Empty => {}
        Content::NotModified(tag) => {
            headers.insert(ETAG, entity_tag(&tag));
        }
        Content::Json(bytes) => {
            headers.insert(CONTENT_TYPE, JSON);
            // Keeps a browser from treating a stored value as a web page.
            headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
            *response.body_mut() = bytes;
        }
        Content::File(file) => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.media_type));
            headers.insert(CONTENT_DISPOSITION, disposition(&file));
            headers.insert(ETAG, entity_tag(&file.tag));
            headers.insert(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
            *response.body_mut() = file.bytes;
        }
    }
    response
}

/// `Content-Disposition` in a form that all official SDKs parse. They crash if it is missing and lose an unquoted name.
fn disposition(file: &FileReply) -> HeaderValue {
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');
    let name = utf8_percent_encode(&file.file_name, ENCODED);
    HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}"))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment; filename*=UTF-8''photo"))
}

fn entity_tag(tag: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{tag}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}
