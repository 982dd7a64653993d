//! A client of a running server's control API, `/_tanzanite`.

use crate::exit::{Exit, Failure, Outcome};
use crate::settings::{self, ClientSide, Flags, Layers};
use crate::tls;
use serde_json::Value;
use std::io::ErrorKind;
use std::time::Duration;
use tanzanite_protocol::OrgId;
use ureq::http::Response;
use ureq::tls::TlsConfig;
use ureq::{Agent, RequestBuilder};

/// How long a server on this machine may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a server may take to answer a health probe.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

/// A running server.
pub(crate) struct Control {
    agent: Agent,
    base: String,
    org: Option<OrgId>,
    /// The value of `Authorization`, if the server requires one.
    authorization: Option<String>,
}

impl Control {
    /// A client of the server that the flags and the rest of the configuration name.
    pub(crate) fn of(flags: &Flags<ClientSide>) -> Outcome<Self> {
        Self::by(&settings::resolve(flags)?)
    }

    /// A client of the server that this configuration names.
    pub(crate) fn by(layers: &Layers) -> Outcome<Self> {
        let base = layers.url()?;
        let tls = tls::of_ours(&base, layers);
        let token = layers.control_token()?;
        Ok(Self {
            org: layers.org()?,
            authorization: token.map(|token| format!("Bearer {token}")),
            ..Self::new(base, tls)
        })
    }

    /// A client of the server with this base URL.
    pub(crate) fn new(base: String, tls: TlsConfig) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(ANSWER_TIMEOUT))
            .http_status_as_error(false)
            .max_redirects(0)
            // The server is on this machine, which a proxy named in the environment could not reach.
            .proxy(None)
            .tls_config(tls)
            .build();
        Self {
            agent: config.into(),
            base,
            org: None,
            authorization: None,
        }
    }

    /// The same client, with calls about another organisation.
    pub(crate) fn about(self, zgid: &str) -> Outcome<Self> {
        let org = zgid.parse().ok().and_then(OrgId::new).ok_or_else(|| {
            let failure =
                Failure::new(Exit::Usage, format!("{zgid:?} is no organisation's number"));
            failure.hint("`tanzanite org list` shows them")
        })?;
        Ok(Self {
            org: Some(org),
            ..self
        })
    }

    /// The server's version; an error if no Tanzanite answers.
    pub(crate) fn version(&self) -> Outcome<String> {
        let request = self
            .agent
            .get(self.url("health"))
            .config()
            .timeout_global(Some(PROBE_TIMEOUT))
            .build();
        let body = self.answer(request.call())?;
        let version = body.get("version").and_then(Value::as_str);
        version.map(str::to_owned).ok_or_else(|| self.foreign())
    }

    /// The data that a client needs, from `POST /environment`.
    pub(crate) fn environment(&self) -> Outcome<Value> {
        self.post("environment", &Value::Null)
    }

    /// Issues an access token (`tokens`) or a code (`grants`).
    pub(crate) fn issue(&self, what: &str, user: &str, scopes: &[String]) -> Outcome<Value> {
        self.post(what, &serde_json::json!({ "user": user, "scopes": scopes }))
    }

    /// Sends a `POST`; returns the answer.
    pub(crate) fn post(&self, what: &str, body: &Value) -> Outcome<Value> {
        let request = self.agent.post(self.url(what));
        let request = self
            .authorized(request)
            .header("Content-Type", "application/json");
        self.answer(request.send(body.to_string()))
    }

    /// Sends a `DELETE`; returns the answer.
    pub(crate) fn delete(&self, what: &str) -> Outcome<Value> {
        let request = self.agent.delete(self.url(what));
        self.answer(self.authorized(request).call())
    }

    /// Sends a `GET`; returns the answer.
    pub(crate) fn get(&self, what: &str) -> Outcome<Value> {
        let request = self.agent.get(self.url(what));
        self.answer(self.authorized(request).call())
    }

    fn url(&self, what: &str) -> String {
        let Self { base, org, .. } = self;
        let sign = if what.contains('?') { '&' } else { '?' };
        match org {
            Some(org) => format!("{base}/_tanzanite/{what}{sign}org={org}"),
            None => format!("{base}/_tanzanite/{what}"),
        }
    }

    fn authorized<B>(&self, request: RequestBuilder<B>) -> RequestBuilder<B> {
        match &self.authorization {
            Some(authorization) => request.header("Authorization", authorization),
            None => request,
        }
    }

    fn answer(&self, result: Result<Response<ureq::Body>, ureq::Error>) -> Outcome<Value> {
        let mut response = result.map_err(|error| {
            let message = format!("no server answers at {}", self.base);
            let failure = Failure::caused(Exit::Unreachable, message, &error);
            // The kind of error that a failed TLS handshake is reported as.
            let no_trust = matches!(&error, ureq::Error::Io(io) if io.kind() == ErrorKind::InvalidData);
            failure.hint(if no_trust {
                "--ca-dir says where its authority is, TANZANITE_TLS_CERT or SSL_CERT_FILE which other certificate to trust"
            } else {
                "start one with `tanzanite serve`, or say where it is with --url"
            })
        })?;
        let status = response.status();
        let text = response
            .body_mut()
            .read_to_string()
            .map_err(|_| self.foreign())?;
        let body: Value = serde_json::from_str(&text).map_err(|_| self.foreign())?;
        if status.is_success() {
            return Ok(body);
        }
        let said = |key| body.get(key).and_then(Value::as_str);
        let error = said("error").ok_or_else(|| self.foreign())?;
        let failure = Failure::new(Exit::Refused, format!("{} refused: {error}", self.base));
        Err(match said("hint") {
            Some(hint) => failure.hint(hint),
            None => failure,
        })
    }

    fn foreign(&self) -> Failure {
        let failure = Failure::new(
            Exit::Unreachable,
            format!("{} is no Tanzanite server", self.base),
        );
        failure.hint("say where one is with --url")
    }
}
