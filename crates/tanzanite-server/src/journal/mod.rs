//! The journal: what was asked and answered, the newest thousand exchanges, in memory alone. Secrets are taken out before an
//! exchange is kept, and only the beginning of a long body is. The control API's own exchanges are left out.

mod har;
mod secrets;
mod wanted;

pub(crate) use har::har;
pub(crate) use wanted::Wanted;

use bytes::Bytes;
use http::header::{self, AUTHORIZATION, HeaderMap, HeaderValue};
use http::request::Parts;
use http::{Method, Uri};
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use std::collections::VecDeque;
use std::sync::Arc;
use tanzanite_protocol::{Content, Reply, Timestamp, limits};
use tokio::sync::watch;

/// The newest exchanges.
#[derive(Debug)]
pub(crate) struct Journal {
    ring: Mutex<Ring>,
    /// The number of the newest entry.
    newest: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Ring {
    entries: VecDeque<Arc<Entry>>,
    last: u64,
    /// What the entries hold together.
    bytes: usize,
}

/// One exchange.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Counted from 1 since the start.
    number: u64,
    /// When it began, by the machine's clock.
    at: Timestamp,
    micros: u64,
    request_id: String,
    method: Method,
    uri: Uri,
    /// The query without its secrets, if it had some.
    redacted: Option<String>,
    headers: HeaderMap,
    body: Kept,
    outcome: Outcome,
    /// The rule that has fired.
    rule: Option<u64>,
    reply_headers: HeaderMap,
    reply_body: Kept,
    /// What it takes, roughly.
    bytes: usize,
}

/// What the request came to.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// The operation's name; empty if the path has none.
    pub(crate) endpoint: &'static str,
    /// 0 if a rule closed the connection instead.
    pub(crate) status: u16,
    /// The vendor's code; empty if the reply has none.
    pub(crate) code: &'static str,
    /// Why it was refused, for the operator.
    pub(crate) cause: Option<String>,
}

/// An exchange that is to be kept.
pub(crate) struct Exchange {
    pub(crate) at: Timestamp,
    pub(crate) micros: u64,
    pub(crate) request_id: String,
    pub(crate) head: Parts,
    pub(crate) body: Bytes,
    pub(crate) outcome: Outcome,
    pub(crate) rule: Option<u64>,
    pub(crate) reply_headers: HeaderMap,
    pub(crate) reply_body: Bytes,
}

/// The beginning of a body.
#[derive(Debug)]
struct Kept {
    bytes: Bytes,
    /// How many bytes the whole one had.
    whole: usize,
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            ring: Mutex::default(),
            newest: watch::Sender::new(0),
        }
    }
}

impl Journal {
    /// Keeps an exchange; the oldest go when there are too many, or too much.
    pub(crate) fn keep(&self, exchange: Exchange) {
        let mut entry = Entry::new(exchange);
        let mut ring = self.ring.lock();
        ring.last += 1;
        entry.number = ring.last;
        ring.bytes += entry.bytes;
        ring.entries.push_back(Arc::new(entry));
        // Dropped when nobody waits for the ring any more.
        let mut gone = None;
        while ring.entries.len() > limits::JOURNAL_ENTRIES_MAX
            || ring.bytes > limits::JOURNAL_BYTES_MAX
        {
            gone = ring.entries.pop_front();
            ring.bytes -= gone.as_ref().map_or(0, |oldest| oldest.bytes);
        }
        let last = ring.last;
        drop(ring);
        drop(gone);
        if self.newest.receiver_count() > 0 {
            self.newest.send_replace(last);
        }
    }

    /// The entries that are wanted, the oldest first.
    pub(crate) fn find(&self, wanted: &Wanted) -> Vec<Arc<Entry>> {
        let entries: Vec<_> = self.ring.lock().entries.iter().cloned().collect();
        let mut found: Vec<_> = entries
            .into_iter()
            .filter(|entry| wanted.takes(entry))
            .collect();
        let surplus = found.len().saturating_sub(wanted.limit());
        found.drain(..surplus);
        found
    }

    /// Forgets everything; how many there were. Numbers go on.
    pub(crate) fn clear(&self) -> usize {
        let mut ring = self.ring.lock();
        ring.bytes = 0;
        std::mem::take(&mut ring.entries).len()
    }

    /// Told whenever something is kept.
    pub(crate) fn follow(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }
}

impl Entry {
    fn new(exchange: Exchange) -> Self {
        let Parts {
            method,
            uri,
            mut headers,
            ..
        } = exchange.head;
        if let header::Entry::Occupied(mut tokens) = headers.entry(AUTHORIZATION) {
            for value in tokens.iter_mut() {
                *value = secrets::without_token(value);
            }
        }
        let (mut body, mut reply_body) = (exchange.body, exchange.reply_body);
        let mut redacted = None;
        if secrets::are_in(uri.path()) {
            redacted = uri.query().map(secrets::of_form);
            body = secrets::of_form_bytes(&body);
            reply_body = secrets::of_json(&reply_body);
        }
        let mut entry = Self {
            number: 0,
            at: exchange.at,
            micros: exchange.micros,
            request_id: exchange.request_id,
            method,
            uri,
            redacted,
            headers,
            body: Kept::of(&body),
            outcome: exchange.outcome,
            rule: exchange.rule,
            reply_headers: exchange.reply_headers,
            reply_body: Kept::of(&reply_body),
            bytes: 0,
        };
        entry.bytes = entry.count_bytes();
        entry
    }

    fn path(&self) -> &str {
        self.uri.path()
    }

    fn query(&self) -> &str {
        let redacted = self.redacted.as_deref();
        redacted.or(self.uri.query()).unwrap_or_default()
    }

    fn count_bytes(&self) -> usize {
        let headers = |headers: &HeaderMap| -> usize {
            let pairs = headers.iter();
            pairs
                .map(|(name, value)| name.as_str().len() + value.len())
                .sum()
        };
        let cause = self.outcome.cause.as_ref().map_or(0, String::len);
        size_of::<Self>()
            + self.path().len()
            + self.query().len()
            + cause
            + headers(&self.headers)
            + headers(&self.reply_headers)
            + self.body.bytes.len()
            + self.reply_body.bytes.len()
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// For programs, and for the command that shows it to people.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "number": self.number,
            "at": self.at.render_utc(),
            "micros": self.micros,
            "request_id": self.request_id,
            "operation": self.outcome.endpoint,
            "request": {
                "method": self.method.as_str(),
                "path": self.path(),
                "query": self.query(),
                "headers": headers_json(&self.headers),
                "body": self.body.to_json(),
            },
            "reply": {
                "status": self.outcome.status,
                "code": self.outcome.code,
                "headers": headers_json(&self.reply_headers),
                "body": self.reply_body.to_json(),
            },
            "cause": self.outcome.cause,
            "rule": self.rule,
        })
    }
}

impl Kept {
    /// A long one is copied, so that the rest of it is not held.
    fn of(bytes: &Bytes) -> Self {
        let kept = match bytes.get(..limits::JOURNAL_BODY_BYTES_MAX) {
            None => bytes.clone(),
            Some(beginning) => Bytes::copy_from_slice(beginning),
        };
        Self {
            bytes: kept,
            whole: bytes.len(),
        }
    }

    /// The text if it is one. A character may have been cut at the end.
    fn text(&self) -> Option<&str> {
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => Some(text),
            Err(error) if error.error_len().is_none() && self.whole > self.bytes.len() => {
                std::str::from_utf8(&self.bytes[..error.valid_up_to()]).ok()
            }
            Err(_) => None,
        }
    }

    fn to_json(&self) -> Value {
        json!({
            "bytes": self.whole,
            "text": self.text(),
            "cut": self.whole > self.bytes.len(),
        })
    }
}

/// What a reply's body will be.
pub(crate) fn bytes_of(reply: &Reply) -> Bytes {
    match &reply.content {
        Content::Empty | Content::NotModified(_) => Bytes::new(),
        Content::Json(bytes) => bytes.clone(),
        Content::File(file) => file.bytes.clone(),
    }
}

/// By name; the values of a name that comes twice are joined.
fn headers_json(headers: &HeaderMap) -> Value {
    let names = headers.keys().map(|name| {
        let values = headers.get_all(name).iter().map(text);
        let values = values.collect::<Vec<_>>().join(", ");
        (name.as_str().to_owned(), Value::String(values))
    });
    Value::Object(names.collect::<Map<_, _>>())
}

fn text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}
