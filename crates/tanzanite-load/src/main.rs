//! Load and trouble: benchmarks, the crash loop, the cluster, Garage. `cargo xtask` starts it; neither `cargo run` nor
//! `cargo test` compiles it.

mod bench;
mod cluster;
mod crash;
mod garage;
mod program;

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use xtask::output;

// The program's own allocator, so that the benchmark's yardstick does not lose by a slower one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Load and trouble for Tanzanite.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure the server beside a bare handler, the limit of its store and other mock servers
    Bench(bench::Arguments),
    /// Kill nodes of a cluster under load and cut their connections, and look for answers that no order explains
    Cluster(cluster::Arguments),
    /// Kill the server under load, again and again, and look for lost writes
    Crash(crash::Arguments),
    /// Run the store's suite, and copies there and back, with the photos in a real Garage that it builds first
    Garage(garage::Arguments),
    /// The bare handler, as a process of its own
    #[command(hide = true)]
    BenchBare(bench::BareArguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Cluster(arguments) => cluster::run(&arguments),
        Command::Crash(arguments) => crash::run(&arguments),
        Command::Garage(arguments) => garage::run(&arguments),
        Command::BenchBare(arguments) => bench::serve_bare(&arguments),
    };
    output::ended(outcome)
}
