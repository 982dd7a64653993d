//! A rule as it is written, and what can be wrong with it.

use crate::outgoing::Truncated;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::time::Duration;
use tanzanite_crm::clock::parse_span;
use tanzanite_protocol::limits;

/// A rule as it is written.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Spec {
    pub(super) request: Conditions,
    /// Only the request that is the n-th to meet the conditions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) nth: Option<u64>,
    /// At most so often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) times: Option<u64>,
    /// So likely, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) probability: Option<f64>,
    /// Of the same requests the same are hit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<u64>,
    /// A span of time, by the machine's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expires_in: Option<String>,
    pub(super) moment: Moment,
    /// A span of time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) delay: Option<String>,
    /// The request's access token dies.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) expire_token: bool,
    /// A condition's name in docs/faults.md.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<String>,
    /// Of the fault.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) details: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reply: Option<RawReply>,
    /// The connection ends without an answer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) close: bool,
    /// It is reset.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) reset: bool,
    /// A span of time that the answer's body takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) slow: Option<String>,
    /// Where the answer's body breaks off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) truncated: Option<Truncated>,
}

/// All that are given must hold. `*` stands for any characters in a path and in a header's value.
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
    /// The id of the client whose token it bears, or that it names to get one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) headers: BTreeMap<String, String>,
}

/// Any HTTP answer.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReply {
    pub(super) status: u16,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) body: String,
}

/// Whether the request is carried out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Moment {
    /// It is not.
    #[default]
    Before,
    /// It is, and committed; only the answer is another.
    After,
}

/// The spans of a rule, read.
pub(super) struct Spans {
    pub(super) delay: Option<Duration>,
    pub(super) slow: Option<Duration>,
    pub(super) expires_in: Option<Duration>,
}

impl Spec {
    /// What is wrong with it in itself, if something is.
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

    /// Whether the answer is another than the CRM's.
    pub(super) fn replaces(&self) -> bool {
        self.fault.is_some() || self.reply.is_some() || self.close || self.reset
    }

    /// What it does, for the journal.
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
