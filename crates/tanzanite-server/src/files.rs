//! Reads files by name, each within a bound, and a seed with its pictures.
//!
//! Picture names come from a seed, which may be a stranger's, so they may only lead to regular files in the seed's
//! folder or below it.

use bytes::Bytes;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Component, Path};
use tanzanite_protocol::limits;
use tanzanite_seed::{Seed, SeedPackage};

/// Reads a file of at most `bytes_max` bytes. The bound also holds for a device without an end and for a file that
/// grows.
pub fn read_at_most(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut file = File::open(path)?.take(bytes_max.saturating_add(1));
    if file.read_to_end(&mut bytes)? as u64 > bytes_max {
        let what = format!("it has more than {bytes_max} bytes");
        return Err(io::Error::new(ErrorKind::FileTooLarge, what));
    }
    Ok(bytes)
}

/// Reads a text file as [`read_at_most`] does.
pub fn read_text_at_most(path: &Path, bytes_max: u64) -> io::Result<String> {
    String::from_utf8(read_at_most(path, bytes_max)?)
        .map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is no UTF-8"))
}

/// Reads the text of a seed file, within its bound.
pub fn read_seed(path: &Path) -> io::Result<String> {
    read_text_at_most(path, limits::SEED_BYTES_MAX)
}

/// A seed with the pictures beside its file.
pub fn with_pictures_beside(path: &Path, seed: Seed) -> SeedPackage {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    SeedPackage::new(seed, |name| picture(folder, name))
}

fn picture(folder: &Path, name: &str) -> Result<Bytes, String> {
    const ELSEWHERE: &str = "it is not in the seed's folder";
    let below = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    if !Path::new(name).components().all(below) {
        return Err(ELSEWHERE.to_owned());
    }
    let failed = |error: io::Error| error.to_string();
    let folder = fs::canonicalize(folder).map_err(failed)?;
    let path = fs::canonicalize(folder.join(name)).map_err(failed)?;
    // A symbolic link may lead out of the folder.
    if !path.starts_with(&folder) {
        return Err(ELSEWHERE.to_owned());
    }
    // Checked before opening: opening a named pipe would wait for a writer.
    let found = fs::metadata(&path).map_err(failed)?;
    if !found.is_file() {
        return Err("it is no regular file".to_owned());
    }
    read_at_most(&path, limits::PHOTO_BYTES_MAX as u64)
        .map(Bytes::from)
        .map_err(failed)
}
