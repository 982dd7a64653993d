//! `cargo xtask setup`: everything that the tests need beside Rust, as far as it can be had on this machine.

mod machine;
mod plan;
mod sources;

pub(crate) use plan::Parts;

use crate::output::{self, Outcome};
use machine::Machine;
use plan::Plan;

/// Whether to do it.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Say what would be installed where and what would be left out, and do nothing
    #[arg(long)]
    plan: bool,
}

/// Installs what is missing.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    match parts(arguments)? {
        Some(parts) => parts.conclude(),
        None => Ok(()),
    }
}

/// Says what will be done, and does it; none if nothing was to be done but saying it.
pub(crate) fn parts(arguments: &Arguments) -> Outcome<Option<Parts>> {
    let machine = Machine::here();
    let plan = Plan::new(&machine);
    output::say(&plan.to_string())?;
    Ok((!arguments.plan).then(|| plan.carry_out()))
}
