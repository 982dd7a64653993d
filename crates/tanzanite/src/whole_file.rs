//! A file that is either complete or absent: written under a temporary name, synced, and renamed at the end.
//!
//! The temporary name is the file's name with `.partial` appended, so that the next run can remove what a killed run
//! has left. Since the name can be guessed, anything else found under it, such as a link or a user's file, is left
//! alone.

use crate::exit::{Exit, Failure, Outcome};
use crate::files::create;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;
use tempfile::TempPath;

/// A file being written. It is removed on drop unless it was finished.
#[derive(Debug)]
pub(crate) struct WholeFile<'a> {
    path: &'a Path,
    partial: TempPath,
    file: File,
}

impl<'a> WholeFile<'a> {
    /// Creates the file, readable by its owner alone. A leftover of an earlier run is recognised by its `beginning` and
    /// removed; a file under the final name is an error.
    pub(crate) fn begin(path: &'a Path, beginning: &[u8]) -> Outcome<Self> {
        if path.symlink_metadata().is_ok() {
            return Err(there_already(path));
        }
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = Path::new(&partial);
        let failed = |error: io::Error| cannot_write(partial, &error);
        let file = match create(partial) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                remove_left(partial, beginning)?;
                create(partial).map_err(failed)?
            }
            made => made.map_err(failed)?,
        };
        lock(&file, partial)?;
        Ok(Self {
            path,
            partial: TempPath::try_from_path(partial).map_err(failed)?,
            file,
        })
    }

    /// The file to write to.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// Completes the file, durably even against a loss of power.
    pub(crate) fn finish(self) -> Outcome<()> {
        let path = self.path;
        let failed = |error: io::Error| match error.kind() {
            ErrorKind::AlreadyExists => there_already(path),
            _ => cannot_write(path, &error),
        };
        self.file.sync_all().map_err(failed)?;
        self.partial
            .persist_noclobber(path)
            .map_err(|refused| failed(refused.error))?;
        sync_folder(path).map_err(failed)
    }
}

/// Removes the leftover of a run that was killed.
fn remove_left(partial: &Path, beginning: &[u8]) -> Outcome<()> {
    let failed = |error: io::Error| cannot_write(partial, &error);
    let foreign = || {
        let message = format!(
            "{} is there already, and no backup has left it",
            partial.display()
        );
        Failure::new(Exit::Failed, message).hint("name another file, or move that one away")
    };
    if !partial.symlink_metadata().map_err(failed)?.is_file() {
        return Err(foreign());
    }
    let left = File::open(partial).map_err(failed)?;
    lock(&left, partial)?;
    let mut found = Vec::new();
    let length = beginning.len() as u64;
    (&left)
        .take(length)
        .read_to_end(&mut found)
        .map_err(failed)?;
    // The run may have been killed before it had written the whole beginning.
    if !beginning.starts_with(&found) {
        return Err(foreign());
    }
    fs::remove_file(partial).map_err(failed)
}

/// Makes sure that no two processes write one file: only the process that has locked the file under the name may write
/// or remove it.
fn lock(file: &File, partial: &Path) -> Outcome<()> {
    let taken = || {
        let message = format!("another process writes {}", partial.display());
        Failure::new(Exit::Failed, message)
    };
    match file.try_lock() {
        Ok(()) if is_under(file, partial).map_err(|error| cannot_write(partial, &error))? => Ok(()),
        Ok(()) | Err(TryLockError::WouldBlock) => Err(taken()),
        Err(TryLockError::Error(error)) => Err(cannot_write(partial, &error)),
    }
}

/// Whether this very file is under the name.
#[cfg(unix)]
fn is_under(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let file = file.metadata()?;
    let found = match path.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        found => found?,
    };
    Ok((found.dev(), found.ino()) == (file.dev(), file.ino()))
}

/// On Windows an open file cannot be removed or renamed.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it may fail")]
fn is_under(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// Syncs the folder, which makes the file's name durable. Windows does that with the file.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn there_already(path: &Path) -> Failure {
    let message = format!("{} is there already", path.display());
    Failure::new(Exit::Failed, message).hint("name another file, or move this one away")
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
        std::fs::write(&partial, "mark and what a killed one has left").expect("written");

        let file = WholeFile::begin(&path, b"mark").expect("begun");
        file.file().write_all(b"half").expect("written");
        assert!(partial.exists() && !path.exists());
        let other = WholeFile::begin(&path, b"mark").expect_err("it is begun already");
        assert!(other.to_string().starts_with("another process writes "));
        assert!(partial.exists(), "the other one is still written");
        drop(file);
        assert!(!partial.exists() && !path.exists());

        let file = WholeFile::begin(&path, b"mark").expect("begun");
        file.file().write_all(b"whole").expect("written");
        file.finish().expect("finished");
        assert!(!partial.exists());
        assert_eq!(std::fs::read(&path).expect("read"), b"whole");

        let there = WholeFile::begin(&path, b"mark").expect_err("it is there");
        assert!(there.to_string().ends_with(" is there already"));
        assert_eq!(std::fs::read(&path).expect("read"), b"whole");
    }

    #[test]
    fn a_file_of_somebody_s_under_the_other_name_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let partial = folder.path().join("file.partial");
        for text in ["a diary", "mar", ""] {
            std::fs::write(&partial, text).expect("written");
            let begun = WholeFile::begin(&path, b"mark");
            // A run that was killed at once leaves a part of the beginning.
            assert_eq!(begun.is_err(), text == "a diary", "{text:?}");
            if let Err(refused) = begun {
                assert!(refused.to_string().ends_with("no backup has left it"));
                assert_eq!(std::fs::read_to_string(&partial).expect("there"), text);
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_under_the_other_name_is_not_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mine, path) = (folder.path().join("mine"), folder.path().join("file"));
        let partial = folder.path().join("file.partial");
        std::os::unix::fs::symlink(&mine, &partial).expect("a link");
        for there in [false, true] {
            if there {
                std::fs::write(&mine, "mark of somebody's").expect("written");
            }
            let refused = WholeFile::begin(&path, b"mark").expect_err("it is a link");
            assert!(refused.to_string().ends_with("no backup has left it"));
            assert_eq!(mine.exists(), there);
        }
        assert_eq!(std::fs::read(&mine).expect("there"), b"mark of somebody's");
    }
}
