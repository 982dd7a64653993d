//! Sends recorded requests to this server, with ids and tokens translated.

use super::correspondence::Correspondence;
use crate::exit::{Exit, Failure, Outcome};
use crate::tls;
use serde_json::Value;
use std::io::Read as _;
use std::time::Duration;
use tanzanite_protocol::limits;
use tanzanite_server::recorder::recording::Exchange;
use ureq::Agent;
use ureq::http::{HeaderMap, Request};

/// How long an answer of a server in this process may take.
const ANSWER_TIMEOUT: Duration = Duration::from_mins(1);
/// Headers that belong to the original connection, or that no recording has.
const LEFT_OUT: [&str; 9] = [
    "accept-encoding",
    "connection",
    "content-length",
    "cookie",
    "expect",
    "host",
    "keep-alive",
    "transfer-encoding",
    "upgrade",
];

#[derive(Debug)]
pub(super) struct Client {
    agent: Agent,
    base: String,
}

/// This server's answer.
#[derive(Debug)]
pub(super) struct Ours {
    pub(super) status: u16,
    headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Client {
    pub(super) fn new(base: &str) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(ANSWER_TIMEOUT))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .allow_non_standard_methods(true)
            // The server is in this process, which a proxy named in the environment could not reach.
            .proxy(None)
            .tls_config(tls::of_any())
            .build();
        Self {
            agent: config.into(),
            base: base.to_owned(),
        }
    }

    pub(super) fn ask(&self, recorded: &Exchange, pairs: &Correspondence) -> Outcome<Ours> {
        let request = &recorded.request;
        let mut builder = Request::builder()
            .method(request.method.as_str())
            .uri(format!("{}{}", self.base, pairs.translate(&request.target)));
        for (name, value) in &request.headers {
            if !LEFT_OUT.contains(&name.as_str()) {
                builder = builder.header(name, known(pairs.translate(value)));
            }
        }
        let body = match request.body.text() {
            Some(text) => pairs.translate(text).into_bytes(),
            None => request.body.bytes(),
        };
        let what = format!("{} {}", request.method, request.target);
        let failed = |error: &dyn std::error::Error| {
            Failure::caused(Exit::Failed, format!("{what} cannot be asked"), error)
        };
        let answered = if body.is_empty() {
            let request = builder.body(()).map_err(|error| failed(&error))?;
            self.agent.run(request)
        } else {
            let request = builder.body(body).map_err(|error| failed(&error))?;
            self.agent.run(request)
        };
        let mut answer = answered.map_err(|error| failed(&error))?;
        let mut bytes = Vec::new();
        let bytes_max = limits::RECORDED_BODY_BYTES_MAX as u64;
        let mut reader = answer.body_mut().as_reader().take(bytes_max);
        reader
            .read_to_end(&mut bytes)
            .map_err(|error| failed(&error))?;
        Ok(Ours {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            body: bytes,
        })
    }
}

/// Replaces an untranslated placeholder of a token by an unknown token.
fn known(value: String) -> String {
    match value.split_once(" [redacted") {
        Some((scheme, number)) => {
            format!(
                "{scheme} 1000.unknown.{}",
                number.trim().trim_end_matches(']')
            )
        }
        None => value,
    }
}

impl Ours {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The status, and the `code` if there is one.
    pub(super) fn line(&self) -> String {
        line(self.status, self.json().as_ref())
    }
}

/// The status of an answer, and its `code` if there is one.
pub(super) fn line(status: u16, body: Option<&Value>) -> String {
    let code = body.and_then(|body| body["code"].as_str().or(body["error"].as_str()));
    format!("{status} {}", code.unwrap_or_default())
        .trim_end()
        .to_owned()
}
