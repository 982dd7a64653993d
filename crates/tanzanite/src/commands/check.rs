//! `tanzanite check SEED`: every problem of a seed, or what is in it.

use crate::arguments::CheckArguments;
use crate::exit::{Exit, Outcome};
use crate::output::answer;
use crate::seeding;
use crate::settings::SeedSource;
use std::path::Path;
use tanzanite_store::Place;

/// Reads a seed and plants it in memory, so that what `serve` would find wrong is found here.
pub(crate) fn check(arguments: &CheckArguments) -> Outcome {
    let source = if arguments.seed == Path::new("demo") {
        SeedSource::Demo
    } else {
        SeedSource::File(arguments.seed.clone())
    };
    let prepared = seeding::prepare(&Place::Memory, Some(&source))
        .map_err(|failure| failure.exiting(Exit::Failed))?;
    prepared.store.close();
    answer(&format!("{} can be served.\n", arguments.seed.display()))?;
    Ok(Exit::Ok)
}
