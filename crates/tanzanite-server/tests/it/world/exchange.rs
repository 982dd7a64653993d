//! The answer to a test's request, and its form in a snapshot.

use super::now;
use bytes::Bytes;
use std::fmt::{self, Display};
use tanzanite_protocol::Timestamp;

/// A reply. Displayed for snapshots: the status, the relevant headers, and the body without parts that differ between
/// runs.
pub(crate) struct Exchange {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Exchange {
    pub(crate) fn parse(reply: &[u8]) -> Self {
        let end = reply
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .unwrap_or_else(|| {
                panic!("no reply: {:?}", String::from_utf8_lossy(reply));
            });
        let head = String::from_utf8_lossy(&reply[..end]).into_owned();
        let mut lines = head.lines();
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1)?.parse().ok())
            .expect("a status");
        let headers = lines.filter_map(|line| {
            let (name, value) = line.split_once(": ")?;
            Some((name.to_lowercase(), value.to_owned()))
        });
        Self {
            status,
            headers: headers.collect(),
            body: Bytes::copy_from_slice(&reply[end + 4..]),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The vendor's `code`.
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

impl Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.status)?;
        for name in [
            "content-type",
            "content-disposition",
            "x-content-type-options",
        ] {
            // All JSON answers have it (tested in `limits.rs`), so it is not shown.
            let is_usual = name == "x-content-type-options"
                && self.header("content-type") == Some("application/json;charset=UTF-8")
                && self.header(name) == Some("nosniff");
            if let Some(value) = self.header(name).filter(|_| !is_usual) {
                writeln!(f, "{name}: {value}")?;
            }
        }
        match std::str::from_utf8(&self.body) {
            Ok(text) => write!(f, "\n{}", without_chance(text)),
            Err(_) => write!(f, "\n({} bytes)", self.body.len()),
        }
    }
}

/// JSON with words in place of parts that differ between runs: present times, tokens, the port.
fn without_chance(json: &str) -> String {
    json.split('"').map(word_for).collect::<Vec<_>>().join("\"")
}

fn word_for(text: &str) -> &str {
    const HOUR: i64 = 3_600_000;
    let hours = Timestamp::parse(text)
        .map(|time| (time.millis() - now().millis() + HOUR / 2).div_euclid(HOUR));
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match hours {
        Some(0) => "[now]",
        Some(24) => "[tomorrow]",
        _ if text.starts_with("1000.") && text.len() > 60 => "[token]",
        _ if is_hex && text.len() >= 64 => "[page token]",
        _ if text.starts_with("http://127.0.0.1:") => "[base URL]",
        _ => text,
    }
}
