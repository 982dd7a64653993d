//! Removes secrets from a body. Its format is recognised by its bytes rather than by its `Content-Type`, since a client
//! that states the wrong type must not leak its secrets.

use super::names::Ground;
use super::places::{Places, length};
use super::{hide, members, pairs, parts};
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use memchr::memchr;
use serde::de::IgnoredAny;
use tanzanite_protocol::form::boundary;

/// Bytes at the beginning by which text is told from a binary file.
const BEGINNING_BYTES: usize = 1024;

/// A body, or the beginning of one, after the search for secrets.
pub(crate) enum Redacted {
    /// Unchanged: it has no secret.
    Nothing,
    /// The body without its secrets.
    Some(Bytes),
    /// Only a note of its length: the body is not understood and may be a secret.
    All(Bytes),
}

/// The result of reading a body.
pub(super) struct Read {
    /// The body without its secrets; `None` if it has none.
    pub(super) hidden: Option<Vec<u8>>,
    /// Whether every part of it has a name.
    pub(super) is_understood: bool,
    /// Whether it is text in which names cannot be recognised.
    pub(super) may_hide: bool,
}

/// Removes the secrets from a body with these headers, of which `cut` bytes at the end are missing.
pub(crate) fn of_body(
    bytes: &[u8],
    cut: usize,
    headers: &HeaderMap,
    ground: Ground,
    places: &mut Places,
) -> Redacted {
    if bytes.is_empty() {
        return Redacted::Nothing;
    }
    let Read {
        hidden,
        is_understood,
        may_hide,
    } = read(bytes, headers, ground, places);
    let is_all_read = is_understood && cut == 0;
    if may_hide || is_compressed(headers) || (ground == Ground::Pairs && !is_all_read) {
        return Redacted::All(length(bytes.len() + cut).into());
    }
    hidden.map_or(Redacted::Nothing, |hidden| {
        // A boxed slice has no spare capacity, which the journal would not count.
        Redacted::Some(hidden.into_boxed_slice().into())
    })
}

/// Whether a body is compressed, so that its bytes are not its text.
pub(crate) fn is_compressed(headers: &HeaderMap) -> bool {
    let encoding = headers.get(CONTENT_ENCODING);
    encoding.is_some_and(|encoding| encoding != "identity")
}

fn read(bytes: &[u8], headers: &HeaderMap, ground: Ground, places: &mut Places) -> Read {
    let content_type = headers.get(CONTENT_TYPE);
    let content_type = content_type.and_then(|text| text.to_str().ok());
    if let Some(delimiter) = parts::delimiter(bytes, boundary(content_type).as_deref()) {
        return parts::hide(bytes, &delimiter, ground, places);
    }
    let first = bytes.trim_ascii_start().first();
    // In UTF-16 or UTF-32 text every other byte or more is zero; in a picture some are.
    let beginning = &bytes[..bytes.len().min(BEGINNING_BYTES)];
    if memchr(0, beginning).is_some() {
        return Read {
            hidden: None,
            is_understood: false,
            may_hide: is_text(content_type),
        };
    }
    if !matches!(first, Some(b'{' | b'[')) {
        return Read {
            hidden: hide(bytes, ground, places),
            is_understood: pairs::is_form(bytes),
            may_hide: false,
        };
    }
    let is_json = || serde_json::from_slice::<IgnoredAny>(bytes).is_ok();
    Read {
        hidden: members::hide(bytes, ground, places),
        // An item of a JSON array has no name.
        is_understood: ground == Ground::Records || (first == Some(&b'{') && is_json()),
        may_hide: false,
    }
}

/// Whether a body is text. One without a type counts as text: several clients send none with their JSON.
fn is_text(content_type: Option<&str>) -> bool {
    content_type.is_none_or(|text| {
        let text = text.to_ascii_lowercase();
        ["json", "text", "form", "xml"]
            .iter()
            .any(|word| text.contains(word))
    })
}
