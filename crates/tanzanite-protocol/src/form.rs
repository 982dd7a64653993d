//! Form bodies, urlencoded and multipart. A body is bounded and whole in memory, so nothing here waits for input.

use crate::limits;
use bytes::Bytes;
use futures_executor::block_on;
use futures_util::stream;
use std::convert::Infallible;

/// How the type of a multipart body begins.
const MULTIPART: &str = "multipart/";

/// One part of a multipart body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The `name` in the part's `Content-Disposition`.
    pub name: String,
    /// The `filename` in the part's `Content-Disposition`, if the part is a file.
    pub file_name: Option<String>,
    /// The content.
    pub bytes: Bytes,
}

/// The reason why a body is not a multipart body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MultipartError {
    /// The `Content-Type` does not say `multipart/form-data` with a boundary.
    NotMultipart,
    /// The body breaks the multipart syntax or has too many parts; the text says where.
    Malformed(String),
}

/// Splits a multipart body into its parts.
pub fn multipart(content_type: Option<&str>, body: &Bytes) -> Result<Vec<Part>, MultipartError> {
    let boundary = boundary(content_type).ok_or(MultipartError::NotMultipart)?;
    let whole = stream::iter([Ok::<_, Infallible>(body.clone())]);
    let mut multipart = multer::Multipart::new(whole, boundary);
    // The stream is never pending, so the future runs to its end without waiting.
    block_on(async {
        let malformed = |error: multer::Error| MultipartError::Malformed(error.to_string());
        let mut parts = Vec::new();
        while let Some(field) = multipart.next_field().await.map_err(malformed)? {
            if parts.len() == limits::MULTIPART_PARTS_MAX {
                return Err(MultipartError::Malformed("too many parts".to_owned()));
            }
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field
                .file_name()
                .map(|name| bounded(name, limits::FILE_NAME_BYTES_MAX));
            parts.push(Part {
                name,
                file_name,
                bytes: field.bytes().await.map_err(malformed)?,
            });
        }
        Ok(parts)
    })
}

/// The boundary between the parts, if this `Content-Type` says `multipart/form-data`.
pub fn boundary(content_type: Option<&str>) -> Option<String> {
    // Nearly all bodies are JSON, and of those this is all that is read.
    let content_type = content_type?;
    let beginning = content_type.get(..MULTIPART.len())?;
    if !beginning.eq_ignore_ascii_case(MULTIPART) {
        return None;
    }
    multer::parse_boundary(content_type).ok()
}

/// The fields of a form from the query, an urlencoded body or a multipart body: each of these is in use by an official
/// client. A field of the body precedes a field of the query with the same name.
pub fn fields(
    query: &crate::Query,
    content_type: Option<&str>,
    body: &Bytes,
) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = match multipart(content_type, body) {
        Ok(parts) => parts
            .into_iter()
            .map(|part| (part.name, String::from_utf8_lossy(&part.bytes).into_owned()))
            .collect(),
        Err(MultipartError::Malformed(_)) => Vec::new(),
        // Like a malformed body, this one contributes no fields.
        Err(MultipartError::NotMultipart)
            if form_urlencoded::parse(body)
                .nth(limits::QUERY_PARAMETERS_MAX)
                .is_some() =>
        {
            Vec::new()
        }
        Err(MultipartError::NotMultipart) => form_urlencoded::parse(body)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect(),
    };
    fields.extend(
        query
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    fields
}

/// The longest prefix of a text that has at most `bytes_max` bytes.
fn bounded(text: &str, bytes_max: usize) -> String {
    text.char_indices()
        .take_while(|(at, c)| at + c.len_utf8() <= bytes_max)
        .map(|(_, c)| c)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Query;

    fn body(text: &str) -> Bytes {
        Bytes::from(text.to_owned())
    }

    #[test]
    fn a_part_without_a_type_is_read() {
        let text = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nxyz\r\n--b--\r\n";
        let parts = multipart(Some("multipart/form-data; boundary=b"), &body(text)).expect("parts");
        assert_eq!(
            parts,
            [Part {
                name: "file".into(),
                file_name: Some("a.png".into()),
                bytes: body("xyz")
            }]
        );
    }

    #[test]
    fn a_body_cut_off_is_malformed_and_another_type_is_none() {
        let cut = "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nxy";
        let result = multipart(Some("multipart/form-data; boundary=b"), &body(cut));
        assert!(
            matches!(result, Err(MultipartError::Malformed(_))),
            "{result:?}"
        );
        for content_type in [
            None,
            Some("image/png"),
            Some("multipart/form-data"),
            Some(""),
        ] {
            assert_eq!(
                multipart(content_type, &body(cut)),
                Err(MultipartError::NotMultipart)
            );
        }
    }

    #[test]
    fn fields_come_in_the_query_or_either_body() {
        let expected = vec![("a".to_owned(), "1 2".to_owned())];
        assert_eq!(
            fields(&Query::parse("a=1+2"), None, &Bytes::new()),
            expected
        );
        assert_eq!(fields(&Query::default(), None, &body("a=1+2")), expected);
        let text = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1 2\r\n--b--\r\n";
        assert_eq!(
            fields(
                &Query::default(),
                Some("multipart/form-data; boundary=b"),
                &body(text)
            ),
            expected
        );
    }
}
