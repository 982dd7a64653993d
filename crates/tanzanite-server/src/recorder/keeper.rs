//! Writes exchanges to the recording: removes secrets, and appends each exchange as a whole line or not at all.

use super::Recorded;
use super::recording::{Answered, Asked, Exchange, Opening, Recorded as Body};
use crate::secrets::{self, Ground, Places, Redacted};
use bytes::Bytes;
use http::StatusCode;
use http::header::HeaderMap;
use http::request::Parts;
use http::uri::PathAndQuery;
use parking_lot::Mutex;
use serde::Serialize;
use std::fs::File;
use std::io::{self, Write as _};
use tanzanite_protocol::{Timestamp, limits};

/// The file, and the secrets that were told apart in it.
#[derive(Debug)]
pub(super) struct Keeper(Mutex<Book>);

#[derive(Debug)]
struct Book {
    file: File,
    /// The length of the whole lines in the file, in bytes.
    bytes: u64,
    places: Places,
    recorded: Recorded,
}

/// An exchange that was forwarded.
pub(super) struct Passed {
    pub(super) at: Timestamp,
    pub(super) micros: u64,
    pub(super) head: Parts,
    pub(super) body: Bytes,
    pub(super) status: StatusCode,
    pub(super) reply_headers: HeaderMap,
    /// The body as the real service sent it.
    pub(super) reply_body: Bytes,
    pub(super) api_domain: Option<String>,
    pub(super) failed: Option<String>,
}

impl Keeper {
    /// Writes the first line.
    pub(super) fn begin(file: File, opening: &Opening) -> io::Result<Self> {
        let mut book = Book {
            file,
            bytes: 0,
            places: Places::numbered(),
            recorded: Recorded { kept: 0, lost: 0 },
        };
        book.write(opening)?;
        Ok(Self(Mutex::new(book)))
    }

    /// Writes an exchange. A failure is counted and logged.
    pub(super) fn keep(&self, passed: Passed) {
        let mut book = self.0.lock();
        let exchange = without_secrets(passed, &mut book.places);
        match book.write(&exchange) {
            Ok(()) => book.recorded.kept += 1,
            Err(error) => {
                book.recorded.lost += 1;
                tracing::error!(target: "recording.lost", %error, "an exchange is not in the recording");
            }
        }
    }

    pub(super) fn recorded(&self) -> Recorded {
        self.0.lock().recorded
    }
}

impl Book {
    fn write(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut text = serde_json::to_string(line)?;
        text.push('\n');
        let bytes = self.bytes.saturating_add(text.len() as u64);
        if bytes > limits::RECORDING_BYTES_MAX {
            return Err(io::Error::other("the recording is full"));
        }
        if let Err(error) = self.file.write_all(text.as_bytes()) {
            // A partial line amid others would make the whole file unreadable, so it is cut off.
            self.file.set_len(self.bytes)?;
            return Err(error);
        }
        self.bytes = bytes;
        Ok(())
    }
}

fn without_secrets(passed: Passed, places: &mut Places) -> Exchange {
    let Passed {
        mut head,
        body,
        mut reply_headers,
        reply_body,
        ..
    } = passed;
    // Secrets are numbered in the order in which they appear.
    secrets::of_headers(&mut head.headers, places);
    let target = head.uri.path_and_query().map_or("", PathAndQuery::as_str);
    let target = secrets::of_target(target, places).unwrap_or_else(|| target.to_owned());
    let ground = Ground::of(head.uri.path());
    let body = redacted(body, &head.headers, ground, places);
    // Compressed without the client's asking; the report can only compare its bytes.
    let is_opaque = ground == Ground::Records && secrets::is_compressed(&reply_headers);
    let reply_body = if is_opaque {
        reply_body
    } else {
        redacted(reply_body, &reply_headers, ground, places)
    };
    secrets::of_headers(&mut reply_headers, places);
    let places = &*places;
    Exchange {
        at: passed.at.render_utc(),
        micros: passed.micros,
        request: Asked {
            method: head.method.as_str().to_owned(),
            target: places.sweep(&target).into_owned(),
            headers: headers(&head.headers, places),
            body: swept(&body, places),
        },
        reply: Answered {
            status: passed.status.as_u16(),
            headers: headers(&reply_headers, places),
            body: swept(&reply_body, places),
        },
        api_domain: passed.api_domain,
        failed: passed.failed,
    }
}

fn redacted(bytes: Bytes, headers: &HeaderMap, ground: Ground, places: &mut Places) -> Bytes {
    match secrets::of_body(&bytes, 0, headers, ground, places) {
        Redacted::Nothing => bytes,
        Redacted::Some(bytes) | Redacted::All(bytes) => bytes,
    }
}

fn headers(headers: &HeaderMap, places: &Places) -> Vec<(String, String)> {
    let pairs = headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.as_str().to_owned(), places.sweep(&value).into_owned())
    });
    pairs.collect()
}

fn swept(bytes: &Bytes, places: &Places) -> Body {
    match Body::of(bytes) {
        Body::Text(text) => Body::Text(places.sweep(&text).into_owned()),
        bytes @ Body::Bytes { .. } => bytes,
    }
}
