//! `tanzanite completions SHELL`.

use crate::arguments::{Arguments, CompletionsArguments};
use crate::exit::{Exit, Outcome};
use crate::output;
use clap::CommandFactory;

/// Writes a shell's completion script.
pub(crate) fn completions(arguments: &CompletionsArguments) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Arguments::command(),
        "tanzanite",
        &mut script,
    );
    output::answer(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Ok)
}
