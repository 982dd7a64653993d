//! Tables that a test builds by sending requests, and compares with a committed file.

use std::path::Path;

/// Compares a table with the file beside the tests. With `TANZANITE_UPDATE_MATRIX=1` it writes the file instead, for
/// review as a diff; where `CI` is set it writes nothing.
pub(crate) fn compare(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it")
        .join(file);
    if set("TANZANITE_UPDATE_MATRIX") && !set("CI") {
        std::fs::write(&path, text).expect("the file");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    for (line, (expected, found)) in (1..).zip(committed.lines().zip(text.lines())) {
        assert_eq!(expected, found, "{file}, line {line}: see its head");
    }
    assert_eq!(committed, text, "{file} has other lines: see its head");
}

fn set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}
