//! The journal: the newest thousand exchanges of each organisation, in memory alone. Secrets are removed before an
//! exchange is kept, and only the beginning of a long body is kept. Exchanges with the control API are left out.

mod har;
mod lines;
mod rings;
mod wanted;

pub(crate) use har::har;
pub(crate) use wanted::Wanted;

use crate::secrets::{self, Ground, Places, Redacted};
use bytes::Bytes;
use http::Method;
use http::header::HeaderMap;
use http::request::Parts;
use http::uri::PathAndQuery;
use lines::Lines;
use parking_lot::Mutex;
use rings::Rings;
use serde_json::{Map, Value, json};
use std::borrow::Borrow;
use std::sync::Arc;
use tanzanite_crm::secret::Digest;
use tanzanite_protocol::{OrgId, Reply, Timestamp, limits};
use tokio::sync::oneshot;

/// The newest exchanges.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    rings: Mutex<Rings>,
    /// The callers that wait for an entry.
    waiting: Mutex<Vec<Waiting>>,
}

/// A caller that waits for an entry.
#[derive(Debug)]
struct Waiting {
    org: OrgId,
    wanted: Wanted,
    wake: oneshot::Sender<()>,
}

/// One exchange. It owns its memory and shares no buffer with a request, so that it holds exactly what it counts.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Counted from 1 since the start of the server.
    number: u64,
    /// The time at which it began, by the machine's clock.
    at: Timestamp,
    micros: u64,
    request_id: String,
    /// The origin that the path is relative to.
    origin: Arc<str>,
    method: Method,
    /// Without secrets. Empty if the request's target was an authority alone.
    path: Box<str>,
    /// Without secrets.
    query: Option<Box<str>>,
    /// Whether secrets were removed from target or body.
    has_secrets: bool,
    headers: Lines,
    /// The token's digest, enough to find its user.
    token: Option<Digest>,
    body: Kept,
    outcome: Outcome,
    rule: Option<Fired>,
    reply_headers: Lines,
    reply_body: Kept,
    /// The memory that the entry takes, without the allocator's overhead.
    bytes: usize,
}

/// The outcome of a request.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// The operation's name; empty if the path has no operation.
    pub(crate) endpoint: &'static str,
    /// 0 if a fault injection rule closed the connection instead.
    pub(crate) status: u16,
    /// The vendor's `code`; empty if the reply has none.
    pub(crate) code: &'static str,
    /// The private cause of a refusal, for the operator.
    pub(crate) cause: Option<String>,
}

/// A fault injection rule that has fired.
#[derive(Clone, Debug)]
pub(crate) struct Fired {
    pub(crate) number: u64,
    /// Its effect, in words.
    pub(crate) did: Arc<str>,
}

/// An exchange to keep. The reply's headers may be borrowed, since they are also sent to the client.
pub(crate) struct Exchange<H: Borrow<HeaderMap> = HeaderMap> {
    pub(crate) org: OrgId,
    pub(crate) at: Timestamp,
    pub(crate) micros: u64,
    pub(crate) request_id: String,
    pub(crate) origin: Arc<str>,
    pub(crate) head: Parts,
    /// The digest of the token in the head.
    pub(crate) token: Option<Digest>,
    pub(crate) body: Bytes,
    pub(crate) outcome: Outcome,
    pub(crate) rule: Option<Fired>,
    pub(crate) reply_headers: H,
    pub(crate) reply_body: Bytes,
}

/// The kept beginning of a body.
#[derive(Debug)]
struct Kept {
    bytes: Box<[u8]>,
    /// The length of the whole body, in bytes.
    whole: usize,
}

impl Journal {
    /// Keeps an exchange, dropping old ones beyond the limits.
    pub(crate) fn keep(&self, exchange: Exchange<impl Borrow<HeaderMap>>) {
        let org = exchange.org;
        let entry = Entry::new(exchange);
        let (entry, gone) = self.rings.lock().keep(org, entry);
        drop(gone);
        let mut waiting = self.waiting.lock();
        if waiting.is_empty() {
            return;
        }
        let done = |waiting: &mut Waiting| {
            waiting.wake.is_closed() || waiting.org == org && waiting.wanted.takes(&entry)
        };
        for waiting in waiting.extract_if(.., done) {
            // A waiter that has given up needs no waking.
            let _ = waiting.wake.send(());
        }
    }

    /// The matching entries of an organisation, the oldest first.
    pub(crate) fn find(&self, org: OrgId, wanted: &Wanted) -> Vec<Arc<Entry>> {
        let entries = self.rings.lock().all(org);
        let mut found: Vec<_> = entries
            .into_iter()
            .filter(|entry| wanted.takes(entry))
            .collect();
        let surplus = found.len().saturating_sub(wanted.limit());
        found.drain(..surplus);
        found
    }

    /// An organisation's entry with this number.
    pub(crate) fn entry(&self, org: OrgId, number: u64) -> Option<Arc<Entry>> {
        let all = self.rings.lock().all(org);
        all.into_iter().find(|entry| entry.number == number)
    }

    /// Deletes all entries of an organisation and returns their number. Numbering continues.
    pub(crate) fn forget(&self, org: OrgId) -> usize {
        // Dropped after the lock on the rings is released.
        let gone = self.rings.lock().take(org);
        gone.len()
    }

    /// Resolves when a matching entry of an organisation is kept, from now on.
    pub(crate) fn awaited(&self, org: OrgId, wanted: &Wanted) -> oneshot::Receiver<()> {
        let (wake, woken) = oneshot::channel();
        let mut waiting = self.waiting.lock();
        waiting.retain(|waiting| !waiting.wake.is_closed());
        waiting.push(Waiting {
            org,
            wanted: wanted.clone(),
            wake,
        });
        woken
    }
}

impl Entry {
    fn new(exchange: Exchange<impl Borrow<HeaderMap>>) -> Self {
        let Parts {
            method,
            uri,
            headers,
            ..
        } = exchange.head;
        let reply_headers = exchange.reply_headers.borrow();
        let places = &mut Places::Alike;
        let ground = Ground::of(uri.path());
        let (body, body_has_secrets) = Kept::of(&exchange.body, &headers, ground, places);
        let (reply_body, _) = Kept::of(&exchange.reply_body, reply_headers, ground, places);
        let target = uri.path_and_query().map_or("", PathAndQuery::as_str);
        let redacted = secrets::of_target(target, places);
        let has_secrets = redacted.is_some() || body_has_secrets;
        let target = redacted.as_deref().unwrap_or(target);
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        let mut entry = Self {
            number: 0,
            at: exchange.at,
            micros: exchange.micros,
            request_id: exchange.request_id,
            origin: exchange.origin,
            method,
            path: path.into(),
            query: query.map(Into::into),
            has_secrets,
            headers: Lines::of(&headers, places),
            token: exchange.token,
            body,
            outcome: exchange.outcome,
            rule: exchange.rule,
            reply_headers: Lines::of(reply_headers, places),
            reply_body,
            bytes: 0,
        };
        entry.bytes = entry.count_bytes();
        entry
    }

    fn path(&self) -> &str {
        &self.path
    }

    fn query(&self) -> &str {
        self.query.as_deref().unwrap_or_default()
    }

    fn count_bytes(&self) -> usize {
        let cause = self.outcome.cause.as_ref().map_or(0, String::len);
        size_of::<Self>()
            + self.request_id.capacity()
            + self.method.as_str().len()
            + self.path().len()
            + self.query().len()
            + cause
            + self.rule.as_ref().map_or(0, |rule| rule.did.len())
            + self.headers.bytes()
            + self.reply_headers.bytes()
            + self.body.bytes.len()
            + self.reply_body.bytes.len()
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    pub(crate) fn method(&self) -> tanzanite_protocol::Method {
        tanzanite_protocol::Method::parse(self.method.as_str())
    }

    pub(crate) fn target(&self) -> Option<PathAndQuery> {
        let query = self.query.as_deref();
        let target = query.map_or(self.path.to_string(), |query| {
            format!("{}?{query}", self.path)
        });
        PathAndQuery::try_from(target)
            .ok()
            .filter(|_| !self.path.is_empty())
    }

    /// The request's headers, without tokens.
    pub(crate) fn headers(&self) -> HeaderMap {
        self.headers.to_map()
    }

    /// The digest of the request's token.
    pub(crate) fn token(&self) -> Option<Digest> {
        self.token
    }

    /// The request's body, if it was kept whole.
    pub(crate) fn whole_body(&self) -> Option<Bytes> {
        let Kept { bytes, whole } = &self.body;
        (bytes.len() == *whole).then(|| Bytes::copy_from_slice(bytes))
    }

    /// Whether secrets were removed from target or body.
    pub(crate) fn has_secrets(&self) -> bool {
        self.has_secrets
    }

    /// The answer, as JSON.
    pub(crate) fn answer(&self) -> Value {
        let Outcome { status, code, .. } = &self.outcome;
        json!({ "entry": self.number, "status": status, "code": code, "rule": self.rule.as_ref().map(|fired| fired.number) })
    }

    /// The entry as JSON, for programs and for the command that prints it.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "number": self.number,
            "at": self.at.render_utc(),
            "micros": self.micros,
            "request_id": self.request_id,
            "operation": self.outcome.endpoint,
            "request": {
                "method": self.method.as_str(),
                "origin": &*self.origin,
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
            "rule": self.rule.as_ref().map(|rule| rule.number),
            "rule_did": self.rule.as_ref().map(|rule| &*rule.did),
        })
    }
}

impl Kept {
    /// The beginning of a body without secrets, and whether secrets were removed. Always a copy, since the bytes may be
    /// a slice of a larger buffer, which they would pin.
    fn of(bytes: &Bytes, headers: &HeaderMap, ground: Ground, places: &mut Places) -> (Self, bool) {
        let beginning = bytes.slice(..bytes.len().min(limits::JOURNAL_BODY_BYTES_MAX));
        let cut = bytes.len() - beginning.len();
        match secrets::of_body(&beginning, cut, headers, ground, places) {
            Redacted::Nothing => (Self::beginning_of(&beginning, cut), false),
            Redacted::Some(hidden) => (Self::beginning_of(&hidden, cut), true),
            Redacted::All(length) => (Self::beginning_of(&length, 0), true),
        }
    }

    fn beginning_of(bytes: &[u8], cut: usize) -> Self {
        let kept = bytes.len().min(limits::JOURNAL_BODY_BYTES_MAX);
        Self {
            bytes: bytes[..kept].into(),
            whole: bytes.len() + cut,
        }
    }

    /// The body as text, if it is text. The cut may have split a character at the end.
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

/// The body of a reply.
pub(crate) fn bytes_of(reply: &Reply) -> Bytes {
    reply.content.bytes().cloned().unwrap_or_default()
}

/// The headers by name; several values of one name are joined.
fn headers_json(headers: &Lines) -> Value {
    let mut names = Map::new();
    for (name, value) in headers.iter() {
        let values = names.entry(name).or_insert(Value::Null);
        *values = match values {
            Value::String(before) => format!("{before}, {value}").into(),
            _ => value.into(),
        };
    }
    Value::Object(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An exchange of an organisation with this status.
    pub(super) fn exchange(org: OrgId, status: u16) -> Exchange {
        Exchange {
            org,
            at: Timestamp::from_millis(0),
            micros: 0,
            request_id: String::new(),
            origin: Arc::from(""),
            head: http::Request::new(()).into_parts().0,
            token: None,
            body: Bytes::new(),
            outcome: Outcome {
                endpoint: "",
                status,
                code: "",
                cause: None,
            },
            rule: None,
            reply_headers: HeaderMap::new(),
            reply_body: Bytes::new(),
        }
    }

    /// A buffer that a whole request shares, like hyper's, and a handle that tells whether it is still held.
    fn buffer(text: &'static str) -> (Bytes, std::sync::Weak<()>) {
        struct Buffer(&'static str, #[expect(dead_code, reason = "held")] Arc<()>);
        impl AsRef<[u8]> for Buffer {
            fn as_ref(&self) -> &[u8] {
                self.0.as_bytes()
            }
        }
        let held = Arc::new(());
        let weak = Arc::downgrade(&held);
        (Bytes::from_owner(Buffer(text, held)), weak)
    }

    #[test]
    fn an_entry_of_a_few_bytes_does_not_hold_the_buffer_that_they_came_in() {
        let (bytes, held) = buffer("/crm/v8/Leads?a=b");
        let value = |bytes: &Bytes| http::HeaderValue::from_maybe_shared(bytes.slice(..5));
        let mut exchange = exchange(OrgId::new(1).expect("an organisation"), 200);
        exchange.head.uri = http::Uri::from_maybe_shared(bytes.clone()).expect("a URI");
        for headers in [&mut exchange.head.headers, &mut exchange.reply_headers] {
            headers.insert("x-part", value(&bytes).expect("a value"));
        }
        exchange.body = bytes.slice(1..4);
        exchange.reply_body = bytes.slice(..);
        drop(bytes);
        let journal = Journal::default();
        assert!(held.upgrade().is_some());
        journal.keep(exchange);
        assert!(held.upgrade().is_none());
    }

    #[test]
    fn everything_that_a_client_can_make_long_is_counted() {
        let long = || "x".repeat(10_000);
        let org = OrgId::new(1).expect("an organisation");
        let short = Entry::new(exchange(org, 200)).bytes;
        let longer = |change: &dyn Fn(&mut Exchange)| {
            let mut exchange = exchange(org, 200);
            change(&mut exchange);
            Entry::new(exchange).bytes - short
        };
        let value = || http::HeaderValue::try_from(long()).expect("a value");
        let changes: [&dyn Fn(&mut Exchange); 7] = [
            &|exchange| exchange.head.method = Method::from_bytes(long().as_bytes()).expect("one"),
            &|exchange| exchange.head.uri = format!("/{}", long()).parse().expect("a path"),
            &|exchange| exchange.head.uri = format!("/?{}", long()).parse().expect("a query"),
            &|exchange| drop(exchange.head.headers.insert("x-long", value())),
            &|exchange| drop(exchange.reply_headers.insert("x-long", value())),
            &|exchange| exchange.body = long().into(),
            &|exchange| exchange.reply_body = long().into(),
        ];
        for (number, change) in changes.iter().enumerate() {
            // The method, path and query of the unchanged exchange are not empty.
            assert!(longer(*change) >= 9_990, "{number}");
        }
    }

    #[test]
    fn who_waits_is_woken_for_what_is_wanted_alone_and_nobody_waits_for_ever() {
        let journal = Journal::default();
        let [ours, theirs] = [1, 2].map(|org| OrgId::new(org).expect("an organisation"));
        let wanted: Wanted = serde_json::from_value(json!({ "status": 404 })).expect("conditions");
        let mut awaited = journal.awaited(ours, &wanted);
        let mut never = journal.awaited(theirs, &wanted);
        journal.keep(exchange(theirs, 200));
        journal.keep(exchange(ours, 200));
        assert!(awaited.try_recv().is_err() && never.try_recv().is_err());
        journal.keep(exchange(ours, 404));
        assert!(awaited.try_recv().is_ok() && never.try_recv().is_err());
        assert_eq!(journal.waiting.lock().len(), 1);
        drop(never);
        journal.keep(exchange(ours, 404));
        assert_eq!(journal.waiting.lock().len(), 0);
    }
}
