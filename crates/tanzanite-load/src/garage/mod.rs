//! `cargo xtask garage`: tests the store with its photos in Garage, a real S3 server that runs on this machine.
//!
//! First the conformance suite runs; then the real program copies a folder to PostgreSQL and Garage and back, and
//! verifies each. It is no step of CI, because building Garage from its sources takes long.

mod build;
mod copies;
mod server;

use crate::program::program;
use server::Garage;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;
use tanzanite_store::conformance::{self, Harness};
use tanzanite_store::{Blobs, PostgresOptions, PostgresStore};
use tanzanite_testbed::Postgres;
use xtask::output::{self, Outcome};

/// The arguments of a run.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// Run this build of Garage instead of building it
    #[arg(long, value_name = "FILE")]
    garage: Option<PathBuf>,
    /// Run this build of the program instead of building it
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

/// Runs both parts, even if the first fails. It succeeds if both do.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let garage = build::garage(arguments.garage.as_deref())?;
    let program = program(arguments.program.as_deref())?;
    let bench = Bench {
        garage: Garage::start(&garage)?,
        postgres: Postgres::start(),
        stores: AtomicU32::new(0),
    };
    let suite = part("conformance", || conformance(&bench));
    let copied = part("copy", || {
        copies::there_and_back(&program, &bench.garage, &bench.postgres)
    });
    suite.and(copied)
}

/// Runs a part, and prints its outcome and its time.
fn part(name: &str, run: impl FnOnce() -> Outcome<String>) -> Outcome {
    #[expect(
        clippy::disallowed_methods,
        reason = "measures for the report; nothing depends on it"
    )]
    let begun = Instant::now();
    let outcome = run();
    let seconds = begun.elapsed().as_secs_f64();
    match &outcome {
        Ok(report) => output::say(&format!("{name}: {report} ({seconds:.1} s)\n"))?,
        Err(error) => output::say(&format!("{name}: FAILED ({seconds:.1} s): {error}\n"))?,
    }
    outcome
        .map(|_| ())
        .map_err(|_| format!("{name} failed").into())
}

/// Runs the conformance suite. It fails by a panic, which prints the place and the reason on standard error.
fn conformance(bench: &Bench) -> Outcome<String> {
    catch_unwind(AssertUnwindSafe(|| conformance::run(bench)))
        .map_err(|_| "a check does not hold on PostgreSQL and Garage")?;
    let checks = bench.stores.load(Ordering::Relaxed);
    Ok(format!("{checks} checks hold on PostgreSQL and Garage"))
}

/// Both servers, and the number of stores that were made on them.
struct Bench {
    garage: Garage,
    postgres: Postgres,
    stores: AtomicU32,
}

impl Bench {
    fn store(&self) -> Outcome<PostgresStore> {
        let number = self.stores.fetch_add(1, Ordering::Relaxed);
        let photos = server::photos(&number.to_string());
        let blobs = Blobs::open(&photos, self.garage.environment())?;
        let options = PostgresOptions::new(self.postgres.url())?
            .schema(&self.postgres.fresh_schema())?
            .blobs(blobs);
        Ok(PostgresStore::open(&options)?)
    }
}

impl Harness for Bench {
    type Store = PostgresStore;

    fn fresh(&self) -> PostgresStore {
        self.store()
            .unwrap_or_else(|error| panic!("no store: {error}"))
    }
}
