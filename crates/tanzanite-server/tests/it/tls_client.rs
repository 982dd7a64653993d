//! TLS clients that trust one authority.

use crate::limits::{LONG, rest};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, LazyLock};
use tanzanite_server::now;
use tanzanite_server::tls::{Authority, provider};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// A connection within TLS.
pub(crate) type Secure = StreamOwned<ClientConnection, TcpStream>;

/// The authority of all worlds.
pub(crate) static AUTHORITY: LazyLock<Arc<Authority>> =
    LazyLock::new(|| Arc::new(Authority::make(now()).expect("an authority")));

/// A client that trusts this certificate alone and offers these protocols.
pub(crate) fn trusting(certificate: &str, protocols: &[&str]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).expect("PEM");
    roots.add(certificate).expect("a certificate");
    let builder = ClientConfig::builder_with_provider(provider());
    let mut config = builder
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols
        .iter()
        .map(|name| name.as_bytes().to_vec())
        .collect();
    Arc::new(config)
}

/// The beginning of a handshake with a host that [`AUTHORITY`] has certified.
pub(crate) fn hello(host: &str) -> ClientConnection {
    let config = trusting(AUTHORITY.certificate_pem(), &[]);
    let name = ServerName::try_from(host.to_owned()).expect("a name");
    ClientConnection::new(config, name).expect("a client")
}

/// Completes the handshake with a host that [`AUTHORITY`] has certified.
pub(crate) fn secure(stream: TcpStream, host: &str) -> std::io::Result<Secure> {
    stream.set_read_timeout(Some(LONG)).expect("a time-out");
    let mut secure = StreamOwned::new(hello(host), stream);
    while secure.conn.is_handshaking() {
        secure.conn.complete_io(&mut secure.sock)?;
    }
    Ok(secure)
}

/// Sends bytes, and reads until the server closes the connection.
pub(crate) fn converse(mut stream: impl Read + Write, request: &[u8]) -> String {
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(request);
    let _ = stream.flush();
    rest(stream)
}
