//! A reply as the CRM gives it: a status and content, free of HTTP types. The server turns it into headers and bytes.

use crate::fault::Fault;
use bytes::Bytes;
use serde_json::Value;

/// What a request is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The vendor's `code` that this reply carries, for the log; `None` for files and lists.
    pub code: Option<&'static str>,
    /// What goes into the body.
    pub content: Content,
    /// Of many items, those that were refused. The content says so too.
    pub refused: Vec<Fault>,
}

/// The body of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// No body and no type: 204.
    Empty,
    /// Not modified: 304 with the tag that matched.
    NotModified(String),
    /// A JSON document, already written.
    Json(Bytes),
    /// A file to download.
    File(FileReply),
}

impl Content {
    /// The body, if there is one.
    pub const fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::Empty | Self::NotModified(_) => None,
            Self::Json(bytes) => Some(bytes),
            Self::File(file) => Some(&file.bytes),
        }
    }
}

/// A file as the official SDKs need it: they crash without a file name (facts: "What breaks the official SDKs").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReply {
    /// A media type in the SDKs' table, without parameters.
    pub media_type: &'static str,
    /// The name for `Content-Disposition`.
    pub file_name: String,
    /// The entity tag's opaque part.
    pub tag: String,
    /// The bytes.
    pub bytes: Bytes,
}

impl Reply {
    /// A JSON reply.
    pub fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            code: None,
            content: Content::Json(Bytes::from(body.to_string())),
            refused: Vec::new(),
        }
    }

    /// A JSON reply whose text is known beforehand.
    pub fn json_text(status: u16, code: &'static str, body: &'static str) -> Self {
        Self {
            status,
            code: Some(code),
            content: Content::Json(Bytes::from_static(body.as_bytes())),
            refused: Vec::new(),
        }
    }

    /// 204: nothing to tell.
    pub fn no_content() -> Self {
        Self {
            status: 204,
            code: None,
            content: Content::Empty,
            refused: Vec::new(),
        }
    }
}
