//! The real service: the origin that a request goes to, the parts of it that are forwarded, and the failures on the
//! way.

use super::Trouble;
use crate::render::HttpReply;
use crate::tls::provider;
use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, EXPECT, HOST, HeaderMap, HeaderName, HeaderValue,
    PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{Request, Uri, Version, request, response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use serde_json::Value;
use std::error::Error;
use std::io;
use tanzanite_protocol::limits;
use tokio::time::timeout;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The prefix of paths that go to the accounts server.
const ACCOUNTS_PREFIX: &str = "/oauth/";
/// Headers that concern one connection only (RFC 9110, section 7.6.1), beside those that `Connection` names.
const HOP_BY_HOP: [HeaderName; 9] = [
    CONNECTION,
    EXPECT,
    HeaderName::from_static("keep-alive"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// The real service.
#[derive(Debug)]
pub(super) struct Upstream {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    to: String,
    accounts: String,
}

impl Upstream {
    /// The real service at these origins. An error if one is https and the system trusts no certificates.
    pub(super) fn new(to: String, accounts: String) -> io::Result<Self> {
        let tls = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?;
        let is_https = [&to, &accounts]
            .iter()
            .any(|origin| origin.starts_with("https:"));
        let tls = if is_https {
            tls.with_native_roots()?
        } else {
            tls.with_root_certificates(RootCertStore::empty())
        };
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(limits::UPSTREAM_CONNECT_TIMEOUT));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls.with_no_client_auth())
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .build(connector);
        Ok(Self {
            client,
            to,
            accounts,
        })
    }

    /// Forwards a request; returns the head of the answer, and its body as it arrives.
    pub(super) async fn ask(
        &self,
        head: &request::Parts,
        body: Bytes,
    ) -> Result<(response::Parts, Incoming), Trouble> {
        let origin = if is_accounts(head.uri.path()) {
            &self.accounts
        } else {
            &self.to
        };
        let target = head.uri.path_and_query().map_or("/", |path| path.as_str());
        let host = origin.split("//").nth(1).unwrap_or_default();
        let uri: Uri = format!("{origin}{target}").parse().map_err(|_| {
            // The target is left out: it may hold a secret, and this text goes into the recording.
            let error = format!("this target cannot be asked for at {origin}");
            Trouble::gateway(error, "correct the path")
        })?;
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = head.method.clone();
        *request.uri_mut() = uri;
        let mut headers = passed_on(&head.headers);
        if let Ok(host) = HeaderValue::from_str(host) {
            headers.insert(HOST, host);
        }
        // A recording must be readable, so no compression is requested.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        *request.headers_mut() = headers;
        let answer = timeout(
            limits::UPSTREAM_ANSWER_TIMEOUT,
            self.client.request(request),
        );
        let answer = answer.await.map_err(|_| {
            let error = format!("{origin} took too long to answer");
            Trouble::gateway(error, "try again")
        })?;
        let (mut parts, body) = answer
            .map_err(|error| unreachable(origin, &error))?
            .into_parts();
        parts.headers = passed_on(&parts.headers);
        // The HTTP version towards the client may differ.
        parts.version = Version::default();
        Ok((parts, body))
    }
}

/// Whether a path goes to the accounts server.
pub(super) fn is_accounts(path: &str) -> bool {
    path.starts_with(ACCOUNTS_PREFIX)
}

fn unreachable(origin: &str, error: &ClientError) -> Trouble {
    let mut text = format!("{origin} does not answer");
    let mut cause = Some(error as &dyn Error);
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.ends_with(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    let hint = if error.is_connect() {
        "look at --to and --accounts of `tanzanite record`, and at the network"
    } else {
        "try again"
    };
    Trouble::gateway(text, hint)
}

/// All headers but those that concern one connection, in their order.
fn passed_on(headers: &HeaderMap) -> HeaderMap {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let pairs = headers
        .iter()
        .filter(|(name, _)| !HOP_BY_HOP.contains(name) && !named.contains(name));
    let mut passed_on = HeaderMap::with_capacity(headers.len());
    for (name, value) in pairs {
        passed_on.append(name, value.clone());
    }
    passed_on
}

/// The answer to a token request with `api_domain` replaced by `url`, so that the client stays with the recorder.
/// `None` if there is none.
pub(super) fn with_api_domain(body: &Bytes, url: &str) -> Option<Bytes> {
    let Ok(Value::Object(mut answer)) = serde_json::from_slice(body) else {
        return None;
    };
    let domain = answer
        .get_mut("api_domain")
        .filter(|domain| domain.is_string())?;
    *domain = url.into();
    Some(Bytes::from(Value::Object(answer).to_string()))
}

/// Replaces a reply's body.
pub(super) fn replace_body(reply: &mut HttpReply, body: Bytes) {
    // hyper writes the new length.
    reply.headers_mut().remove(CONTENT_LENGTH);
    *reply.body_mut() = body;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_one_connection_is_not_passed_on() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, X-Mine"),
            ("x-mine", "1"),
            ("keep-alive", "timeout=5"),
            ("te", "trailers"),
            ("x-request-id", "7"),
        ] {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        let left = passed_on(&headers);
        let left: Vec<_> = left.keys().map(HeaderName::as_str).collect();
        assert_eq!(left, ["x-request-id"]);
    }

    #[test]
    fn only_the_domain_of_a_token_s_answer_is_rewritten() {
        let answer = Bytes::from(
            r#"{"access_token":"a","api_domain":"https://www.zohoapis.eu","expires_in":3600}"#,
        );
        assert_eq!(
            with_api_domain(&answer, "http://127.0.0.1:1").expect("it names one"),
            r#"{"access_token":"a","api_domain":"http://127.0.0.1:1","expires_in":3600}"#
        );
        for other in [r#"{"error":"invalid_code"}"#, "[1]", "<p>", ""] {
            assert_eq!(with_api_domain(&Bytes::from(other), "x"), None, "{other}");
        }
    }
}
