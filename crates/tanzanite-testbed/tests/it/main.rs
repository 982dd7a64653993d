//! The messages of a test program about available and missing parts. The program runs itself as Cargo would.
#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and read the environment of those who run them"
)]

use std::path::Path;
use std::process::{Command, Output};
use tanzanite_testbed::needs;
use tanzanite_testbed::parts::{CHOSEN, LEDGER};

/// Marks a run of this program by itself. Without the mark the tests below would write to the real ledger.
const ASKED: &str = "TANZANITE_TESTBED_ASKED";

#[test]
fn one_that_needs_two_parts() {
    if std::env::var_os(ASKED).is_some() {
        needs!("s3", "postgres");
        panic!("it goes on");
    }
}

#[test]
fn one_that_does_not_say_what_it_needs() {
    if std::env::var_os(ASKED).is_some() {
        tanzanite_testbed::S3::start();
    }
}

/// Runs a test of this program with these parts; returns whether it passed, and all its output.
fn run(test: &str, parts: &str, ledger: &Path) -> (bool, String) {
    let program = std::env::current_exe().expect("this program");
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(program)
        .args(["--exact", test])
        .env(ASKED, "yes")
        .env(CHOSEN, parts)
        .env(LEDGER, ledger)
        .output()
        .expect("this program");
    let said = [stdout, stderr].concat();
    (
        status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

fn names(ledger: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(ledger).expect("a ledger");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<_> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_test_that_lacks_a_part_does_not_pass_in_silence() {
    let ledger = tempfile::tempdir().expect("a folder");
    let test = "one_that_needs_two_parts";
    for (parts, missing) in [("", "s3"), ("s3", "postgres"), ("postgres, curl", "s3")] {
        let (passed, said) = run(test, parts, ledger.path());
        let line = format!("left out: the tests that need {missing}; `cargo xtask ci` runs them\n");
        assert!(passed && said.contains(&line), "{parts}: {said}");
        assert!(
            names(ledger.path()).is_empty(),
            "it has not made use of any"
        );
    }
    let (passed, said) = run(test, "postgres,s3", ledger.path());
    assert!(!passed && said.contains("it goes on"), "{said}");
    assert_eq!(names(ledger.path()), ["postgres", "s3"]);
    let entry = std::fs::read_to_string(ledger.path().join("s3"));
    assert_eq!(entry.expect("an entry"), format!("{test}\n"));
}

#[test]
fn a_test_that_forgets_to_say_what_it_needs_fails_everywhere() {
    let ledger = tempfile::tempdir().expect("a folder");
    let (passed, said) = run(
        "one_that_does_not_say_what_it_needs",
        "postgres",
        ledger.path(),
    );
    assert!(
        !passed && said.contains("a test that needs it begins with needs!(\"s3\")"),
        "{said}"
    );
}

#[test]
fn a_part_that_nobody_knows_is_no_part() {
    let ledger = tempfile::tempdir().expect("a folder");
    // The last is a part for a step of CI and not for tests.
    for name in ["postgress", "cargo-deny"] {
        let (passed, said) = run("one_that_needs_two_parts", name, ledger.path());
        let complaint = format!("the tests have no part {name:?}");
        assert!(!passed && said.contains(&complaint), "{said}");
    }
}
