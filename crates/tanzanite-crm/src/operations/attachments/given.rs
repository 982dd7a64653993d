//! The file or the link in a request that makes an attachment.

use super::faults;
use crate::call::Call;
use crate::data_body::form;
use crate::faults::{FIELD_MANDATORY_MISSING, FIELD_TOO_LONG};
use crate::operations::photo::faults::{FILES_MANY, NOT_MULTIPART};
use bytes::Bytes;
use tanzanite_protocol::form::{MultipartError, multipart};
use tanzanite_protocol::{Fault, Row, limits};

/// The faults of reading it.
pub(super) const FAULTS: &[&Row] = &[
    &FIELD_MANDATORY_MISSING,
    &FIELD_TOO_LONG,
    &NOT_MULTIPART,
    &FILES_MANY,
    &faults::TOO_LARGE,
    &faults::URL_INVALID,
];

/// The name of a file that comes without one.
const NAMELESS: &str = "file";
/// Schemes of an address. No source lists them.
const SCHEMES: &[&str] = &["http://", "https://", "ftp://"];

/// An attachment to be.
pub(super) struct Given {
    /// The value of `File_Name`.
    pub(super) name: String,
    pub(super) content: Content,
}

pub(super) enum Content {
    File(Bytes),
    /// The address of a link.
    Link(String),
}

impl Given {
    /// Reads the part `file` of a multipart body, or else `attachmentUrl` and `title` of the query or a form.
    pub(super) fn read(call: &Call<'_>) -> Result<Self, Fault> {
        let body = call.body(|| Fault::new(&faults::TOO_LARGE))?;
        let parts = match multipart(call.request.headers.content_type.as_deref(), body) {
            Ok(parts) => parts,
            Err(MultipartError::NotMultipart) => Vec::new(),
            Err(MultipartError::Malformed(reason)) => {
                return Err(Fault::new(&NOT_MULTIPART)
                    .with("expected_type", "Multipart Form Request")
                    .because(reason));
            }
        };
        let mut files = parts.into_iter().filter(|part| part.name == "file");
        let Some(file) = files.next() else {
            return link(call);
        };
        if files.next().is_some() {
            return Err(Fault::new(&FILES_MANY));
        }
        if file.bytes.len() > limits::ATTACHMENT_BYTES_MAX {
            return Err(Fault::new(&faults::TOO_LARGE));
        }
        let name = file.file_name.filter(|name| !name.is_empty());
        Ok(Self {
            name: name
                .unwrap_or_else(|| NAMELESS.to_owned())
                .replace('\0', ""),
            content: Content::File(file.bytes),
        })
    }
}

fn link(call: &Call<'_>) -> Result<Given, Fault> {
    let fields = form(call);
    let field = |name: &str| {
        let mut fields = fields.iter();
        let found = fields.find(|(found, _)| found == name);
        found
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    };
    let url = field("attachmentUrl").ok_or_else(|| Fault::new(&FIELD_MANDATORY_MISSING))?;
    let host = SCHEMES.iter().find_map(|scheme| {
        let beginning = url.get(..scheme.len())?;
        beginning
            .eq_ignore_ascii_case(scheme)
            .then(|| &url[scheme.len()..])
    });
    let is_address = host.is_some_and(|host| !host.is_empty())
        && !url.contains(|c: char| c.is_whitespace() || c.is_control());
    if !is_address || url.chars().count() > limits::ATTACHMENT_URL_CHARS_MAX {
        return Err(Fault::new(&faults::URL_INVALID));
    }
    let name = field("title").unwrap_or(url);
    if field("title").is_some_and(|title| title.chars().count() > limits::FILE_NAME_BYTES_MAX) {
        return Err(Fault::new(&FIELD_TOO_LONG)
            .with("maximum_length", limits::FILE_NAME_BYTES_MAX)
            .with("api_name", "title"));
    }
    Ok(Given {
        name: name
            .chars()
            .filter(|c| *c != '\0')
            .take(limits::FILE_NAME_BYTES_MAX)
            .collect(),
        content: Content::Link(url.to_owned()),
    })
}
