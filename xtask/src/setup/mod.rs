//! `cargo xtask setup`: installs everything that the tests need beside Rust, as far as this machine allows.

mod machine;
mod plan;
mod sources;

pub(crate) use plan::Parts;

use crate::output::{self, Outcome};
use machine::Machine;
use plan::Plan;

/// The arguments of `cargo xtask setup`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Say what would be installed where and what would be left out, and do nothing
    #[arg(long)]
    plan: bool,
}

/// Installs the missing parts.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    match parts(arguments)? {
        Some(parts) => parts.conclude(),
        None => Ok(()),
    }
}

/// Prints the plan and carries it out; `None` if only the plan was asked for.
pub(crate) fn parts(arguments: &Arguments) -> Outcome<Option<Parts>> {
    let machine = Machine::here();
    let plan = Plan::new(&machine);
    output::say(&plan.to_string())?;
    Ok((!arguments.plan).then(|| plan.carry_out()))
}
