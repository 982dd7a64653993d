//! The certificate that clients are shown: the operator's own, or one that is issued on first use.

use super::authority::Leaf;
use super::{Authority, TlsError, provider};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use tanzanite_protocol::Timestamp;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::ServerConfig;

/// The HTTP versions, the preferred one first.
const ALPN: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// The operator's own certificate, with its chain and key.
#[derive(Clone, Debug)]
pub struct OwnCertificate(Arc<ServerConfig>);

impl OwnCertificate {
    /// From PEM. The chain begins with the server's certificate.
    pub fn new(chain: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<_, _>>()
            .map_err(|error| TlsError::Failed(error.to_string()))?;
        if chain.is_empty() {
            return Err(TlsError::NoCertificate);
        }
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| TlsError::NoKey)?;
        config(chain, key).map(Self)
    }
}

/// The certificate shown to the clients of a listener or of a tunnel.
#[derive(Debug)]
pub(crate) enum Certificate {
    Own(Arc<ServerConfig>),
    Made(Made),
}

/// A certificate for some names, issued on first use and again when half its lifetime has passed.
#[derive(Debug)]
pub(crate) struct Made {
    authority: Arc<Authority>,
    names: Vec<String>,
    current: Mutex<Option<Current>>,
}

#[derive(Debug)]
struct Current {
    config: Arc<ServerConfig>,
    renewed: Timestamp,
}

impl Certificate {
    /// The operator's own certificate.
    pub(crate) fn own(certificate: OwnCertificate) -> Self {
        Self::Own(certificate.0)
    }

    /// A certificate that an authority issues.
    pub(crate) fn made(authority: Arc<Authority>, names: Vec<String>) -> Self {
        Self::Made(Made {
            authority,
            names,
            current: Mutex::default(),
        })
    }

    /// The TLS configuration with the certificate that is valid now.
    pub(crate) fn config(&self, now: Timestamp) -> Result<Arc<ServerConfig>, TlsError> {
        match self {
            Self::Own(config) => Ok(Arc::clone(config)),
            Self::Made(made) => made.config(now),
        }
    }
}

impl Made {
    fn config(&self, now: Timestamp) -> Result<Arc<ServerConfig>, TlsError> {
        let mut current = self.current.lock();
        if let Some(current) = current.as_ref().filter(|current| now < current.renewed) {
            return Ok(Arc::clone(&current.config));
        }
        let Leaf { der, key, until } = self.authority.certify(&self.names, now)?;
        let config = config(vec![der], key)?;
        let life = u64::try_from(until.millis() - now.millis()).unwrap_or_default();
        *current = Some(Current {
            config: Arc::clone(&config),
            renewed: now.after(Duration::from_millis(life / 2)),
        });
        Ok(config)
    }
}

fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, TlsError> {
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = ALPN.map(<[u8]>::to_vec).to_vec();
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_780_000_000_000);

    #[test]
    fn it_is_made_once_and_again_when_half_its_life_is_over() {
        let authority = Arc::new(Authority::make(NOW).expect("an authority"));
        let certificate = Certificate::made(authority, vec!["localhost".to_owned()]);
        let at = |days: u64| {
            let time = NOW.after(Duration::from_hours(24 * days));
            certificate.config(time).expect("a certificate")
        };
        let first = at(0);
        assert!(Arc::ptr_eq(&first, &at(198)));
        let second = at(199);
        assert!(!Arc::ptr_eq(&first, &second) && Arc::ptr_eq(&second, &at(390)));
    }

    #[test]
    fn of_an_own_certificate_everything_is_looked_at() {
        let [one, two] = [1, 2].map(|_| Authority::make(NOW).expect("an authority"));
        let secret = one.to_secret_pem();
        let new = |chain: &str, key: &str| {
            OwnCertificate::new(chain.as_bytes(), key.as_bytes()).map(|_| ())
        };
        assert_eq!(new(one.certificate_pem(), &secret), Ok(()));
        assert_eq!(new("", &secret), Err(TlsError::NoCertificate));
        assert_eq!(new(one.certificate_pem(), ""), Err(TlsError::NoKey));
        let other = two.to_secret_pem();
        assert_eq!(new(one.certificate_pem(), &other), Err(TlsError::WrongKey));
        let broken = "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n";
        assert!(matches!(new(broken, &secret), Err(TlsError::Failed(_))));
    }
}
