//! `cargo xtask`: the project's automation, one command a folder or file. It decides nothing about the product.

mod bench;
mod output;

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
    /// The bare handler, as a process of its own
    #[command(hide = true)]
    BenchBare(bench::BareArguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Bench(arguments) => bench::run(&arguments),
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
