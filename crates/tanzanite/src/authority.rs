//! The certificate authority of this installation, in two files of a folder: one with its key, which only this user can
//! read, and one with the certificate, for clients.

use crate::certificates;
use crate::exit::{Exit, Failure, Outcome};
use crate::files::replace_public;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write as _};
use std::path::PathBuf;
use tanzanite_server::now;
use tanzanite_server::tls::Authority;
use tempfile::NamedTempFile;

/// Holds certificate and key.
const SECRET: &str = "authority.pem";
/// Holds the certificate alone.
const CERTIFICATE: &str = "ca.pem";

/// The folder of the authority.
#[derive(Debug)]
pub(crate) struct Home(PathBuf);

impl Home {
    /// The authority in this folder.
    pub(crate) const fn at(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// The folder, for messages.
    pub(crate) fn folder(&self) -> impl Display {
        self.0.display()
    }

    /// The authority, if the folder has one.
    pub(crate) fn find(&self) -> Outcome<Option<Authority>> {
        let path = self.0.join(SECRET);
        let text = match certificates::read(&path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("read", SECRET, &error)),
        };
        if others_may_read(&path).map_err(|error| self.failed("read", SECRET, &error))? {
            let message = format!("others can read the key in {}", path.display());
            let failure = Failure::new(Exit::Failed, message);
            let hint = "delete it if they may have; else `chmod 600` it";
            return Err(failure.hint(hint));
        }
        let authority = Authority::parse(&text, now()).map_err(|error| {
            let message = format!("{} is of no use: {error}", path.display());
            let failure = Failure::new(Exit::Failed, message);
            failure.hint(
                "delete it, and the next start makes another; clients must trust that one then",
            )
        })?;
        Ok(Some(authority))
    }

    /// The authority, made if there is none. If several processes make one at once, all end up with the same.
    pub(crate) fn open(&self) -> Outcome<Authority> {
        let authority = match self.find()? {
            Some(authority) => authority,
            None => self.make()?,
        };
        self.publish(&authority)?;
        Ok(authority)
    }

    /// Makes sure that the file for clients exists.
    pub(crate) fn publish(&self, authority: &Authority) -> Outcome<()> {
        let (path, certificate) = (self.certificate(), authority.certificate_pem());
        if certificates::read(&path).is_ok_and(|found| found == certificate.as_bytes()) {
            return Ok(());
        }
        let written = replace_public(&path, certificate.as_bytes());
        written.map_err(|error| self.failed("write", CERTIFICATE, &error))
    }

    /// The file for clients.
    pub(crate) fn certificate(&self) -> PathBuf {
        let path = self.0.join(CERTIFICATE);
        // This fails only in a process without a current folder.
        std::path::absolute(&path).unwrap_or(path)
    }

    fn make(&self) -> Outcome<Authority> {
        let authority = Authority::make(now())
            .map_err(|error| Failure::caused(Exit::Failed, "cannot make an authority", &error))?;
        match self.keep(&authority.to_secret_pem()) {
            Ok(()) => Ok(authority),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let gone = || Failure::new(Exit::Failed, "the authority comes and goes");
                self.find()?.ok_or_else(gone)
            }
            Err(error) => Err(self.failed("write", SECRET, &error)),
        }
    }

    /// Writes the file whole, durably and readable by this user alone, unless it exists.
    fn keep(&self, secret: &str) -> io::Result<()> {
        std::fs::create_dir_all(&self.0)?;
        let mut file = NamedTempFile::new_in(&self.0)?;
        file.write_all(secret.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist_noclobber(self.0.join(SECRET))?;
        Ok(())
    }

    fn failed(&self, what: &str, name: &str, error: &io::Error) -> Failure {
        let message = format!("cannot {what} {}", self.0.join(name).display());
        Failure::caused(Exit::Failed, message, error).hint("--ca-dir names another folder")
    }
}

#[cfg(unix)]
fn others_may_read(path: &std::path::Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

/// On Windows a user's folders are private to the user.
#[cfg(not(unix))]
fn others_may_read(_: &std::path::Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_however_many_want_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let home = || Home::at(folder.path().join("share/tanzanite"));
        assert!(home().find().expect("no failure").is_none());
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let home = home();
                std::thread::spawn(move || {
                    let authority = home.open().expect("an authority");
                    authority.certificate_pem().to_owned()
                })
            })
            .collect();
        let found = threads
            .into_iter()
            .map(|thread| thread.join().expect("a thread"));
        let found: std::collections::BTreeSet<_> = found.collect();
        assert_eq!(found.len(), 1);
        let written = std::fs::read_to_string(home().certificate()).expect("a certificate");
        assert!(found.contains(&written));
        let left = std::fs::read_dir(folder.path().join("share/tanzanite"));
        assert_eq!(left.expect("a folder").count(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn its_key_is_for_nobody_else() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::at(folder.path().to_owned());
        home.open().expect("an authority");
        let secret = folder.path().join(SECRET);
        let mode = std::fs::metadata(&secret)
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        let open = std::fs::Permissions::from_mode(0o640);
        std::fs::set_permissions(&secret, open).expect("permissions");
        let failure = home.open().expect_err("a refusal");
        assert!(
            failure.to_string().starts_with("others can read the key"),
            "{failure}"
        );
    }
}
