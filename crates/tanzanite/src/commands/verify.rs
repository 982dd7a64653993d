//! `tanzanite verify`: whether a store's records and photos agree, and what holds them is sound.

use crate::arguments::VerifyArguments;
use crate::databases::{describe, is_memory};
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{answer, answer_json};
use crate::seeding;
use crate::settings;
use serde_json::json;
use tanzanite_store::Store;

/// Looks at everything, and lists what is wrong.
pub(crate) fn verify(arguments: &VerifyArguments) -> Outcome {
    let database = settings::resolve(&arguments.settings)?.database()?;
    if is_memory(&database) {
        let failure = Failure::new(Exit::Usage, "there is nothing to verify");
        return Err(failure.hint("name a data folder with --data, or a database with --database"));
    }
    let opened = seeding::open_existing(&database)?;
    let troubles = opened.store().verify();
    opened.store().close();
    let troubles = troubles.map_err(|error| Failure::new(Exit::Failed, error))?;
    if arguments.json {
        answer_json(&json!({ "sound": troubles.is_empty(), "troubles": troubles }))?;
    } else if troubles.is_empty() {
        answer(&format!("{} is sound.\n", describe(&database)))?;
    } else {
        answer(&(troubles.join("\n") + "\n"))?;
    }
    Ok(if troubles.is_empty() {
        Exit::Ok
    } else {
        Exit::Failed
    })
}
