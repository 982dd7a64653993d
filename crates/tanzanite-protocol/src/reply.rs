//! A reply of the CRM: a status and content, free of HTTP types. The server turns it into headers and bytes.

use crate::fault::Fault;
use bytes::Bytes;
use serde_json::Value;

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The vendor's `code` that this reply carries, for the log; `None` for files and lists.
    pub code: Option<&'static str>,
    /// The body.
    pub content: Content,
    /// The refused items of a batch; the content names them too.
    pub refused: Vec<Fault>,
}

/// The body of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// No body and no media type: status 204.
    Empty,
    /// Status 304, with the entity tag that matched.
    NotModified(String),
    /// A JSON document, already serialised.
    Json(Bytes),
    /// A file to download.
    File(FileReply),
}

impl Content {
    /// The bytes of the body, if there is one.
    pub const fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Empty | Self::NotModified(_) => None,
            Self::Json(bytes) => Some(bytes),
            Self::File(file) => Some(&file.bytes),
        }
    }
}

/// A file with all that the official SDKs need: they crash on a file without a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReply {
    /// A media type that the SDKs know, without parameters.
    pub media_type: &'static str,
    /// The file name in `Content-Disposition`.
    pub file_name: String,
    /// The entity tag, without quotes.
    pub tag: String,
    /// The bytes.
    pub bytes: Bytes,
}

impl Reply {
    /// A JSON reply with this HTTP status.
    pub fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            code: None,
            content: Content::Json(Bytes::from(body.to_string())),
            refused: Vec::new(),
        }
    }

    /// A JSON reply whose text is constant.
    pub fn json_text(status: u16, code: &'static str, body: &'static str) -> Self {
        Self {
            status,
            code: Some(code),
            content: Content::Json(Bytes::from_static(body.as_bytes())),
            refused: Vec::new(),
        }
    }

    /// Status 204, without a body.
    pub fn no_content() -> Self {
        Self {
            status: 204,
            code: None,
            content: Content::Empty,
            refused: Vec::new(),
        }
    }
}
