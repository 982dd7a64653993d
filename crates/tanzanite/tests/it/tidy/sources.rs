//! The files that tidy looks at.

use std::path::{Path, PathBuf};

/// The repository's root.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the repository")
}

/// Every Rust file, by its path from the root.
pub(crate) fn rust_sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&repository().join("crates"), &mut found);
    collect(&repository().join("xtask"), &mut found);
    assert!(found.len() > 50, "the sources are found");
    found
}

/// The Rust files below a crate's `src`.
pub(crate) fn crate_sources(name: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(
        &repository().join("crates").join(name).join("src"),
        &mut found,
    );
    assert!(!found.is_empty(), "{name} has sources");
    found
}

fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path
                .strip_prefix(repository())
                .expect("below the root")
                .to_string_lossy()
                .into_owned();
            found.push((name, std::fs::read_to_string(&path).expect("a file")));
        }
    }
}
