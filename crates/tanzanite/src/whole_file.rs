//! A file that is whole or not there: it is written under another name, synced, and renamed at its end.

use crate::exit::{Exit, Failure, Outcome};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// A file that is not whole yet. Unless it is finished it is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct WholeFile {
    path: PathBuf,
    partial: PathBuf,
    file: File,
}

impl WholeFile {
    /// Begins it, for its owner's eyes only. What an earlier run has left unfinished is written over; what is there under its own
    /// name is left alone.
    pub(crate) fn begin(path: &Path) -> Outcome<Self> {
        if path.symlink_metadata().is_ok() {
            let message = format!("{} is there already", path.display());
            return Err(Failure::new(Exit::Failed, message)
                .hint("name another file, or move this one away"));
        }
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let file = open(&partial).map_err(|error| cannot_write(&partial, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let message = format!("another process writes {}", partial.display());
                return Err(Failure::new(Exit::Failed, message));
            }
            Err(TryLockError::Error(error)) => return Err(cannot_write(&partial, &error)),
        }
        file.set_len(0)
            .map_err(|error| cannot_write(&partial, &error))?;
        Ok(Self {
            path: path.to_owned(),
            partial,
            file,
        })
    }

    /// What to write to.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// It is whole, and there even if the machine loses power now.
    pub(crate) fn finish(self) -> Outcome<()> {
        self.file
            .sync_all()
            .and_then(|()| fs::rename(&self.partial, &self.path))
            .and_then(|()| sync_folder(&self.path))
            .map_err(|error| cannot_write(&self.path, &error))
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        // If it was finished, there is none of this name.
        let _ = fs::remove_file(&self.partial);
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A name is in its folder, which is synced by itself. Windows does that with the file.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::caused(
        Exit::Failed,
        format!("cannot write {}", path.display()),
        error,
    )
}

#[cfg(test)]
mod tests {
    use super::WholeFile;
    use std::io::Write as _;

    #[test]
    fn a_file_is_there_when_it_is_finished_and_not_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let partial = folder.path().join("file.partial");
        std::fs::write(&partial, "what a killed one has left").expect("written");

        let file = WholeFile::begin(&path).expect("begun");
        file.file().write_all(b"half").expect("written");
        assert!(partial.exists() && !path.exists());
        let other = WholeFile::begin(&path).expect_err("it is begun already");
        assert!(other.to_string().starts_with("another process writes "));
        assert!(partial.exists(), "the other one is still written");
        drop(file);
        assert!(!partial.exists() && !path.exists());

        let file = WholeFile::begin(&path).expect("begun");
        file.file().write_all(b"whole").expect("written");
        file.finish().expect("finished");
        assert!(!partial.exists());
        assert_eq!(std::fs::read(&path).expect("read"), b"whole");

        let there = WholeFile::begin(&path).expect_err("it is there");
        assert!(there.to_string().ends_with(" is there already"));
        assert_eq!(std::fs::read(&path).expect("read"), b"whole");
    }
}
