//! The work folder: what was read already, a file for each answer. A file is there whole or not at
//! all, so an import that is killed loses the answer under way and nothing else.

use crate::exit::{Exit, Failure, Outcome};
use crate::files::{PARTIAL, create_folder, replace};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The work folder's name in the target folder.
const FOLDER: &str = ".import";
/// What an import must remember beside the answers.
const MEMORY: &str = "import.json";
/// What is made.
pub(super) const SEED: &str = "seed.toml";

/// The work folder of one target folder.
pub(super) struct Work {
    target: PathBuf,
    folder: PathBuf,
}

/// What is the same in all runs of one import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Memory {
    /// The account's base URL.
    pub(super) from: String,
    /// Whether real values are kept.
    pub(super) plain: bool,
    /// What the seed's secret and all made-up values are derived from.
    pub(super) key: String,
}

/// What the target folder holds.
pub(super) enum Opened {
    /// An import that goes on, or begins.
    Going(Work, Memory),
    /// One that had ended, but for its work folder, which is gone now.
    Ended,
}

impl Work {
    /// Opens the work folder, or makes it. `memory` is what the arguments say; the key is taken
    /// from the earlier run if they do not name one.
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

    /// An answer that was kept.
    pub(super) fn kept(&self, name: &str) -> Outcome<Option<Vec<u8>>> {
        let path = self.folder.join(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("read", &path, &error)),
        }
    }

    /// Keeps an answer, whole or not at all.
    pub(super) fn keep(&self, name: &str, bytes: &[u8]) -> Outcome<()> {
        let path = self.folder.join(name);
        if let Some(folder) = path.parent() {
            make(folder)?;
        }
        replace(&path, bytes).map_err(|error| failed("write", &path, &error))
    }

    /// Forgets the answers of a folder.
    pub(super) fn forget(&self, name: &str) -> Outcome<()> {
        let path = self.folder.join(name);
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(failed("remove", &path, &error))
            }
            _ => Ok(()),
        }
    }

    /// The names of the files of a folder, sorted.
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

    /// The bytes of the files of a folder.
    pub(super) fn bytes(&self, name: &str) -> Outcome<u64> {
        let mut bytes = 0;
        for file in self.names(name)? {
            let path = self.folder.join(name).join(file);
            let file = fs::metadata(&path).map_err(|error| failed("read", &path, &error))?;
            bytes += file.len();
        }
        Ok(bytes)
    }

    /// Ends the import: pictures and then the seed go to the target folder, and the work folder
    /// goes away. The seed is there at last, and so it is there with all its pictures.
    pub(super) fn finish(self, seed: &str, pictures: &[String]) -> Outcome<PathBuf> {
        for name in pictures {
            let (from, to) = (
                self.folder.join("photos").join(name),
                self.target.join(name),
            );
            // Not moved: a run that is killed here begins this over.
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

/// It holds what people have in their CRM.
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
