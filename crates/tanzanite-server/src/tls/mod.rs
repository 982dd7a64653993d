//! TLS on connections: the choice of the certificate, and the handshake.
//!
//! Uses rustls with ring, like the connections to PostgreSQL and object stores: with a second provider in the program
//! rustls would have no default. Files are the caller's; certificates are texts here.

mod authority;
mod certificate;

pub use authority::Authority;
pub(crate) use certificate::Certificate;
pub use certificate::OwnCertificate;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tanzanite_protocol::Timestamp;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::server::ServerConfig;
use tokio_rustls::server::TlsStream;
use tokio_rustls::{TlsAcceptor, rustls};

/// The origin of the listener's certificate.
#[derive(Clone, Debug)]
pub enum Tls {
    /// The operator's own certificate.
    Own(OwnCertificate),
    /// A certificate that the installation's authority issues for the names of this server.
    Made(Arc<Authority>),
}

/// The reasons why a certificate cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsError {
    /// The text contains no certificate.
    NoCertificate,
    /// The text contains no key.
    NoKey,
    /// The key belongs to another certificate.
    WrongKey,
    /// The certificate has expired, at this time.
    Ended(Timestamp),
    /// A name that the authority may not certify.
    NotOurs(String),
    /// Any other error, in the library's words.
    Failed(String),
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCertificate => f.write_str("there is no certificate (PEM) in it"),
            Self::NoKey => f.write_str("there is no unencrypted private key (PEM) in it"),
            Self::WrongKey => f.write_str("the key is not the certificate's"),
            Self::Ended(time) => write!(f, "it has ended at {}", time.render_utc()),
            Self::NotOurs(name) => write!(
                f,
                "the installation's authority may not certify {name:?}, only localhost, *.test, *.internal and private addresses"
            ),
            Self::Failed(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for TlsError {}

impl From<rcgen::Error> for TlsError {
    fn from(error: rcgen::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<rustls::Error> for TlsError {
    fn from(error: rustls::Error) -> Self {
        match error {
            rustls::Error::InconsistentKeys(_) => Self::WrongKey,
            other => Self::Failed(other.to_string()),
        }
    }
}

/// The cryptography provider of all TLS in the program.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Performs the handshake with a client, in bounded time.
pub(crate) async fn accept<I>(
    stream: I,
    config: Arc<ServerConfig>,
    patience: Duration,
) -> std::io::Result<TlsStream<I>>
where
    I: AsyncRead + AsyncWrite + Unpin,
{
    let handshake = TlsAcceptor::from(config).accept(stream);
    timeout(patience, handshake).await?
}
