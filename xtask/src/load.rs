//! `cargo xtask bench`, `cluster`, `crash` and `garage`: commands of `tanzanite-load`, compiled with the profile of the
//! shipped program.

use crate::output::Outcome;
use crate::steps::Step;
use tanzanite_testbed::parts::CHOSEN;

/// The command's arguments, passed on unread.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    given: Vec<String>,
}

/// Runs a command of `tanzanite-load`.
pub(crate) fn run(command: &str, arguments: &Arguments) -> Outcome {
    let given: Vec<&str> = arguments.given.iter().map(String::as_str).collect();
    step(command, &given).run()
}

/// A command of `tanzanite-load`, as a step.
pub(crate) fn step(command: &str, arguments: &[&str]) -> Step {
    let run = [
        "run",
        "--profile",
        "dist",
        "--package",
        "tanzanite-load",
        "--",
    ];
    let line = [&run[..], &[command], arguments].concat();
    Step::cargo(&line).with(CHOSEN, "postgres,s3")
}
