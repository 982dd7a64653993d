//! The ready file: contains the base URL while requests are served, and is written atomically.

use crate::exit::{Exit, Failure, Outcome};
use crate::files::replace_public;
use crate::settings::origin_url;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use tanzanite_server::files::read_text_at_most;

/// Bytes of a ready file.
pub(crate) const READY_FILE_BYTES_MAX: u64 = 4096;

/// A ready file, removed on drop.
#[derive(Debug)]
pub(crate) struct ReadyFile {
    path: PathBuf,
}

impl ReadyFile {
    /// Removes the ready file of an earlier run. A file with other content is left alone.
    pub(crate) fn clear(path: &Path) -> Outcome<()> {
        let left = match fs::symlink_metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(_) => false,
            Ok(found) => {
                found.is_file()
                    && read_text_at_most(path, READY_FILE_BYTES_MAX)
                        .is_ok_and(|text| text.is_empty() || origin_url(text.trim()).is_ok())
            }
        };
        if !left {
            let message = format!("{} is there already, and is no ready file", path.display());
            return Err(Failure::new(Exit::CannotStart, message)
                .hint("name another file with --ready-file, or move this one away"));
        }
        fs::remove_file(path).map_err(|error| {
            let message = format!("cannot remove the old ready file {}", path.display());
            Failure::caused(Exit::CannotStart, message, &error)
        })
    }

    /// Writes the base URL.
    pub(crate) fn write(path: &Path, base_url: &str) -> Outcome<Self> {
        replace_public(path, format!("{base_url}\n").as_bytes()).map_err(|error| {
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
        // The file may be gone already.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_there_whole_while_it_is_held() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ready");
        fs::write(&path, "http://127.0.0.1:2\n").expect("written");
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

    #[test]
    fn a_file_that_is_no_ready_file_is_neither_removed_nor_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let mine = folder.path().join("mine");
        for text in ["precious", "http://a/b\nhttp://c/d\n"] {
            fs::write(&mine, text).expect("written");
            let refused = ReadyFile::clear(&mine).expect_err("it is somebody's");
            assert!(refused.to_string().ends_with("is no ready file"));
            assert_eq!(fs::read_to_string(&mine).expect("there"), text);
        }
        assert!(ReadyFile::clear(folder.path()).is_err(), "a folder");
    }
}
