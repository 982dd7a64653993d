//! TLS on connections: which certificate a client is shown, and the handshake.
//!
//! rustls with ring, as towards PostgreSQL and object stores: with a second provider beside it neither would be the default.
//! Files are the caller's; here a certificate is text.

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

/// Whose certificate the listener shows.
#[derive(Clone, Debug)]
pub enum Tls {
    /// The operator's.
    Own(OwnCertificate),
    /// One that the installation's authority makes for the names of this server.
    Made(Arc<Authority>),
}

/// Why a certificate cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsError {
    /// The text holds none.
    NoCertificate,
    /// The text holds no key.
    NoKey,
    /// The key is another's.
    WrongKey,
    /// It has ended at this time.
    Ended(Timestamp),
    /// A name that the authority may not certify.
    NotOurs(String),
    /// Anything else, in the library's words.
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

/// The cryptography of all our TLS.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Shakes hands with a client, in bounded time.
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
