//! The kits of `packages` for test runners: their own tests, and the projects in `examples` that use them.
//!
//! `cargo xtask setup` installs the packages. A kit starts the binary by itself, anew for each test.

use std::path::{Path, PathBuf};
use std::process::Command;
use tanzanite_testbed::needs;

#[test]
fn pytest() {
    needs!("python-packages");
    let python = repository().join("target/sdk/venv/bin/python");
    let plugin = "pytest_tanzanite.plugin";
    for folder in ["packages/pytest/tests", "examples/pytest"] {
        let mut suite = Command::new(&python);
        suite
            .args(["-m", "pytest", "-q", "-p", plugin])
            .args(["-p", "no:cacheprovider", folder])
            .env("PYTHONPATH", "packages/pytest/src")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            // Other installed plugins must not interfere.
            .env("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1");
        run(folder, suite);
    }
}

#[test]
fn node_package() {
    needs!("node");
    npm_test("packages/node");
}

#[test]
fn vitest() {
    needs!("node-packages");
    npm_test("examples/vitest");
}

#[test]
fn jest() {
    needs!("node-packages");
    npm_test("examples/jest");
}

fn npm_test(folder: &str) {
    let mut suite = Command::new("npm");
    suite.args(["--prefix", folder, "test"]);
    run(folder, suite);
}

/// Runs a suite from the repository's root. A runner that finds no tests fails by itself.
fn run(name: &str, mut suite: Command) {
    let output = suite
        .current_dir(repository())
        .env("TANZANITE_PROGRAM", env!("CARGO_BIN_EXE_tanzanite"))
        .output()
        .unwrap_or_else(|error| panic!("{name}: {error}: run `cargo xtask setup`"));
    assert!(
        output.status.success(),
        "{name} failed (if a package is missing, run `cargo xtask setup`):\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the repository")
}
