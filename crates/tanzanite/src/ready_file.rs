//! The ready file: holds the base URL while requests are served, and is never seen half-written.

use crate::exit::{Exit, Failure, Outcome};
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// A ready file. It is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct ReadyFile {
    path: PathBuf,
}

impl ReadyFile {
    /// Removes what an earlier run left, so that nobody takes it for ours.
    pub(crate) fn clear(path: &Path) -> Outcome<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                let message = format!("cannot remove the old ready file {}", path.display());
                Err(Failure::caused(Exit::CannotStart, message, &error))
            }
            _ => Ok(()),
        }
    }

    /// Writes the base URL.
    pub(crate) fn write(path: &Path, base_url: &str) -> Outcome<Self> {
        write_atomically(path, &format!("{base_url}\n")).map_err(|error| {
            let message = format!("cannot write the ready file {}", path.display());
            Failure::caused(Exit::CannotStart, message, &error)
        })?;
        Ok(Self {
            path: path.to_owned(),
        })
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        // If it has gone already, all the better.
        let _ = fs::remove_file(&self.path);
    }
}

/// Files that this process has begun to write: no two of its threads write one.
static WRITTEN: AtomicU64 = AtomicU64::new(0);

/// Writes a file so that a reader, or a crash, finds all of it or none of it.
pub(crate) fn write_atomically(path: &Path, text: &str) -> io::Result<()> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::other("the path names no file"))?;
    let temporary = path.with_file_name(format!(
        ".{}.{}.{}",
        name.to_string_lossy(),
        std::process::id(),
        WRITTEN.fetch_add(1, Ordering::Relaxed)
    ));
    let mut file = fs::File::create(&temporary)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&temporary);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_there_whole_while_it_is_held() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ready");
        fs::write(&path, "old").expect("written");
        ReadyFile::clear(&path).expect("cleared");
        ReadyFile::clear(&path).expect("nothing left to clear");
        let held = ReadyFile::write(&path, "http://127.0.0.1:1").expect("written");
        assert_eq!(
            fs::read_to_string(&path).expect("there"),
            "http://127.0.0.1:1\n"
        );
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
        drop(held);
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }
}
