//! The account that is imported, read one GET at a time, as fast as it allows. Nothing here can write to it.
//!
//! The token goes into its one header and nowhere else: into no message, no file, and, since redirections are not
//! followed, to no other server.

use super::pace::{Attempt, Next, next};
use super::refresh::Refresh;
use crate::exit::{Exit, Failure, Outcome};
use crate::tls;
use serde_json::Value;
use std::thread::sleep;
use std::time::Duration;
use tanzanite_protocol::limits;
use ureq::http::Response;
use ureq::{Agent, Body, Error};

/// How long one answer may take, connecting included.
const ANSWER_TIMEOUT: Duration = Duration::from_mins(1);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of an answer other than a photo; two hundred records with long texts are smaller.
const ANSWER_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// Credits of the account's day that are left for other clients, if the account reports the rest.
const CREDITS_LEFT_MIN: u64 = 500;

/// An account on a server.
pub(super) struct Account {
    agent: Agent,
    base: String,
    token: String,
    refresh: Option<Refresh>,
    /// The requests that may still be made; each costs one credit.
    requests_left: u64,
    /// The requests made so far.
    pub(super) requests: u64,
    answered: bool,
}

/// The outcome of a GET.
#[derive(Debug)]
pub(super) enum Answer {
    /// Status 200, with the body.
    Body(Vec<u8>),
    /// Status 204.
    Nothing,
    /// Any other status.
    Refused(Refusal),
}

/// The reason why something cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    /// The vendor's `code`; empty if the body has none.
    pub(super) code: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.status, self.code)
    }
}

impl Account {
    /// The account at a base URL, opened with a token.
    pub(super) fn new(
        base: String,
        token: String,
        refresh: Option<Refresh>,
        requests_max: u64,
    ) -> Self {
        Self {
            agent: agent(&base),
            base,
            token,
            refresh,
            requests_left: requests_max,
            requests: 0,
            answered: false,
        }
    }

    /// Requests a path, retrying as the pace allows. `bytes_max` bounds the body.
    pub(super) fn get(&mut self, path: &str, bytes_max: u64) -> Outcome<Answer> {
        let mut refreshed = false;
        let mut number = 0;
        loop {
            number += 1;
            let (attempt, answer) = self.attempt(path, bytes_max)?;
            let decision = match &attempt {
                None if !self.answered => Next::GiveUp,
                None => next(number, Attempt::Lost),
                Some((refusal, retry_after)) => next(
                    number,
                    Attempt::Answered {
                        status: refusal.status,
                        code: &refusal.code,
                        retry_after: retry_after.as_deref(),
                    },
                ),
            };
            match (decision, answer) {
                (Next::Take, Ok(Answer::Refused(refusal))) if refusal.code == "INVALID_TOKEN" => {
                    let refresh = self.refresh.as_ref().filter(|_| !refreshed);
                    self.token = refresh.ok_or_else(dead_token)?.access_token(&self.agent)?;
                    refreshed = true;
                }
                (Next::Take, Ok(answer)) => return Ok(answer),
                (Next::Wait(wait), _) => sleep(wait),
                (Next::Take | Next::GiveUp, Err(error)) => return Err(self.unreachable(&error)),
                (Next::GiveUp, Ok(_)) => return Err(later("it wants no more requests for now")),
            }
        }
    }

    /// Requests a path that answers with JSON.
    pub(super) fn json(&mut self, path: &str) -> Outcome<Result<Vec<u8>, Refusal>> {
        match self.get(path, ANSWER_BYTES_MAX)? {
            Answer::Refused(refusal) => Ok(Err(refusal)),
            Answer::Nothing => Ok(Ok(b"null".to_vec())),
            Answer::Body(bytes) if serde_json::from_slice::<Value>(&bytes).is_ok() => Ok(Ok(bytes)),
            Answer::Body(_) => {
                let message = format!("{} answers with something that is no JSON", self.base);
                let failure = Failure::new(Exit::Unreachable, message);
                Err(failure.hint("--from is the API domain, such as https://www.zohoapis.com"))
            }
        }
    }

    /// Requests a photo; a file larger than any photo counts as refused.
    pub(super) fn photo(&mut self, path: &str) -> Outcome<Answer> {
        self.get(path, limits::PHOTO_BYTES_MAX as u64)
    }

    /// Makes one request. Returns the facts that the pace needs, and the answer.
    #[expect(
        clippy::type_complexity,
        reason = "two views of one answer, taken apart at once"
    )]
    fn attempt(
        &mut self,
        path: &str,
        bytes_max: u64,
    ) -> Outcome<(Option<(Refusal, Option<String>)>, Result<Answer, Error>)> {
        if self.requests_left == 0 {
            return Err(later("as many requests were made as --credits-max allows"));
        }
        self.requests_left -= 1;
        self.requests += 1;
        let request = self
            .agent
            .get(format!("{}/crm/v8/{path}", self.base))
            .header("Authorization", format!("Zoho-oauthtoken {}", self.token));
        let mut response = match request.call() {
            Ok(response) => response,
            Err(error) => return Ok((None, Err(error))),
        };
        self.answered = true;
        self.heed_credits(&response);
        let status = response.status().as_u16();
        let retry_after = header(&response, "Retry-After").map(ToOwned::to_owned);
        let seen = |code: String| Some((Refusal { status, code }, retry_after.clone()));
        let body = response.body_mut().with_config().limit(bytes_max);
        Ok(match (status, body.read_to_vec()) {
            (200, Ok(bytes)) => (seen(String::new()), Ok(Answer::Body(bytes))),
            (204, Ok(_)) => (seen(String::new()), Ok(Answer::Nothing)),
            (_, Ok(bytes)) => {
                let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
                let code = body.get("code").and_then(Value::as_str).unwrap_or_default();
                let refusal = Refusal {
                    status,
                    code: code.to_owned(),
                };
                (seen(code.to_owned()), Ok(Answer::Refused(refusal)))
            }
            (_, Err(Error::BodyExceedsLimit(_))) => {
                let code = "TOO_LONG".to_owned();
                let refusal = Refusal { status, code };
                (seen(String::new()), Ok(Answer::Refused(refusal)))
            }
            (_, Err(error)) => (None, Err(error)),
        })
    }

    /// Stops the import early if the account reports too few credits for its day.
    fn heed_credits(&mut self, response: &Response<Body>) {
        let left = header(response, "X-API-CREDITS-REMAINING").and_then(|text| text.parse().ok());
        if let Some(left) = left {
            let ours = u64::saturating_sub(left, CREDITS_LEFT_MIN);
            self.requests_left = self.requests_left.min(ours);
        }
    }

    fn unreachable(&self, error: &Error) -> Failure {
        let message = format!("{} gives no answer", self.base);
        let failure = Failure::caused(Exit::Unreachable, message, error);
        failure.hint("started again with the same arguments, the import goes on where it stopped")
    }
}

/// An HTTP client for a server; without the environment's proxy for this machine, which the proxy could not reach.
fn agent(base: &str) -> Agent {
    let config = Agent::config_builder()
        .timeout_global(Some(ANSWER_TIMEOUT))
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .http_status_as_error(false)
        .max_redirects(0)
        .tls_config(tls::of_any());
    let config = if is_local(base) {
        config.proxy(None)
    } else {
        config
    };
    config.build().into()
}

/// Whether a base URL is on this machine. Only then may a token be sent without TLS.
pub(super) fn is_local(base: &str) -> bool {
    let host = url::Url::parse(base).ok();
    match host.as_ref().and_then(url::Url::host) {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn header<'a>(response: &'a Response<Body>, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

fn dead_token() -> Failure {
    let failure = Failure::new(Exit::Refused, "the token is dead");
    failure.hint("start again with a new one; what was read is kept")
}

fn later(why: &str) -> Failure {
    let failure = Failure::new(
        Exit::Failed,
        format!("the account was not read to its end: {why}"),
    );
    failure.hint("started again with the same arguments, the import goes on where it stopped")
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_this_machine_is_local() {
        for local in [
            "http://127.0.0.1:8480",
            "http://localhost",
            "http://[::1]:1",
        ] {
            assert!(is_local(local), "{local}");
        }
        for other in [
            "http://localhost.example.com",
            "http://10.0.0.1",
            "https://www.zohoapis.com",
            "x",
        ] {
            assert!(!is_local(other), "{other}");
        }
    }
}
