//! The format of a recording: a file of lines, each a JSON object. The first line describes the recording; each other
//! line is an exchange. An unfinished last line, such as a killed process leaves, does not count.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::fmt;
use tanzanite_protocol::Timestamp;

/// The version of the format.
const FORMAT: u32 = 1;

/// The first line of a recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// The version of the format.
    pub tanzanite_recording: u32,
    /// The time at which the recording began.
    pub at: String,
    /// The origin of the real API.
    pub to: String,
    /// The origin of the server that issued tokens.
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
    /// The request.
    pub request: Asked,
    /// The answer.
    pub reply: Answered,
    /// The `api_domain` that replaced the one in the answer, so that the client stayed with the recorder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_domain: Option<String>,
    /// The reason why the real service gave no answer and the recorder answered itself.
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

/// A body, kept as text if it is text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Recorded {
    /// A text in UTF-8.
    Text(String),
    /// Anything else.
    Bytes {
        /// In Base64.
        base64: String,
    },
}

/// A whole recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The first line.
    pub opening: Opening,
    /// The exchanges, in the order in which they were answered.
    pub exchanges: Vec<Exchange>,
}

/// The reason why a text is not a recording.
#[derive(Debug)]
pub struct NoRecording {
    /// The line's number, from 1.
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
    /// Parses the content of a recording's file.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoRecording> {
        // The last line may be unfinished.
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

    /// The body, if it is text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Bytes { .. } => None,
        }
    }

    /// The body's bytes; empty if the Base64 in the file is invalid.
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

    /// The path without the query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The query; empty if there is none.
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
        // Also cut within a character.
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
