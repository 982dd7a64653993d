//! What a recording is: a file of lines, each a JSON object. The first says of what it is one; each other is an exchange. A line
//! that was begun and not ended, as by a process that was killed, is no part of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::fmt;
use tanzanite_protocol::Timestamp;

/// The version of the format.
const FORMAT: u32 = 1;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// The version of the format.
    pub tanzanite_recording: u32,
    /// When it was begun.
    pub at: String,
    /// The origin of the real API.
    pub to: String,
    /// The origin where tokens came from.
    pub accounts: String,
    /// The origin that clients used.
    pub url: String,
}

/// A request and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// When the request came.
    pub at: String,
    /// How long the answer took.
    pub micros: u64,
    /// What was asked.
    pub request: Asked,
    /// What was answered.
    pub reply: Answered,
    /// What the client was told instead of the answer's `api_domain`, so that it stayed with the recorder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_domain: Option<String>,
    /// Why the real service gave no answer, and the recorder gave one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// In their order, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Recorded,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// In their order, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Recorded,
}

/// A body: as it is if it is a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Recorded {
    /// UTF-8.
    Text(String),
    /// Anything else.
    Bytes {
        /// In base 64.
        base64: String,
    },
}

/// All of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// Of what it is one.
    pub opening: Opening,
    /// In the order in which they were answered.
    pub exchanges: Vec<Exchange>,
}

/// Why a text is no recording.
#[derive(Debug)]
pub struct NoRecording {
    /// From 1.
    line: usize,
    why: String,
}

impl Opening {
    pub(super) fn new(to: &str, accounts: &str, url: &str, at: Timestamp) -> Self {
        Self {
            tanzanite_recording: FORMAT,
            at: at.render_utc(),
            to: to.to_owned(),
            accounts: accounts.to_owned(),
            url: url.to_owned(),
        }
    }
}

impl Recording {
    /// Reads what is in a file.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoRecording> {
        // The last line may have been begun alone.
        let whole = bytes.split_inclusive(|byte| *byte == b'\n');
        let mut lines = (1..).zip(whole.filter(|line| line.ends_with(b"\n")));
        let (number, first) = lines.next().unwrap_or((1, b""));
        let opening: Opening = read(number, first)?;
        if opening.tanzanite_recording != FORMAT {
            let why = format!("its format is {}", opening.tanzanite_recording);
            return Err(NoRecording { line: number, why });
        }
        let exchanges = lines.map(|(number, line)| read(number, line));
        Ok(Self {
            opening,
            exchanges: exchanges.collect::<Result<_, _>>()?,
        })
    }
}

fn read<'a, T: Deserialize<'a>>(line: usize, text: &'a [u8]) -> Result<T, NoRecording> {
    serde_json::from_slice(text).map_err(|error| NoRecording {
        line,
        why: error.to_string(),
    })
}

impl Recorded {
    pub(super) fn of(bytes: &Bytes) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Bytes {
                base64: STANDARD.encode(bytes),
            },
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Bytes { .. } => None,
        }
    }

    /// The bytes. What somebody has written that is no base 64 is empty.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Bytes { base64 } => STANDARD.decode(base64).unwrap_or_default(),
        }
    }
}

impl Asked {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// Without the query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// What follows the path; empty without one.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }
}

impl Answered {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut found = headers.iter().filter(|(found, _)| found == name);
    found.next().map(|(_, value)| value.as_str())
}

impl fmt::Display for NoRecording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

impl std::error::Error for NoRecording {}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENING: &str = r#"{"tanzanite_recording":1,"at":"2026-03-01T09:00:00.000Z","to":"a","accounts":"b","url":"c"}"#;
    const EXCHANGE: &str = r#"{"at":"","micros":1,"request":{"method":"GET","target":"/a?b","headers":[],"body":""},"reply":{"status":200,"headers":[["x-a","1"]],"body":{"base64":"/wA="}}}"#;

    #[test]
    fn a_line_that_was_not_ended_is_no_part() {
        let text = format!("{OPENING}\n{EXCHANGE}\n{EXCHANGE}");
        // Cut within a character, too.
        for end in [
            text.as_bytes(),
            [text.as_bytes(), b"\xc3"].concat().as_slice(),
        ] {
            let recording = Recording::parse(end).expect("a recording");
            let [exchange] = recording.exchanges.as_slice() else {
                panic!("{recording:?}");
            };
            assert_eq!(exchange.reply.body.bytes(), [0xff, 0]);
            assert_eq!(exchange.reply.header("x-a"), Some("1"));
            assert_eq!(
                (exchange.request.path(), exchange.request.query()),
                ("/a", "b")
            );
        }
    }

    #[test]
    fn what_is_none_says_in_which_line() {
        for (text, line) in [
            (String::new(), 1),
            (OPENING.to_owned(), 1),
            (format!("{}\n", OPENING.replace(":1,", ":2,")), 1),
            (format!("{OPENING}\n{EXCHANGE}\n{{}}\n"), 3),
        ] {
            let error = Recording::parse(text.as_bytes()).expect_err("no recording");
            assert!(
                error.to_string().starts_with(&format!("line {line}: ")),
                "{error}"
            );
        }
    }
}
