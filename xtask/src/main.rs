//! `cargo xtask`: the project's automation, one command a folder or file. It decides nothing about the product, and
//! compiles in seconds: a command that needs more dependencies is a separate program.

mod ci;
mod docs;
mod ledger;
mod load;
mod setup;

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use xtask::{output, steps};

/// Automation of the Tanzanite repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run everything that has to hold, after setting up what it needs: what CI runs
    Ci(setup::Arguments),
    /// Set up what the tests need, and nothing else
    Setup(setup::Arguments),
    /// Write the generated pages of the documentation
    Docs(docs::Arguments),
    /// Measure the server beside a bare handler, raw SQLite and other mock servers
    #[command(disable_help_flag = true)]
    Bench(load::Arguments),
    /// Kill nodes of a cluster under load and cut their connections, and look for answers that no order explains
    #[command(disable_help_flag = true)]
    Cluster(load::Arguments),
    /// Kill the server under load, again and again, and look for lost writes
    #[command(disable_help_flag = true)]
    Crash(load::Arguments),
    /// Run the store's suite, and copies there and back, with the photos in a real Garage that it builds first
    #[command(disable_help_flag = true)]
    Garage(load::Arguments),
}

fn main() -> ExitCode {
    output::ended(match Arguments::parse().command {
        Command::Ci(arguments) => ci::run(&arguments),
        Command::Setup(arguments) => setup::run(&arguments),
        Command::Docs(arguments) => docs::run(&arguments),
        Command::Bench(arguments) => load::run("bench", &arguments),
        Command::Cluster(arguments) => load::run("cluster", &arguments),
        Command::Crash(arguments) => load::run("crash", &arguments),
        Command::Garage(arguments) => load::run("garage", &arguments),
    })
}
