//! `cargo xtask ci`: the whole gate, exactly what CI runs.

use crate::ledger::Ledger;
use crate::load;
use crate::output::{self, Outcome};
use crate::setup::{self, Parts};
use crate::steps::{Step, command};
use std::time::Instant;

/// One check that must pass.
struct Gate {
    name: &'static str,
    /// The parts without which it is skipped.
    needs: &'static [&'static str],
    work: Work,
    /// Advice for when it fails.
    advice: &'static str,
}

enum Work {
    Run(Step),
    /// A step of tests, which is told the available parts.
    Test(Step),
    /// The check that each part was used by some test.
    Ledger,
    Advisories,
}

/// Sets up all parts, and runs every gate; stops at the first that fails.
#[expect(
    clippy::disallowed_methods,
    reason = "measures for those who watch; nothing depends on it"
)]
pub(crate) fn run(arguments: &setup::Arguments) -> Outcome {
    let begun = Instant::now();
    let Some(parts) = setup::parts(arguments)? else {
        return Ok(());
    };
    let ledger = Ledger::new()?;
    let mut gates = gates();
    gates.retain(|gate| gate.needs.iter().all(|name| parts.has(name)));
    let count = gates.len();
    for (number, gate) in (1..).zip(gates) {
        let (name, advice) = (gate.name, gate.advice);
        let elapsed = minutes(begun);
        output::remark(&format!(
            "\n== step {number} of {count}: {name} ({elapsed} so far)\n"
        ));
        gate.work
            .run(&parts, &ledger)
            .map_err(|error| format!("step {number} of {count}, {name}: {error}\n{advice}"))?;
    }
    output::remark(&format!(
        "\n== all {count} steps hold, {}\n",
        minutes(begun)
    ));
    parts.conclude()
}

impl Work {
    fn run(self, parts: &Parts, ledger: &Ledger) -> Outcome {
        match self {
            Self::Run(step) => step.run(),
            Self::Test(step) => ledger.tell(step, &parts.there).run(),
            Self::Ledger => {
                let counts = ledger.check(&parts.there)?;
                output::say(&format!("tests by the parts that they need: {counts}\n"))
            }
            Self::Advisories => advisories(),
        }
    }
}

fn gates() -> Vec<Gate> {
    let gate = |name, line: &str, advice| Gate {
        name,
        needs: &[],
        work: Work::Run(Step::cargo(&line.split(' ').collect::<Vec<_>>())),
        advice,
    };
    let mut gates = vec![
        gate("form", "fmt --all --check", "`cargo fmt --all` mends it."),
        gate(
            "lints",
            "clippy --workspace --all-targets --quiet -- --deny warnings",
            "Each complaint above says what is wrong where.",
        ),
    ];
    gates.extend(tests());
    gates.push(gate(
        "generated pages",
        "xtask docs --check",
        "`cargo xtask docs` writes them; commit what it wrote.",
    ));
    gates.extend(dependencies());
    gates.extend(torments());
    gates
}

fn tests() -> [Gate; 3] {
    let test = |line: &str| Step::cargo(&line.split(' ').collect::<Vec<_>>());
    let advice = "The failed tests are named above. One alone: `cargo test -p CRATE --test it NAME`, with TANZANITE_TEST_PARTS \
                  naming what it needs: CONTRIBUTING.md.";
    // The test binaries that select their store by `TANZANITE_TEST_STORE`. Naming packages instead would build their
    // dependencies again, with other features.
    let shared = "test --workspace --exclude tanzanite-store --exclude xtask --test it --quiet -- --skip cli:: --skip import:: \
                  --skip kits:: --skip recipes:: --skip tidy:: --skip tour::";
    [
        Gate {
            name: "tests",
            needs: &[],
            work: Work::Test(test("test --workspace --quiet")),
            advice,
        },
        Gate {
            name: "every part was made use of",
            needs: &[],
            work: Work::Ledger,
            advice: "A test that needs a part begins with needs!(…); a part that no test needs goes from the table \
                     (crates/tanzanite-testbed/src/parts/table.rs).",
        },
        Gate {
            name: "tests at the boundary and the SDKs' again, on the store that many nodes may share",
            needs: &["postgres", "s3"],
            work: Work::Test(test(shared).with("TANZANITE_TEST_STORE", "postgres+s3")),
            advice,
        },
    ]
}

/// Licences, sources and bans always; advisories if their database can be fetched.
fn dependencies() -> [Gate; 2] {
    let line = "deny --log-level error check bans licenses sources";
    [
        Gate {
            name: "dependencies",
            needs: &["cargo-deny"],
            work: Work::Run(Step::cargo(&line.split(' ').collect::<Vec<_>>())),
            advice: "deny.toml says what is allowed and why.",
        },
        Gate {
            name: "advisories",
            needs: &["cargo-deny"],
            work: Work::Advisories,
            advice: "`cargo update` may bring a release without the fault.",
        },
    ]
}

/// Short runs of the long tests: the crash loop, the cluster and the benchmark.
fn torments() -> [Gate; 4] {
    let torment = |name, needs, command, line: &str| Gate {
        name,
        needs,
        work: Work::Run(load::step(command, &line.split(' ').collect::<Vec<_>>())),
        advice: "The same line alone repeats it: `cargo xtask crash`, `cluster` or `bench`.",
    };
    [
        torment("crash loop", &[], "crash", "--rounds 20"),
        torment("cluster", &["postgres", "s3"], "cluster", "--rounds 3"),
        torment(
            "benchmark of organisations",
            &[],
            "bench",
            "--quick --laboratory",
        ),
        torment("benchmark", &[], "bench", "--quick"),
    ]
}

fn advisories() -> Outcome {
    let output = command("cargo")
        .args(["deny", "--log-level", "error", "check", "advisories"])
        .output()?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        return Ok(());
    }
    if !complaint.contains("failed to fetch advisory database") {
        return Err(complaint.into());
    }
    output::remark("not checked: the database of advisories cannot be fetched from here\n");
    Ok(())
}

fn minutes(begun: Instant) -> String {
    let seconds = begun.elapsed().as_secs();
    format!("{} min {} s", seconds / 60, seconds % 60)
}
