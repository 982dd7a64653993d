//! `tanzanite copy`: copies a whole store into another one, and checks that both are the same.

use super::copied::{as_json, failed, listing, with_progress};
use crate::arguments::CopyArguments;
use crate::databases::{database, describe};
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{answer, answer_json};
use crate::settings::environment;
use tanzanite_store::{CopyPage, Database, copy as copy_store};

/// Copies, or continues an interrupted copy.
pub(crate) fn copy(arguments: &CopyArguments) -> Outcome {
    let from = named("--from", &arguments.from, arguments.from_blobs.as_deref())?;
    let to = named("--to", &arguments.to, arguments.blobs.as_deref())?;
    let copied = with_progress(|progress| copy_store(&from, &to, CopyPage::default(), progress));
    let copied = copied.map_err(failed)?;
    if arguments.json {
        answer_json(&as_json(&copied))?;
    } else {
        let sentence = format!("{} is now also in {}", describe(&from), describe(&to));
        answer(&listing(&copied, "SHA-256 ON BOTH SIDES", &sentence))?;
    }
    Ok(Exit::Ok)
}

fn named(flag: &str, url: &str, blobs: Option<&str>) -> Outcome<Database> {
    database(url, blobs, environment())
        .map_err(|what| Failure::new(Exit::Usage, format!("{flag}: {what}")))
}
