//! One fault injection rule at work: the requests that match it, those at which it fires, and its effect.

use super::Asker;
use super::spec::{Moment, RawReply, Spec};
use crate::outgoing::Spoiling;
use crate::pattern::matches;
use crate::render::HttpReply;
use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::request::Parts;
use http::{Response, StatusCode};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tanzanite_crm::Route;
use tanzanite_crm::faults::rows;
use tanzanite_crm::operations::is_called;
use tanzanite_crm::secret::derive_hex;
use tanzanite_protocol::{Fault, OrgId, Row, Timestamp};

/// The response that the client gets in place of the CRM's answer.
#[derive(Debug)]
pub(super) enum Effect {
    /// The answer itself, unchanged.
    Nothing,
    Fault(Fault),
    /// A response with its body.
    Reply(HttpReply, Bytes),
    /// The end of the connection.
    Close,
    /// A reset of the connection.
    Reset,
}

type Raw = (StatusCode, Vec<(HeaderName, HeaderValue)>, Bytes);

/// A rule with its counters.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) number: u64,
    /// The organisation whose requests it concerns.
    pub(super) org: OrgId,
    spec: Spec,
    row: Option<&'static Row>,
    delay: Option<Duration>,
    spoiling: Spoiling,
    expires: Option<Timestamp>,
    headers: Vec<(HeaderName, String)>,
    reply: Option<Raw>,
    did: Arc<str>,
    /// The number of requests that met the conditions.
    met: AtomicU64,
    fired: AtomicU64,
}

impl Rule {
    /// Parses a rule of an organisation from JSON. The error says in words what is wrong.
    pub(crate) fn parse(org: OrgId, json: &[u8], now: Timestamp) -> Result<Self, String> {
        let spec: Spec = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        spec.check()?;
        let row = spec.fault.as_deref().map(row).transpose()?;
        if let Some(row) = row {
            let (name, known) = (row.name(), row.details);
            if let Some(other) = spec
                .details
                .keys()
                .find(|key| !known.contains(&key.as_str()))
            {
                return Err(format!("{name} has no detail {other:?}, only {known:?}"));
            }
        }
        let spans = spec.spans()?;
        let wanted = spec.request.headers.iter();
        let headers = wanted.map(|(name, value)| Ok((header_name(name)?, value.clone())));
        Ok(Self {
            number: 0,
            org,
            row,
            delay: spans.delay,
            spoiling: Spoiling {
                slow: spans.slow,
                truncated: spec.truncated,
            },
            expires: spans.expires_in.map(|span| now.after(span)),
            headers: headers.collect::<Result<_, String>>()?,
            reply: spec.reply.as_ref().map(raw).transpose()?,
            did: spec.in_words(&spans).into(),
            met: AtomicU64::new(0),
            fired: AtomicU64::new(0),
            spec,
        })
    }

    /// Whether the rule's conditions on the request itself hold, whoever the sender is.
    pub(super) fn is_about(&self, head: &Parts, route: Option<&Route>) -> bool {
        let wanted = &self.spec.request;
        let is = |wanted: &Option<String>, found: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == found)
        };
        let part = |name| route.map_or("", |route| route.parameter(name));
        let header = |(name, pattern): &(HeaderName, String)| {
            let mut values = head.headers.get_all(name).iter();
            values.any(|value| value.to_str().is_ok_and(|text| matches(pattern, text)))
        };
        let (method, path) = (head.method.as_str(), head.uri.path());
        // A client may write a module's name in any case.
        let same = |wanted: &Option<String>, found: &str| {
            let is_same = |wanted: &str| wanted.eq_ignore_ascii_case(found);
            wanted.as_deref().is_none_or(is_same)
        };
        same(&wanted.method, method)
            && wanted
                .path
                .as_ref()
                .is_none_or(|pattern| matches(pattern, path))
            && wanted
                .operation
                .as_deref()
                .is_none_or(|word| route.is_some_and(|route| is_called(route.id(), word)))
            && same(&wanted.module, part("module"))
            && is(&wanted.record, part("record_id"))
            && self.headers.iter().all(header)
    }

    /// Whether the conditions on the sender hold. A rule that revokes tokens concerns only requests with a token.
    pub(super) fn is_about_asker(&self, asker: &Asker) -> bool {
        let wanted = self.spec.request.client.as_deref();
        self.org == asker.org
            && wanted.is_none_or(|wanted| wanted == asker.client)
            && (asker.bears_token || !self.spec.expire_token)
    }

    /// Counts a matching request, and returns whether the rule fires at it.
    pub(super) fn fires(&self) -> bool {
        let met = self.met.fetch_add(1, Ordering::SeqCst) + 1;
        if self.spec.nth.is_some_and(|nth| met != nth) || !self.is_hit(met) {
            return false;
        }
        let most = self.most();
        let fire = |fired| (fired < most).then_some(fired + 1);
        self.fired
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, fire)
            .is_ok()
    }

    /// Whether the rule can never fire again.
    pub(super) fn is_spent(&self, now: Timestamp) -> bool {
        let fired = self.fired.load(Ordering::SeqCst);
        fired >= self.most() || self.expires.is_some_and(|expires| expires <= now)
    }

    /// The most often it can fire: once if it waits for the n-th request.
    fn most(&self) -> u64 {
        match self.spec.nth {
            Some(_) => 1,
            None => self.spec.times.unwrap_or(u64::MAX),
        }
    }

    pub(super) fn moment(&self) -> Moment {
        self.spec.moment
    }

    pub(super) fn delay(&self) -> Option<Duration> {
        self.delay
    }

    /// Whether the rule revokes the request's access token.
    pub(super) fn kills_token(&self) -> bool {
        self.spec.expire_token
    }

    /// The alterations of the answer's body.
    pub(crate) fn spoiling(&self) -> Option<Spoiling> {
        (self.spoiling != Spoiling::default()).then_some(self.spoiling)
    }

    /// The rule's effect, in words.
    pub(crate) fn did(&self) -> &Arc<str> {
        &self.did
    }

    /// The response that the client gets.
    pub(super) fn effect(&self) -> Effect {
        if let Some(row) = self.row {
            let details = row.details.iter();
            return Effect::Fault(details.fold(Fault::new(row), |fault, key| {
                match self.spec.details.get(*key) {
                    Some(value) => fault.with(key, value.clone()),
                    None => fault,
                }
            }));
        }
        if let Some((status, headers, body)) = &self.reply {
            let mut reply = Response::new(body.clone());
            *reply.status_mut() = *status;
            reply.headers_mut().extend(headers.iter().cloned());
            return Effect::Reply(reply, body.clone());
        }
        match (self.spec.close, self.spec.reset) {
            (true, _) => Effect::Close,
            (_, true) => Effect::Reset,
            _ => Effect::Nothing,
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        // The value was read from JSON, so it can be written as JSON.
        let mut json = serde_json::to_value(&self.spec).unwrap_or_default();
        json["number"] = self.number.into();
        json["met"] = self.met.load(Ordering::SeqCst).into();
        json["fired"] = self.fired.load(Ordering::SeqCst).into();
        json
    }

    /// Whether chance selects the n-th request; the same seed always selects the same requests.
    fn is_hit(&self, nth: u64) -> bool {
        let Some(probability) = self.spec.probability else {
            return true;
        };
        let seed = self.spec.seed.unwrap_or(self.number);
        let hex = derive_hex(&seed.to_le_bytes(), &format!("request {nth}"), 8);
        let draw = u32::from_str_radix(&hex, 16).unwrap_or_default();
        f64::from(draw) < probability * (f64::from(u32::MAX) + 1.0)
    }
}

fn row(name: &str) -> Result<&'static Row, String> {
    let found = rows().find(|row| row.name() == name);
    found.ok_or_else(|| format!("no fault {name:?}; docs/faults.md lists them"))
}

fn header_name(name: &str) -> Result<HeaderName, String> {
    name.parse()
        .map_err(|_| format!("{name:?} is no header's name"))
}

fn raw(reply: &RawReply) -> Result<Raw, String> {
    let status = StatusCode::from_u16(reply.status).ok();
    let status = status.filter(|status| status.as_u16() >= 200);
    let status = status.ok_or_else(|| format!("{} is no status of a reply", reply.status))?;
    let headers = reply.headers.iter().map(|(name, value)| {
        let value = HeaderValue::from_str(value);
        let value = value.map_err(|_| format!("{name:?} has a value that no header has"))?;
        Ok((header_name(name)?, value))
    });
    let headers = headers.collect::<Result<_, String>>()?;
    Ok((status, headers, Bytes::from(reply.body.clone())))
}
