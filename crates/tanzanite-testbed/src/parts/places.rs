//! The places where parts are searched: a path of folders with programs, and the user's cache.

use super::table::{POSTGRES, POSTGRES_PROGRAMS};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The folder below which parts are installed that outlive a checkout; `None` without a home folder.
pub fn cache() -> Option<PathBuf> {
    let named = |name| std::env::var_os(name).filter(|folder| !folder.is_empty());
    let cache = match named("XDG_CACHE_HOME") {
        Some(cache) => PathBuf::from(cache),
        None => PathBuf::from(named("HOME")?).join(".cache"),
    };
    Some(cache.join("tanzanite-test"))
}

/// Finds a program on a path.
pub fn program(path: &OsStr, name: &str) -> Option<PathBuf> {
    let mut found = std::env::split_paths(path).map(|folder| folder.join(name));
    found.find(|file| file.is_file())
}

/// The folder of PostgreSQL's programs: on the path; or, as Debian installs them, in a folder by version beside one on
/// the path; or in the cache.
pub fn postgres_programs(path: &OsStr, cache: Option<&Path>) -> Option<PathBuf> {
    if let Some(initdb) = program(path, "initdb") {
        return initdb.parent().map(Path::to_owned);
    }
    let mut folders = std::env::split_paths(path);
    let debian = folders.find_map(|folder| {
        let versions = folder.parent()?.join("lib/postgresql");
        newest(&versions, "", "bin")
    });
    debian.or_else(|| {
        let environment = cache?.join(POSTGRES);
        let is_complete = environment.join("complete").is_file();
        let programs = format!("site-packages/{POSTGRES_PROGRAMS}");
        let newest = || newest(&environment.join("lib"), "python3.", &programs);
        is_complete.then(newest)?
    })
}

/// Whether PostgreSQL in this folder supports TLS: its server is linked with the library.
pub fn has_tls(programs: &Path) -> bool {
    let server = std::fs::read(programs.join("postgres")).unwrap_or_default();
    server.windows(9).any(|bytes| bytes == b"libssl.so")
}

/// Among the folders `PREFIX<number>` the one with the greatest number that has `programs` with an `initdb`.
fn newest(folder: &Path, prefix: &str, programs: &str) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?.flatten();
    let versions = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let version: u32 = name.strip_prefix(prefix)?.parse().ok()?;
        let programs = entry.path().join(programs);
        programs
            .join("initdb")
            .is_file()
            .then_some((version, programs))
    });
    versions.max().map(|(_, programs)| programs)
}
