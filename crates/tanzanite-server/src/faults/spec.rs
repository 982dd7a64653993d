//! The JSON form of a fault injection rule, and its validation.

use crate::outgoing::Truncated;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::time::Duration;
use tanzanite_crm::clock::parse_span;
use tanzanite_protocol::limits;

/// The JSON form of a rule.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Spec {
    pub(super) request: Conditions,
    /// Fires only at the n-th request that meets the conditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) nth: Option<u64>,
    /// Fires at most this often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) times: Option<u64>,
    /// The probability of firing, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) probability: Option<f64>,
    /// The seed of chance: the same seed selects the same requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<u64>,
    /// The rule's lifetime, as a span by the machine's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expires_in: Option<String>,
    pub(super) moment: Moment,
    /// The delay of the answer, as a span of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) delay: Option<String>,
    /// Whether the request's access token is revoked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) expire_token: bool,
    /// The name of a fault in `docs/faults.md`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<String>,
    /// The details of the fault.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) details: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reply: Option<RawReply>,
    /// Whether the connection is closed without an answer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) close: bool,
    /// Whether the connection is reset without an answer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) reset: bool,
    /// The time that sending the answer's body takes, as a span.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) slow: Option<String>,
    /// The place where the answer's body breaks off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) truncated: Option<Truncated>,
}

/// The conditions, all of which must hold. `*` stands for any characters in a path and in a header's value.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Conditions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) operation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) module: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) record: Option<String>,
    /// The id of the client: that of the token, or the one named in a request for a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) headers: BTreeMap<String, String>,
}

/// An arbitrary HTTP response.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReply {
    pub(super) status: u16,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) body: String,
}

/// Whether the request is carried out before it fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Moment {
    /// It is not carried out.
    #[default]
    Before,
    /// It is carried out and committed; only the response is replaced.
    After,
}

/// The rule's time spans, parsed.
pub(super) struct Spans {
    pub(super) delay: Option<Duration>,
    pub(super) slow: Option<Duration>,
    pub(super) expires_in: Option<Duration>,
}

impl Spec {
    /// Checks the rule for contradictions. The error says in words what is wrong.
    pub(super) fn check(&self) -> Result<(), String> {
        let spoils = self.slow.is_some() || self.truncated.is_some();
        let does = self.delay.is_some() || self.expire_token || spoils;
        let no_answer = self.close || self.reset;
        let answers = [
            self.fault.is_some(),
            self.reply.is_some(),
            self.close,
            self.reset,
        ];
        match answers.iter().filter(|given| **given).count() {
            0 if !does => {
                return Err("nothing is to happen: give fault, reply, close, reset, delay, slow, truncated or expire_token".to_owned());
            }
            0 | 1 => {}
            _ => return Err("of fault, reply, close and reset only one can happen".to_owned()),
        }
        if no_answer && spoils {
            return Err("without an answer nothing can be slow or truncated".to_owned());
        }
        if self
            .probability
            .is_some_and(|chance| !(0.0..=1.0).contains(&chance))
        {
            return Err("a probability is from 0 to 1".to_owned());
        }
        if self.fault.is_none() && !self.details.is_empty() {
            return Err("details are those of a fault".to_owned());
        }
        if self.nth == Some(0) || self.times == Some(0) {
            return Err("nth and times are counted from 1".to_owned());
        }
        Ok(())
    }

    pub(super) fn spans(&self) -> Result<Spans, String> {
        let span = |text: &Option<String>| text.as_deref().map(span).transpose();
        let [delay, slow, expires_in] = [&self.delay, &self.slow, &self.expires_in].map(span);
        let spans = Spans {
            delay: delay?,
            slow: slow?,
            expires_in: expires_in?,
        };
        if spans
            .delay
            .is_some_and(|span| span > limits::FAULT_DELAY_MAX)
        {
            return Err(format!("a delay is at most {:?}", limits::FAULT_DELAY_MAX));
        }
        if spans.slow.is_some_and(|span| span > limits::FAULT_SLOW_MAX) {
            let most = limits::FAULT_SLOW_MAX;
            return Err(format!("a slow body takes at most {most:?}"));
        }
        if spans.slow.is_some_and(|span| span.is_zero()) {
            return Err("a slow body takes some time".to_owned());
        }
        Ok(spans)
    }

    /// Whether the response replaces the CRM's answer.
    pub(super) fn replaces(&self) -> bool {
        self.fault.is_some() || self.reply.is_some() || self.close || self.reset
    }

    /// The effect in words, for the journal.
    pub(super) fn in_words(&self, spans: &Spans) -> String {
        let moment = match (self.moment, self.replaces()) {
            (Moment::After, _) => "after it was carried out: ",
            (Moment::Before, true) => "instead of carrying it out: ",
            (Moment::Before, false) => "",
        };
        let said = [
            spans.delay.map(|span| format!("waited {span:?}")),
            self.expire_token
                .then(|| "killed the access token".to_owned()),
            self.fault
                .as_ref()
                .map(|fault| format!("answered with {fault}")),
            self.reply
                .as_ref()
                .map(|reply| format!("answered with status {}", reply.status)),
            self.close.then(|| "closed the connection".to_owned()),
            self.reset.then(|| "reset the connection".to_owned()),
            spans
                .slow
                .map(|span| format!("sent the body over {span:?}")),
            self.truncated.map(|truncated| match truncated {
                Truncated::Half => "broke the body off in its half".to_owned(),
                Truncated::After(bytes) => format!("broke the body off after {bytes} bytes"),
            }),
        ];
        let said: Vec<_> = said.into_iter().flatten().collect();
        format!("{moment}{}", said.join(", "))
    }
}

fn span(text: &str) -> Result<Duration, String> {
    let millis = parse_span(text).and_then(|millis| u64::try_from(millis).ok());
    let millis = millis.ok_or_else(|| {
        format!("{text:?} is no span of time; one looks like 250ms, 90m or 1h 30m")
    })?;
    Ok(Duration::from_millis(millis))
}
