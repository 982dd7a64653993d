//! One rule: which requests, which of them, when, and what becomes of them.

use crate::pattern::matches;
use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::request::Parts;
use http::{Response, StatusCode};
use http_body_util::Full;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tanzanite_crm::Route;
use tanzanite_crm::clock::parse_span;
use tanzanite_crm::secret::derive_hex;
use tanzanite_protocol::fault::CATALOGUE;
use tanzanite_protocol::{Condition, Fault, Timestamp, limits};

/// A rule as it is written.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
struct Spec {
    request: Conditions,
    /// Only the request that is the n-th to meet the conditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    nth: Option<u64>,
    /// At most so often.
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u64>,
    /// So likely, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    /// Of the same requests the same are hit.
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    /// A span of time, by the machine's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<String>,
    moment: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay: Option<String>,
    /// A condition's name in docs/faults.md.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
    /// Of the fault.
    #[serde(skip_serializing_if = "Map::is_empty")]
    details: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<RawReply>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    close: bool,
}

/// All that are given must hold. `*` stands for any characters in a path and in a header's value.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
struct Conditions {
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
}

/// Any HTTP answer.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct RawReply {
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: String,
}

/// Whether the request is carried out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Moment {
    /// It is not.
    #[default]
    Before,
    /// It is, and committed; only the answer is another.
    After,
}

/// What the client gets instead of the answer.
#[derive(Debug)]
pub(crate) enum Effect {
    /// The answer itself: there is only a delay.
    Nothing,
    Fault(Fault),
    /// With its body.
    Reply(Response<Full<Bytes>>, Bytes),
    /// The end of the connection.
    Close,
}

type Raw = (StatusCode, Vec<(HeaderName, HeaderValue)>, Bytes);

/// A rule that counts.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) number: u64,
    spec: Spec,
    condition: Option<Condition>,
    delay: Option<Duration>,
    expires: Option<Timestamp>,
    headers: Vec<(HeaderName, String)>,
    reply: Option<Raw>,
    /// Requests that met the conditions.
    met: AtomicU64,
    fired: AtomicU64,
}

impl Rule {
    /// From JSON. What is wrong with it, if something is.
    pub(crate) fn parse(json: &[u8], now: Timestamp) -> Result<Self, String> {
        let spec: Spec = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        let effects = [spec.fault.is_some(), spec.reply.is_some(), spec.close];
        match effects.iter().filter(|given| **given).count() {
            0 if spec.delay.is_none() => {
                return Err("nothing is to happen: give fault, reply, close or delay".to_owned());
            }
            0 | 1 => {}
            _ => return Err("of fault, reply and close only one can happen".to_owned()),
        }
        if spec
            .probability
            .is_some_and(|chance| !(0.0..=1.0).contains(&chance))
        {
            return Err("a probability is from 0 to 1".to_owned());
        }
        if spec.nth == Some(0) || spec.times == Some(0) {
            return Err("nth and times are counted from 1".to_owned());
        }
        let condition = spec.fault.as_deref().map(condition).transpose()?;
        if let Some(condition) = condition {
            let known = condition.row().details;
            if let Some(other) = spec
                .details
                .keys()
                .find(|key| !known.contains(&key.as_str()))
            {
                return Err(format!(
                    "{condition:?} has no detail {other:?}, only {known:?}"
                ));
            }
        }
        let span = |text: &Option<String>| text.as_deref().map(span).transpose();
        let (delay, lives) = (span(&spec.delay)?, span(&spec.expires_in)?);
        if delay.is_some_and(|delay| delay > limits::FAULT_DELAY_MAX) {
            return Err(format!("a delay is at most {:?}", limits::FAULT_DELAY_MAX));
        }
        let wanted = spec.request.headers.iter();
        let headers = wanted.map(|(name, value)| Ok((header_name(name)?, value.clone())));
        Ok(Self {
            number: 0,
            condition,
            delay,
            expires: lives.map(|span| now.after(span)),
            headers: headers.collect::<Result<_, String>>()?,
            reply: spec.reply.as_ref().map(raw).transpose()?,
            met: AtomicU64::new(0),
            fired: AtomicU64::new(0),
            spec,
        })
    }

    /// Whether the request meets the rule and is one that it fires at; counts it.
    pub(super) fn meets(&self, head: &Parts, route: Option<&Route>, now: Timestamp) -> bool {
        if self.is_spent(now) || !self.is_about(head, route) {
            return false;
        }
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

    /// Whether it will never fire again.
    pub(super) fn is_spent(&self, now: Timestamp) -> bool {
        let fired = self.fired.load(Ordering::SeqCst);
        fired >= self.most() || self.expires.is_some_and(|expires| expires <= now)
    }

    /// How often it fires: there is only one n-th request.
    fn most(&self) -> u64 {
        match self.spec.nth {
            Some(_) => 1,
            None => self.spec.times.unwrap_or(u64::MAX),
        }
    }

    pub(crate) fn moment(&self) -> Moment {
        self.spec.moment
    }

    pub(crate) fn delay(&self) -> Option<Duration> {
        self.delay
    }

    /// What the client gets.
    pub(crate) fn effect(&self) -> Effect {
        if let Some(condition) = self.condition {
            let fault = Fault::new(condition).because(format!("rule {} says so", self.number));
            let details = condition.row().details.iter();
            return Effect::Fault(details.fold(
                fault,
                |fault, key| match self.spec.details.get(*key) {
                    Some(value) => fault.with(key, value.clone()),
                    None => fault,
                },
            ));
        }
        if let Some((status, headers, body)) = &self.reply {
            let mut reply = Response::new(Full::new(body.clone()));
            *reply.status_mut() = *status;
            reply.headers_mut().extend(headers.iter().cloned());
            return Effect::Reply(reply, body.clone());
        }
        if self.spec.close {
            Effect::Close
        } else {
            Effect::Nothing
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        // What was read from JSON can be written.
        let mut json = serde_json::to_value(&self.spec).unwrap_or_default();
        json["number"] = self.number.into();
        json["met"] = self.met.load(Ordering::SeqCst).into();
        json["fired"] = self.fired.load(Ordering::SeqCst).into();
        json
    }

    fn is_about(&self, head: &Parts, route: Option<&Route>) -> bool {
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
        let same = |wanted: &String| wanted.eq_ignore_ascii_case(method);
        wanted.method.as_ref().is_none_or(same)
            && wanted
                .path
                .as_ref()
                .is_none_or(|pattern| matches(pattern, path))
            && is(&wanted.operation, route.map_or("", Route::name))
            && is(&wanted.module, part("module"))
            && is(&wanted.record, part("record_id"))
            && self.headers.iter().all(header)
    }

    /// Whether chance hits the n-th request; the same for the same seed.
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

fn condition(name: &str) -> Result<Condition, String> {
    let found = CATALOGUE
        .iter()
        .find(|row| format!("{:?}", row.condition) == name);
    let row = found.ok_or_else(|| format!("no fault {name:?}; docs/faults.md lists them"))?;
    Ok(row.condition)
}

fn span(text: &str) -> Result<Duration, String> {
    let millis = parse_span(text).and_then(|millis| u64::try_from(millis).ok());
    let millis = millis.ok_or_else(|| {
        format!("{text:?} is no span of time; one looks like 250ms, 90m or 1h 30m")
    })?;
    Ok(Duration::from_millis(millis))
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
