//! The tour's HTTP client: sends requests unchanged and reads any reply.

use crate::exit::{Exit, Failure, Outcome};
use serde_json::Value;
use std::io::Read as _;
use std::time::Duration;
use tanzanite_seed::demo_picture;
use ureq::http::request::Builder;
use ureq::http::{Request as HttpRequest, header::AUTHORIZATION, header::CONTENT_TYPE};
use ureq::tls::TlsConfig;
use ureq::{Agent, AsSendBody};

/// How long a reply may take.
const REPLY_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of a reply that are read: refusals are shorter, and of a photo only the status matters.
const REPLY_BYTES_MAX: u64 = 64 * 1024;
/// Occurs in no picture of the demo.
const BOUNDARY: &str = "tanzanite-tour-4f1c2b9d7e";

/// A request without a body.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) path: String,
    /// The header's value; `None` to leave the header out.
    pub(super) authorization: Option<String>,
}

/// A server's reply.
#[derive(Debug, Default)]
pub(super) struct Reply {
    pub(super) status: u16,
    /// The body as received.
    pub(super) text: String,
    /// The body, if it is JSON.
    pub(super) json: Option<Value>,
    /// The `code` in the body.
    pub(super) code: Option<String>,
    /// The `message` in the body.
    pub(super) message: Option<String>,
}

/// Sends requests.
#[derive(Debug)]
pub(super) struct Client {
    agent: Agent,
}

impl Client {
    pub(super) fn new(tls: TlsConfig) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(REPLY_TIMEOUT))
            .http_status_as_error(false)
            // The server's own answer is shown, not that of a redirection's target.
            .max_redirects(0)
            .max_redirects_will_error(false)
            // The server is on this machine, which a proxy named in the environment could not reach.
            .proxy(None)
            .tls_config(tls)
            .build();
        Self {
            agent: config.into(),
        }
    }

    /// Sends a request to the server with this base URL.
    pub(super) fn send(&self, base: &str, request: &Request) -> Outcome<Reply> {
        self.run(base, begin(base, request), ())
    }

    /// Uploads one of the demo's pictures, to the path and with the token of a request.
    pub(super) fn upload(&self, base: &str, request: &Request, picture: &str) -> Outcome<Reply> {
        let bytes = demo_picture(picture).unwrap_or_default();
        let mut body = format!(
            "--{BOUNDARY}\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"{picture}\"\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(&bytes);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let post = Request {
            method: "POST",
            ..request.clone()
        };
        let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
        let builder = begin(base, &post).header(CONTENT_TYPE, content_type);
        self.run(base, builder, body)
    }

    fn run(&self, base: &str, builder: Builder, body: impl AsSendBody) -> Outcome<Reply> {
        let request = builder.body(body);
        let request = request.map_err(|error| Failure::new(Exit::Usage, error))?;
        let unreachable = |error: ureq::Error| {
            let message = format!("{base} does not answer");
            Failure::caused(Exit::Unreachable, message, &error)
                .hint("start a demo with `tanzanite serve`, or leave --url out")
        };
        let mut response = self.agent.run(request).map_err(unreachable)?;
        let status = response.status().as_u16();
        let mut bytes = Vec::new();
        let mut body = response.body_mut().as_reader().take(REPLY_BYTES_MAX);
        body.read_to_end(&mut bytes)
            .map_err(|error| unreachable(error.into()))?;
        Ok(Reply::new(status, &bytes))
    }
}

impl Reply {
    fn new(status: u16, body: &[u8]) -> Self {
        let json: Option<Value> = serde_json::from_slice(body).ok();
        let said = |key| Some(json.as_ref()?.get(key)?.as_str()?.to_owned());
        Self {
            status,
            text: String::from_utf8_lossy(body).into_owned(),
            code: said("code"),
            message: said("message"),
            json,
        }
    }
}

fn begin(base: &str, request: &Request) -> Builder {
    let builder = HttpRequest::builder()
        .method(request.method)
        .uri(format!("{base}{}", request.path));
    match &request.authorization {
        Some(authorization) => builder.header(AUTHORIZATION, authorization),
        None => builder,
    }
}
