//! Files that commands write: never through a symbolic link, and readable by others only if they are meant to be.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use tempfile::{Builder, NamedTempFile};

/// The suffix of files that are not yet complete.
pub(crate) const PARTIAL: &str = ".part";

/// Creates a file that nobody else may read; an error if it exists.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Creates a folder, and missing ones above it, that nobody else may enter. An existing folder stays as it is.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a file that nobody else may read, atomically. An existing file, or a symbolic link, is replaced; a device or
/// pipe is written to.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    persist(begin(path, &Builder::new())?, path, bytes)
}

/// Like [`replace`], for a file that everybody may read.
pub(crate) fn replace_public(path: &Path, bytes: &[u8]) -> io::Result<()> {
    #[cfg_attr(
        not(unix),
        expect(unused_mut, reason = "there are no permissions to set")
    )]
    let mut builder = Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    persist(begin(path, &builder)?, path, bytes)
}

/// A new file under an unpredictable name, in the same folder.
fn begin(path: &Path, builder: &Builder<'_, '_>) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    builder
        .clone()
        .suffix(PARTIAL)
        .tempfile_in(folder.unwrap_or(Path::new(".")))
}

fn persist(mut file: NamedTempFile, path: &Path, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    fn mode(path: &Path) -> u32 {
        let found = fs::symlink_metadata(path).expect("a file");
        assert!(found.is_file(), "{} is no regular file", path.display());
        found.permissions().mode() & 0o777
    }

    #[test]
    fn a_link_in_the_place_of_a_file_is_replaced_and_not_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mine, path) = (folder.path().join("mine"), folder.path().join("file"));
        fs::write(&mine, "precious").expect("written");
        for (replace, mode_expected) in [
            (replace as fn(&Path, &[u8]) -> io::Result<()>, 0o600),
            (replace_public, 0o644),
        ] {
            symlink(&mine, &path).expect("a link");
            replace(&path, b"whole").expect("written");
            assert_eq!(mode(&path), mode_expected);
            assert_eq!(fs::read(&path).expect("read"), b"whole");
            assert_eq!(fs::read(&mine).expect("read"), b"precious");
            fs::remove_file(&path).expect("removed");
        }
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn a_device_is_written_to_and_not_replaced() {
        replace(Path::new("/dev/null"), b"gone").expect("written");
        let found = fs::metadata("/dev/null").expect("a device");
        assert!(!found.is_file());
    }
}
