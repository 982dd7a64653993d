//! Finds the parts of a multipart body. Names are searched at every place in a part's head where some server might read
//! them, with any line ends, so that no secret is missed; the price is that a value that was no secret may be hidden.

use super::body::Read;
use super::names::Ground;
use super::places::Places;
use super::splice::Splice;
use super::{decoded, pairs};
use memchr::memmem;
use std::ops::Range;

/// The text between two delimiters.
struct Part<'a> {
    names: Vec<Vec<u8>>,
    /// The position of the value.
    value: Range<usize>,
    text: &'a [u8],
}

/// The delimiter of a body: two dashes and the boundary from the head; the body's first line if the boundary does not
/// occur.
pub(super) fn delimiter(text: &[u8], boundary: Option<&str>) -> Option<Vec<u8>> {
    let named = boundary.map(|boundary| format!("--{boundary}").into_bytes());
    if let Some(named) = named.filter(|named| memmem::find(text, named).is_some()) {
        return Some(named);
    }
    let mut lines = text
        .trim_ascii_start()
        .split(|byte| matches!(byte, b'\r' | b'\n'));
    let line = lines.next().unwrap_or_default();
    (line.len() > 2 && line.starts_with(b"--")).then(|| line.to_vec())
}

pub(super) fn hide(text: &[u8], delimiter: &[u8], ground: Ground, places: &mut Places) -> Read {
    let mut splice = Splice::new(text);
    let mut is_understood = true;
    let ends = memmem::find_iter(text, delimiter).map(Some).chain([None]);
    let mut begin = 0;
    for (number, end) in ends.enumerate() {
        let range = begin..end.unwrap_or(text.len());
        begin = range.end + delimiter.len();
        let piece = &text[range.clone()];
        let part = Part::of(piece).filter(|_| number > 0);
        let is_named = part.as_ref().is_some_and(Part::has_names);
        // There is nothing before the first delimiter, nor behind the final two dashes.
        is_understood &= is_named || matches!(piece.trim_ascii(), b"" | b"--");
        let replaced = match &part {
            Some(part) if part.is_secret() => {
                let value = &part.text[part.value.clone()];
                Some((
                    part.value.clone(),
                    places.of(value).into_owned().into_bytes(),
                ))
            }
            // A file may hold anything and be long.
            Some(part) if is_named && part.is_file() => None,
            _ => super::hide(piece, ground, places).map(|hidden| (0..piece.len(), hidden)),
        };
        if let Some((inside, with)) = replaced {
            splice.replace(range.start + inside.start..range.start + inside.end, &with);
        }
    }
    Read {
        hidden: splice.finish(),
        is_understood,
        may_hide: false,
    }
}

impl<'a> Part<'a> {
    fn of(text: &'a [u8]) -> Option<Self> {
        let begin = value_begins(text)?;
        let value = &text[begin..];
        let value = value.strip_suffix(b"\n").unwrap_or(value);
        let value = value.strip_suffix(b"\r").unwrap_or(value);
        Some(Self {
            names: names(&text[..begin]),
            value: begin..begin + value.len(),
            text,
        })
    }

    fn has_names(&self) -> bool {
        !self.names.is_empty() && self.names.iter().all(|name| pairs::is_name(name))
    }

    fn is_secret(&self) -> bool {
        // In pieces: some clients split long names (RFC 2231).
        let whole = self.names.concat();
        let mut names = self.names.iter().chain([&whole]);
        names.any(|name| Ground::Pairs.is_secret(name))
    }

    fn is_file(&self) -> bool {
        let head = self.text[..self.value.start].to_ascii_lowercase();
        memmem::find(&head, b"filename").is_some()
    }
}

/// The position behind the first empty line after the delimiter's line.
fn value_begins(text: &[u8]) -> Option<usize> {
    let mut begin = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        begin += line.len();
        if begin > line.len() && line.trim_ascii().is_empty() && line.ends_with(b"\n") {
            return Some(begin);
        }
    }
    None
}

/// The values of all `name` and `name*` parameters in a head.
fn names(head: &[u8]) -> Vec<Vec<u8>> {
    let lower = head.to_ascii_lowercase();
    let found = memmem::find_iter(&lower, b"name").filter_map(|at| {
        let before = lower[..at].last()?;
        let rest = &head[at + b"name".len()..];
        let equals = rest.iter().position(|byte| *byte == b'=')?;
        let (star, value) = rest.split_at(equals);
        let is_parameter = star
            .iter()
            .all(|byte| matches!(byte, b'*' | b'0'..=b'9' | b' ' | b'\t'));
        let is_own = is_parameter && !before.is_ascii_alphanumeric();
        is_own.then(|| parameter(value[1..].trim_ascii_start()))
    });
    found.collect()
}

/// A parameter's value, with or without quotes, and without its charset.
fn parameter(text: &[u8]) -> Vec<u8> {
    let end_at = |text: &[u8], ends: &[u8]| {
        let end = text.iter().position(|byte| ends.contains(byte));
        text[..end.unwrap_or(text.len())].to_vec()
    };
    let value = match text.split_first() {
        Some((b'"', quoted)) => end_at(quoted, b"\"\r\n"),
        _ => end_at(text, b"; \t\r\n"),
    };
    let plain = decoded(&value);
    let charset = plain.windows(2).rposition(|two| two == b"''");
    charset.map_or(&plain[..], |at| &plain[at + 2..]).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str, boundary: Option<&str>) -> (String, bool) {
        let delimiter = delimiter(text.as_bytes(), boundary).expect("a delimiter");
        let parts = hide(
            text.as_bytes(),
            &delimiter,
            Ground::Pairs,
            &mut Places::Alike,
        );
        let hidden = parts.hidden.map_or(text.to_owned(), |bytes| {
            String::from_utf8(bytes).expect("a text")
        });
        (hidden, parts.is_understood)
    }

    #[test]
    fn a_part_is_known_by_its_name_wherever_in_its_head_that_stands() {
        for head in [
            "Content-Disposition: form-data; name=\"client_secret\"",
            "content-disposition: form-data; filename=\"name\"; name=\"client_secret\"",
            "Content-Type: text/plain\r\nContent-Disposition: form-data; name=client_secret; filename=a",
            "Content-Disposition: form-data; name*=UTF-8''client%5Fsecret",
            "Content-Disposition: form-data; name*0=\"client_\"; name*1=\"secret\"",
            "Content-Disposition: form-data;\r\n\tNAME = \"Client-Secret\"",
        ] {
            let text = format!(
                "--b\r\n{head}\r\n\r\n1000.a\r\n--b\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\nx\r\n--b--\r\n"
            );
            for (text, ends) in [(text.clone(), "CRLF"), (text.replace('\r', ""), "LF")] {
                let expected = (text.replace("1000.a", "[redacted]"), true);
                assert_eq!(hidden(&text, Some("b")), expected, "{head} {ends}");
                assert_eq!(hidden(&text, None), expected, "{head} {ends}");
            }
        }
    }

    #[test]
    fn one_that_was_cut_off_has_no_secret_either_and_a_part_without_a_name_is_not_understood() {
        let cut = "--b\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\n1000.a";
        assert_eq!(
            hidden(cut, None),
            (cut.replace("1000.a", "[redacted]"), true)
        );
        for text in [
            "--b\r\n\r\n1000.a\r\n--b--",
            "--b\r\ncode=1000.a",
            "1000.a\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--b--",
        ] {
            assert!(!hidden(text, Some("b")).1, "{text}");
        }
    }
}
