//! `tanzanite restore`: fills a store from an archive, or adds an organisation to a store.

use super::copied::{as_json, failed, listing, with_progress};
use crate::arguments::RestoreArguments;
use crate::databases::{describe, is_memory};
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{answer, answer_json};
use crate::settings;
use std::fs::File;
use std::path::Path;
use tanzanite_store::{CopyPage, restore as restore_store};

/// Restores, or continues an interrupted restore.
pub(crate) fn restore(arguments: &RestoreArguments) -> Outcome {
    let database = settings::resolve(&arguments.settings)?.database()?;
    if is_memory(&database) {
        let failure = Failure::new(Exit::Usage, "there is nothing to restore into");
        return Err(failure.hint("name a data folder with --data, or a database with --database"));
    }
    let archive = open(&arguments.file)?;
    let page = CopyPage::default();
    let copied = with_progress(|progress| restore_store(archive, &database, page, progress));
    let copied = copied.map_err(failed)?;
    if arguments.json {
        answer_json(&as_json(&copied))?;
    } else {
        let archive = arguments.file.display();
        let sentence = format!("{archive} is now in {}", describe(&database));
        answer(&listing(&copied, "SHA-256 ON BOTH SIDES", &sentence))?;
    }
    Ok(Exit::Ok)
}

/// Opens an archive.
pub(super) fn open(path: &Path) -> Outcome<File> {
    File::open(path).map_err(|error| {
        let message = format!("cannot read the archive {}", path.display());
        Failure::caused(Exit::CannotStart, message, &error)
    })
}
