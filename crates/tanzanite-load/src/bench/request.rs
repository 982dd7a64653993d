//! Requests, rendered once: a connection only writes another record's id over the last one's.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Digits of the ids of the records that the benchmark makes.
pub(super) const ID_DIGITS: usize = 19;
/// Where the id goes in a path.
pub(super) const ID_PLACE: &str = "{id}";

/// A request, and what must be answered to it.
#[derive(Clone, Debug)]
pub(super) struct Request {
    bytes: Vec<u8>,
    id_at: Option<usize>,
    callers: Option<(Arc<Callers>, usize)>,
    /// The status that must be answered.
    pub(super) status: u16,
    /// What the body must hold.
    pub(super) body: Body,
}

/// Who asks for which record: each organisation's records have ids of their own, and a token.
#[derive(Debug)]
pub(super) struct Callers {
    /// The first organisation's first id.
    pub(super) first: i64,
    /// From one organisation's first id to the next one's.
    pub(super) step: i64,
    /// Texts of the organisations' tokens, all of one length.
    pub(super) tokens: Vec<String>,
}

impl Callers {
    /// The token of the first organisation.
    pub(super) fn token(&self) -> &str {
        self.tokens.first().map_or("", String::as_str)
    }

    fn of(&self, id: i64) -> Option<&str> {
        let at = usize::try_from((id - self.first) / self.step).ok()?;
        Some(self.tokens.get(at)?)
    }
}

/// What a reply's body must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// It holds this text.
    Holds(&'static str),
    /// It is of this length.
    Length(usize),
}

impl Request {
    /// Renders a request. Its path may hold [`ID_PLACE`] once.
    pub(super) fn new(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let zeros = "0".repeat(ID_DIGITS);
        let mut head = format!("{method} {}", path.replace(ID_PLACE, &zeros));
        let id_at = path.find(ID_PLACE).map(|at| method.len() + 1 + at);
        head.push_str(" HTTP/1.1\r\nHost: localhost\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        Self {
            bytes,
            id_at,
            callers: None,
            status: 200,
            body: Body::Length(0),
        }
    }

    /// The same, with the token of the first of these; from now on each record is asked for with its own
    /// organisation's.
    pub(super) fn called_by(self, callers: &Arc<Callers>) -> Self {
        let token = callers.token().as_bytes();
        let at = self
            .bytes
            .windows(token.len().max(1))
            .position(|part| part == token);
        Self {
            callers: at.map(|at| (Arc::clone(callers), at)),
            ..self
        }
    }

    /// The same, to which this must be answered.
    pub(super) fn expecting(self, status: u16, body: Body) -> Self {
        Self {
            status,
            body,
            ..self
        }
    }

    /// The same for another path, with everything else as it is. The path names no [`ID_PLACE`].
    pub(super) fn to(&self, path: &str) -> Self {
        let space = |bytes: &[u8]| bytes.iter().position(|byte| *byte == b' ');
        let mut bytes = self.bytes.clone();
        if let Some(begin) = space(&bytes).map(|at| at + 1)
            && let Some(length) = space(&bytes[begin..])
        {
            bytes.splice(begin..begin + length, path.bytes());
        }
        Self {
            bytes,
            id_at: None,
            callers: None,
            ..self.clone()
        }
    }

    /// What goes over the wire.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Writes a record's id into the path, and the token that goes with it into its header.
    pub(super) fn set_id(&mut self, id: i64) {
        if let Some((callers, at)) = &self.callers
            && let Some(token) = callers.of(id)
            && let Some(place) = self.bytes.get_mut(*at..*at + token.len())
        {
            place.copy_from_slice(token.as_bytes());
        }
        if let Some(at) = self.id_at {
            let mut left = id;
            for digit in self.bytes[at..at + ID_DIGITS].iter_mut().rev() {
                *digit = b'0' + u8::try_from(left % 10).unwrap_or_default();
                left /= 10;
            }
        }
    }

    /// Whether a reply is the one that must be answered.
    pub(super) fn is_answered_by(&self, status: u16, body: &[u8]) -> bool {
        let as_asked = match self.body {
            Body::Holds(text) => body.windows(text.len()).any(|part| part == text.as_bytes()),
            Body::Length(length) => body.len() == length,
        };
        status == self.status && as_asked
    }
}

/// Which records are asked for, by all connections together.
#[derive(Debug)]
pub(super) struct Supply {
    ids: Vec<i64>,
    next: AtomicUsize,
    again: bool,
}

impl Supply {
    /// Each id once.
    pub(super) fn once(ids: Vec<i64>) -> Self {
        Self {
            ids,
            next: AtomicUsize::new(0),
            again: false,
        }
    }

    /// The ids round and round.
    pub(super) fn cycle(ids: Vec<i64>) -> Self {
        Self {
            ids,
            next: AtomicUsize::new(0),
            again: true,
        }
    }

    /// Always the same request.
    pub(super) fn constant() -> Self {
        Self::cycle(vec![0])
    }

    /// The next one's; `None` when all are used up.
    pub(super) fn take(&self) -> Option<i64> {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        let at = if self.again {
            next % self.ids.len().max(1)
        } else {
            next
        };
        self.ids.get(at).copied()
    }

    /// How many were taken.
    pub(super) fn taken(&self) -> usize {
        self.next.load(Ordering::Relaxed).min(self.ids.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_written_into_the_path_and_nowhere_else() {
        let mut request = Request::new("DELETE", "/crm/v8/Leads/{id}/photo", &[("A", "b")], b"xy");
        request.set_id(3_652_397_000_000_190_001);
        let text = "DELETE /crm/v8/Leads/3652397000000190001/photo HTTP/1.1\r\n\
                    Host: localhost\r\nA: b\r\nContent-Length: 2\r\n\r\nxy";
        assert_eq!(String::from_utf8_lossy(request.bytes()), text);
        request.set_id(1);
        assert!(
            request
                .bytes()
                .starts_with(b"DELETE /crm/v8/Leads/0000000000000000001/photo ")
        );
    }

    #[test]
    fn each_record_is_asked_for_with_its_organisation_s_token() {
        let callers = Arc::new(Callers {
            first: 1_000,
            step: 100,
            tokens: vec!["aa".to_owned(), "bb".to_owned()],
        });
        let request = Request::new("GET", "/{id}", &[("T", "x aa")], b"");
        let mut request = request.called_by(&callers);
        let lines = |request: &Request| String::from_utf8_lossy(request.bytes()).into_owned();
        request.set_id(1_100);
        assert!(lines(&request).contains("0001100 ") && lines(&request).contains("T: x bb\r\n"));
        request.set_id(1_099);
        assert!(lines(&request).contains("T: x aa\r\n"));
    }

    #[test]
    fn the_same_request_for_another_path_differs_in_nothing_else() {
        let mut request = Request::new("POST", "/a/{id}", &[("A", "b c")], b"x y").to("/d/e");
        request.set_id(7);
        let text = "POST /d/e HTTP/1.1\r\nHost: localhost\r\nA: b c\r\n\
                    Content-Length: 3\r\n\r\nx y";
        assert_eq!(String::from_utf8_lossy(request.bytes()), text);
    }

    #[test]
    fn each_id_is_given_once_or_round_and_round() {
        let once = Supply::once(vec![5, 6]);
        assert_eq!(
            [once.take(), once.take(), once.take()],
            [Some(5), Some(6), None]
        );
        assert_eq!(once.taken(), 2);
        let cycle = Supply::cycle(vec![5, 6]);
        assert_eq!(
            [cycle.take(), cycle.take(), cycle.take()],
            [Some(5), Some(6), Some(5)]
        );
    }

    #[test]
    fn a_wrong_status_and_a_wrong_body_are_told_apart_from_the_right_ones() {
        let request = Request::new("GET", "/", &[], b"").expecting(400, Body::Holds("LOCKED"));
        assert!(request.is_answered_by(400, b"RECORD_LOCKED"));
        assert!(!request.is_answered_by(200, b"RECORD_LOCKED"));
        assert!(!request.is_answered_by(400, b"INVALID_DATA"));
        let request = request.expecting(200, Body::Length(2));
        assert!(request.is_answered_by(200, b"ab") && !request.is_answered_by(200, b"abc"));
    }
}
