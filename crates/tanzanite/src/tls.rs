//! TLS of the clients in this program: rustls, and the certificates that the system trusts.

use std::sync::Arc;
use ureq::tls::{RootCerts, TlsConfig};

/// For every agent that may be told an `https` address: one without it would panic.
pub(crate) fn tls() -> TlsConfig {
    TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .build()
}
