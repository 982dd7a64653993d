//! `tanzanite verify`: whether a store's records and photos agree and its files are sound, or whether an archive is
//! intact.

use super::copied::{as_json, listing, with_progress};
use super::restore;
use crate::arguments::VerifyArguments;
use crate::databases::{describe, is_memory};
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{answer, answer_json};
use crate::seeding;
use crate::settings;
use serde_json::json;
use std::path::Path;
use tanzanite_store::{Store, verify_archive};

/// Makes all checks, and lists the problems.
pub(crate) fn verify(arguments: &VerifyArguments) -> Outcome {
    if let Some(archive) = &arguments.archive {
        return verify_file(archive, arguments.json);
    }
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

fn verify_file(path: &Path, json: bool) -> Outcome {
    let archive = restore::open(path)?;
    match with_progress(|progress| verify_archive(archive, progress)) {
        Ok(copied) if json => {
            let mut all = as_json(&copied);
            all["sound"] = true.into();
            all["troubles"] = json!([]);
            answer_json(&all)?;
            Ok(Exit::Ok)
        }
        Ok(copied) => {
            let sentence = format!("{} is sound", path.display());
            answer(&listing(&copied, "SHA-256", &sentence))?;
            Ok(Exit::Ok)
        }
        Err(error) => {
            if json {
                answer_json(&json!({ "sound": false, "troubles": [error.to_string()] }))?;
            } else {
                answer(&format!("{error}\n"))?;
            }
            Ok(Exit::Failed)
        }
    }
}
