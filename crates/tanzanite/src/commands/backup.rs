//! `tanzanite backup`: writes a store, or one of its organisations, to a file that is either complete or absent.

use super::copied::{as_json, failed, listing, with_progress};
use crate::arguments::BackupArguments;
use crate::databases::{describe, is_memory};
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{answer, answer_json};
use crate::settings;
use crate::whole_file::WholeFile;
use tanzanite_store::{ARCHIVE_BEGINNING, CopyPage, backup as back_up};

/// Writes the archive and reads it back.
pub(crate) fn backup(arguments: &BackupArguments) -> Outcome {
    let database = settings::resolve(&arguments.settings)?.database()?;
    if is_memory(&database) {
        let failure = Failure::new(Exit::Usage, "there is nothing to back up");
        return Err(failure.hint("name a data folder with --data, or a database with --database"));
    }
    let archive = WholeFile::begin(&arguments.file, ARCHIVE_BEGINNING)?;
    let (org, page) = (arguments.org, CopyPage::default());
    let copied = with_progress(|progress| back_up(&database, org, archive.file(), page, progress));
    let copied = copied.map_err(failed)?;
    archive.finish()?;
    if arguments.json {
        answer_json(&as_json(&copied))?;
    } else {
        let what = match org {
            Some(org) => format!("organisation {org} of {}", describe(&database)),
            None => describe(&database),
        };
        let sentence = format!("{what} is now in {}", arguments.file.display());
        answer(&listing(&copied, "SHA-256", &sentence))?;
    }
    Ok(Exit::Ok)
}
