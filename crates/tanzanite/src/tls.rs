//! TLS of the clients in this program: rustls, and the certificates that they trust.

use crate::authority::Home;
use crate::certificates;
use crate::settings::{Layers, TlsSource};
use std::path::Path;
use std::sync::Arc;
use tanzanite_server::tls::provider;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// The configuration for a server of somebody else's: trusts the system's authorities. Every HTTP client needs a
/// configuration, since one without it panics on `https`.
pub(crate) fn of_any() -> TlsConfig {
    believing(RootCerts::PlatformVerifier)
}

/// The configuration for a Tanzanite server at a base URL: trusts the system's authorities, this installation's, and
/// the certificate that the program's configuration names.
pub(crate) fn of_ours(base: &str, layers: &Layers) -> TlsConfig {
    // Loading the authorities is slow.
    if !base.starts_with("https:") {
        return of_any();
    }
    let system = rustls_native_certs::load_native_certs().certs;
    let system = system
        .iter()
        .map(|der| Certificate::from_der(der).to_owned());
    let mut trusted: Vec<_> = system.collect();
    if let Ok(folder) = layers.ca_dir() {
        trusted.extend(read(&Home::at(folder).certificate()));
    }
    if let Ok(Some(TlsSource::Own { certificate, .. })) = layers.tls() {
        trusted.extend(read(&certificate));
    }
    believing(RootCerts::Specific(Arc::new(trusted)))
}

fn believing(roots: RootCerts) -> TlsConfig {
    TlsConfig::builder()
        .unversioned_rustls_crypto_provider(provider())
        .root_certs(roots)
        .build()
}

/// The certificates in a file; none if it cannot be read, so that the connection will fail.
fn read(path: &Path) -> Vec<Certificate<'static>> {
    let text = certificates::read(path).unwrap_or_default();
    let items = parse_pem(&text).filter_map(Result::ok);
    let certificates = items.filter_map(|item| match item {
        PemItem::Certificate(certificate) => Some(certificate),
        _ => None,
    });
    certificates.collect()
}
