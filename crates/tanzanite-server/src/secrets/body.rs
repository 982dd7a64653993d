//! A body without its secrets. Its shape is told by its bytes rather than by its type: a client that errs about the one does not
//! leave its secrets behind.

use super::names::Ground;
use super::places::{Places, length};
use super::{hide, members, pairs, parts};
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use memchr::memchr;
use serde::de::IgnoredAny;
use tanzanite_protocol::form::boundary;

/// Bytes by which a text is told from a file.
const BEGINNING_BYTES: usize = 1024;

/// A body, or the beginning of one.
pub(crate) enum Redacted {
    /// As it was: it has no secret.
    Nothing,
    /// Without the secrets in it.
    Some(Bytes),
    /// Its length alone: it is not understood, and may be a secret.
    All(Bytes),
}

/// What a body has shown.
pub(super) struct Read {
    /// All of it without its secrets; none if it has none.
    pub(super) hidden: Option<Vec<u8>>,
    /// Whether each part of it has a name.
    pub(super) is_understood: bool,
    /// Whether it is a text in which names are not found.
    pub(super) may_hide: bool,
}

/// Of a body with these headers, `cut` bytes of which are not here.
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
        // Without the room that it grew into: the journal counts what is in it.
        Redacted::Some(hidden.into_boxed_slice().into())
    })
}

/// Whether the bytes of a body are not those of its text.
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
    // Of a text in characters of two bytes or four every other one is zero; of a picture some are.
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
        // An item of a list has no name.
        is_understood: ground == Ground::Records || (first == Some(&b'{') && is_json()),
        may_hide: false,
    }
}

/// Without a type too: several clients send none with their JSON.
fn is_text(content_type: Option<&str>) -> bool {
    content_type.is_none_or(|text| {
        let text = text.to_ascii_lowercase();
        ["json", "text", "form", "xml"]
            .iter()
            .any(|word| text.contains(word))
    })
}
