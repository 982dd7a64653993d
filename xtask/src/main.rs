//! `cargo xtask`: the project's automation, one command a folder or file. It decides nothing about the product.

mod bench;
mod ci;
mod cluster;
mod crash;
mod docs;
mod garage;
mod output;
mod setup;
mod steps;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

// The program's own allocator, so that the benchmark's yardstick does not lose by a slower one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Automation of the Tanzanite repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure the server beside a bare handler, raw SQLite and other mock servers
    Bench(bench::Arguments),
    /// Run everything that has to hold: what CI runs
    Ci,
    /// Kill nodes of a cluster under load and cut their connections, and look for answers that no order explains
    Cluster(cluster::Arguments),
    /// Kill the server under load, again and again, and look for lost writes
    Crash(crash::Arguments),
    /// Write the generated pages of the documentation
    Docs(docs::Arguments),
    /// Run the store's suite, and copies there and back, with the photos in a real Garage that it builds first
    Garage(garage::Arguments),
    /// Install the official SDKs for the tests
    Setup,
    /// The bare handler, as a process of its own
    #[command(hide = true)]
    BenchBare(bench::BareArguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Ci => ci::run(),
        Command::Cluster(arguments) => cluster::run(&arguments),
        Command::Crash(arguments) => crash::run(&arguments),
        Command::Docs(arguments) => docs::run(&arguments),
        Command::Garage(arguments) => garage::run(&arguments),
        Command::Setup => setup::run(),
        Command::BenchBare(arguments) => bench::serve_bare(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(error.as_ref());
            ExitCode::FAILURE
        }
    }
}
