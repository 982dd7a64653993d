//! Headers as the journal keeps them: one text with a line for each. A `HeaderMap` would pin the buffer of its request
//! and is itself larger than most headers: with it one entry held 16 kB and was counted as a few hundred bytes.

use crate::secrets::{self, Places};
use http::header::{HeaderMap, HeaderName, HeaderValue};

/// Headers in their order.
#[derive(Debug)]
pub(super) struct Lines(Box<[u8]>);

impl Lines {
    /// A copy without secrets. A value contains no line end, and a name no colon, so lines can be split again.
    pub(super) fn of(headers: &HeaderMap, places: &mut Places) -> Self {
        let bytes = headers
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len() + 2);
        let mut text = Vec::with_capacity(bytes.sum());
        for (name, value) in headers {
            let redacted = secrets::of_header(name, value, places);
            let value = redacted.as_ref().unwrap_or(value);
            text.extend_from_slice(name.as_str().as_bytes());
            text.push(b':');
            text.extend_from_slice(value.as_bytes());
            text.push(b'\n');
        }
        Self(text.into_boxed_slice())
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.len()
    }

    /// Names and values, with invalid UTF-8 replaced.
    pub(super) fn iter(&self) -> impl Iterator<Item = (String, String)> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        self.pairs()
            .map(move |(name, value)| (text(name), text(value)))
    }

    /// The first value of a name; empty if there is none.
    pub(super) fn first(&self, name: &HeaderName) -> String {
        let mut found = self.iter().filter(|(found, _)| found == name.as_str());
        found.next().map(|(_, value)| value).unwrap_or_default()
    }

    /// The headers as a map.
    pub(super) fn to_map(&self) -> HeaderMap {
        let pairs = self.pairs().filter_map(|(name, value)| {
            let name = HeaderName::from_bytes(name).ok()?;
            Some((name, HeaderValue::from_bytes(value).ok()?))
        });
        pairs.collect()
    }

    fn pairs(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let lines = self.0.split(|byte| *byte == b'\n');
        lines.filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            Some((&line[..colon], &line[colon + 1..]))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_come_back_as_they_were() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("host", &b"localhost:8080"[..]),
            ("x-empty", b""),
            ("x-twice", b"a: b"),
            ("x-twice", b"\xff\tc"),
        ] {
            let value = HeaderValue::from_bytes(value).expect("a value");
            headers.append(HeaderName::from_static(name), value);
        }
        let lines = Lines::of(&headers, &mut Places::Alike);
        assert_eq!(lines.to_map(), headers);
        assert_eq!(lines.first(&http::header::HOST), "localhost:8080");
        assert_eq!(lines.first(&http::header::ACCEPT), "");
    }
}
