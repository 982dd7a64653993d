//! `cargo xtask bench`, `cluster`, `crash` and `garage`: a program of their own, built as what they measure is shipped.

use crate::output::Outcome;
use crate::steps::Step;
use tanzanite_testbed::parts::CHOSEN;

/// All that follows is that program's to understand.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    given: Vec<String>,
}

/// Hands a command on.
pub(crate) fn run(command: &str, arguments: &Arguments) -> Outcome {
    let given: Vec<&str> = arguments.given.iter().map(String::as_str).collect();
    step(command, &given).run()
}

/// A command of that program, as a step.
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
