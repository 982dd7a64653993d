//! The work folder: a file for each answer read so far. Each file is complete or absent, so an import that is killed
//! loses only the answer in progress.

use crate::exit::{Exit, Failure, Outcome};
use crate::files::{PARTIAL, create_folder, replace};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The work folder's name within the target folder.
const FOLDER: &str = ".import";
/// The file with facts that an import must remember beside the answers.
const MEMORY: &str = "import.json";
/// The file name of the resulting seed.
pub(super) const SEED: &str = "seed.toml";

/// The work folder of one target folder.
pub(super) struct Work {
    target: PathBuf,
    folder: PathBuf,
}

/// The facts that are the same in all runs of one import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Memory {
    /// The account's base URL.
    pub(super) from: String,
    /// Whether real values are kept.
    pub(super) plain: bool,
    /// The text from which the seed's secret and all made-up values are derived.
    pub(super) key: String,
}

/// The state of the target folder.
pub(super) enum Opened {
    /// An import that begins or continues.
    Going(Work, Memory),
    /// A finished import; the leftover of its work folder is now removed.
    Ended,
}

impl Work {
    /// Opens or creates the work folder. `memory` is from the arguments; the key is taken from an earlier run unless
    /// the arguments name one.
    pub(super) fn open(target: &Path, memory: Memory, key_is_given: bool) -> Outcome<Opened> {
        let folder = target.join(FOLDER);
        if target.join(SEED).exists() {
            if folder.exists() {
                fs::remove_dir_all(&folder).map_err(|error| failed("remove", &folder, &error))?;
                return Ok(Opened::Ended);
            }
            let message = format!("{} has a {SEED} already", target.display());
            return Err(Failure::new(Exit::Usage, message).hint("name another folder"));
        }
        make(&folder)?;
        let work = Self {
            target: target.to_owned(),
            folder,
        };
        let Some(before) = work.kept(MEMORY)? else {
            let text = serde_json::to_vec(&memory).map_err(|error| unreadable(&work, &error))?;
            work.keep(MEMORY, &text)?;
            return Ok(Opened::Going(work, memory));
        };
        let before: Memory =
            serde_json::from_slice(&before).map_err(|error| unreadable(&work, &error))?;
        let same = before.from == memory.from
            && before.plain == memory.plain
            && (!key_is_given || before.key == memory.key);
        if !same {
            let message = format!("{} holds another import", work.folder.display());
            let hint = "give the same --from, --plain and --key as before, or remove it";
            return Err(Failure::new(Exit::Usage, message).hint(hint));
        }
        Ok(Opened::Going(work, before))
    }

    /// A stored answer.
    pub(super) fn kept(&self, name: &str) -> Outcome<Option<Vec<u8>>> {
        let path = self.folder.join(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("read", &path, &error)),
        }
    }

    /// Stores an answer atomically.
    pub(super) fn keep(&self, name: &str, bytes: &[u8]) -> Outcome<()> {
        let path = self.folder.join(name);
        if let Some(folder) = path.parent() {
            make(folder)?;
        }
        replace(&path, bytes).map_err(|error| failed("write", &path, &error))
    }

    /// Removes the answers in a folder.
    pub(super) fn forget(&self, name: &str) -> Outcome<()> {
        let path = self.folder.join(name);
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(failed("remove", &path, &error))
            }
            _ => Ok(()),
        }
    }

    /// The names of the files in a folder, sorted.
    pub(super) fn names(&self, name: &str) -> Outcome<Vec<String>> {
        let path = self.folder.join(name);
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed("read", &path, &error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| failed("read", &path, &error))?;
            names.extend(entry.file_name().into_string());
        }
        names.retain(|name| !name.ends_with(PARTIAL));
        names.sort();
        Ok(names)
    }

    /// The total size of the files in a folder, in bytes.
    pub(super) fn bytes(&self, name: &str) -> Outcome<u64> {
        let mut bytes = 0;
        for file in self.names(name)? {
            let path = self.folder.join(name).join(file);
            let file = fs::metadata(&path).map_err(|error| failed("read", &path, &error))?;
            bytes += file.len();
        }
        Ok(bytes)
    }

    /// Finishes the import: moves the pictures and then the seed to the target folder, and removes the work folder. The
    /// seed comes last, so that it never lacks a picture.
    pub(super) fn finish(self, seed: &str, pictures: &[String]) -> Outcome<PathBuf> {
        for name in pictures {
            let (from, to) = (
                self.folder.join("photos").join(name),
                self.target.join(name),
            );
            // Copied rather than moved: a run that is killed here starts this step again.
            let bytes = fs::read(&from).map_err(|error| failed("read", &from, &error))?;
            replace(&to, &bytes).map_err(|error| failed("write", &to, &error))?;
        }
        self.keep(SEED, seed.as_bytes())?;
        let path = self.target.join(SEED);
        fs::rename(self.folder.join(SEED), &path)
            .map_err(|error| failed("write", &path, &error))?;
        fs::remove_dir_all(&self.folder).map_err(|error| failed("remove", &self.folder, &error))?;
        Ok(path)
    }
}

/// Makes a folder that nobody else may enter, since it holds people's CRM data.
fn make(folder: &Path) -> Outcome<()> {
    create_folder(folder).map_err(|error| failed("make", folder, &error))
}

fn failed(verb: &str, path: &Path, error: &io::Error) -> Failure {
    let message = format!("cannot {verb} {}", path.display());
    Failure::caused(Exit::Failed, message, error)
}

fn unreadable(work: &Work, error: &serde_json::Error) -> Failure {
    let message = format!("{} holds no import", work.folder.display());
    Failure::caused(Exit::Failed, message, error).hint("remove it to begin anew")
}
