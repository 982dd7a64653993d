//! The certificates that a server shows, read from the files that the configuration names.

use crate::authority::Home;
use crate::exit::{Exit, Failure, Outcome};
use crate::settings::{Certificates, ServeSettings, TlsSource};
use std::io;
use std::path::Path;
use std::sync::Arc;
use tanzanite_server::Config;
use tanzanite_server::files::read_at_most;
use tanzanite_server::tls::{OwnCertificate, Tls, TlsError};

/// Bytes of a certificate with its chain, or of a key.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// The server's configuration with its certificates. The authority is made if it is missing.
pub(crate) fn complete(settings: &ServeSettings) -> Outcome<Config> {
    let Certificates {
        tls,
        intercept,
        ca_dir,
    } = &settings.certificates;
    let authority = ca_dir.clone().map(|folder| Home::at(folder).open());
    let authority = authority.transpose()?.map(Arc::new);
    let tls = match tls {
        Some(TlsSource::Own { certificate, key }) => Some(Tls::Own(own(certificate, key)?)),
        Some(TlsSource::Made) => authority.clone().map(Tls::Made),
        None => None,
    };
    Ok(Config {
        tls,
        intercept: authority.filter(|_| *intercept),
        ..settings.config.clone()
    })
}

/// A certificate of the user's own.
pub(crate) fn own(certificate: &Path, key: &Path) -> Outcome<OwnCertificate> {
    let text = |path: &Path| {
        let message = || format!("cannot read {}", path.display());
        read(path).map_err(|error| Failure::caused(Exit::CannotStart, message(), &error))
    };
    OwnCertificate::new(&text(certificate)?, &text(key)?).map_err(|error| {
        let file = if error == TlsError::NoKey || error == TlsError::WrongKey {
            key
        } else {
            certificate
        };
        let failure = Failure::new(Exit::CannotStart, format!("{}: {error}", file.display()));
        failure.hint("without --tls-cert and --tls-key, --tls makes a certificate")
    })
}

/// Reads a file with certificates or a key.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    read_at_most(path, FILE_BYTES_MAX)
}
