//! One request to a receiver: no pool, no proxy, no redirection, and nothing kept afterwards.

use super::Answer;
use super::address::{Unreachable, Url};
use crate::Shared;
use crate::tls::provider;
use bytes::Bytes;
use http::request::Parts;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1;
use hyper_rustls::ConfigBuilderExt as _;
use hyper_util::rt::TokioIo;
use std::fmt;
use std::io;
use std::sync::{Arc, OnceLock};
use tanzanite_crm::notifications::Attempt;
use tanzanite_protocol::limits;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

/// The certificates that the system trusts, read when the first receiver has one to show.
#[derive(Default)]
pub(crate) struct Client(OnceLock<Arc<ClientConfig>>);

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

impl Client {
    fn tls(&self) -> io::Result<Arc<ClientConfig>> {
        if let Some(known) = self.0.get() {
            return Ok(Arc::clone(known));
        }
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_native_roots()?
            .with_no_client_auth();
        Ok(Arc::clone(self.0.get_or_init(|| Arc::new(config))))
    }
}

/// Posts a body.
pub(super) async fn send(shared: &Shared, url: &Url, head: &Parts, body: Bytes) -> Answer {
    let address = match shared.receivers.resolve(url).await {
        Ok(address) => address,
        Err(Unreachable::Forbidden(reason)) => return Answer::none(Attempt::Refused(reason)),
        Err(Unreachable::Unknown(reason)) => return Answer::none(Attempt::Failed(reason)),
    };
    let sent = async {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        if !url.is_tls() {
            return ask(stream, head, body).await;
        }
        let name = ServerName::try_from(url.host().to_owned()).map_err(io::Error::other)?;
        let tls = TlsConnector::from(shared.client.tls()?);
        ask(tls.connect(name, stream).await?, head, body).await
    };
    sent.await
        .unwrap_or_else(|error| Answer::none(Attempt::Failed(format!("{address}: {error}"))))
}

async fn ask<S>(stream: S, head: &Parts, body: Bytes) -> io::Result<Answer>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let handshake = http1::Builder::new()
        .max_buf_size(limits::NOTIFICATION_ANSWER_BYTES_MAX)
        .handshake(TokioIo::new(stream));
    let (mut sender, connection) = handshake.await.map_err(io::Error::other)?;
    let request = Request::from_parts(head.clone(), Full::new(body));
    let answer = async {
        let (parts, body) = sender.send_request(request).await?.into_parts();
        // The head alone decides; a body that is too long or breaks off is not kept.
        let body = Limited::new(body, limits::NOTIFICATION_ANSWER_BYTES_MAX).collect();
        let body = body.await.map(http_body_util::Collected::to_bytes);
        Ok::<_, hyper::Error>((parts, body.unwrap_or_default()))
    };
    tokio::pin!(connection);
    tokio::pin!(answer);
    // The connection goes on for as long as the answer needs it, and is dropped with it.
    let (parts, body) = tokio::select! {
        answered = &mut answer => answered.map_err(io::Error::other)?,
        ended = &mut connection => {
            ended.map_err(io::Error::other)?;
            answer.await.map_err(io::Error::other)?
        }
    };
    Ok(Answer {
        attempt: outcome(parts.status),
        status: parts.status.as_u16(),
        headers: parts.headers,
        body,
    })
}

fn outcome(status: StatusCode) -> Attempt {
    let code = status.as_u16();
    if status.is_success() {
        Attempt::Delivered(format!("answered with {code}"))
    } else if status.is_redirection() {
        Attempt::Failed(format!(
            "answered with {code}, and redirections are not followed"
        ))
    } else {
        Attempt::Failed(format!("answered with {code}"))
    }
}
