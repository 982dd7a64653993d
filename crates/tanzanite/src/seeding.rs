//! What a server begins with: opens the store, and fills it from the seed if it is empty.
//!
//! A data folder keeps a note of the seed that filled it (`seed.json`), so that a later start knows
//! whether it is the same, and whether the credentials are the demo's, which everybody knows. The
//! note is written before the seed is committed and counts only if the store holds something:
//! whichever of the two a crash leaves undone, the next start does right.

use crate::exit::{Exit, Failure, Outcome};
use crate::ready_file::write_atomically;
use crate::settings::SeedSource;
use crate::surroundings;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use tanzanite_crm::seed::{Credentials, Seed, SeedApplyError, SeedError, demo_picture};
use tanzanite_crm::{StoreError, Transaction};
use tanzanite_protocol::{OrgId, limits};
use tanzanite_server::Launch;
use tanzanite_store::{OpenError, Place, SqliteStore};

/// The note's name in a data folder.
const NOTE_FILE: &str = "seed.json";
/// Problems of a seed that are shown.
const PROBLEMS_SHOWN_MAX: usize = 20;
/// Bytes of a seed file.
const SEED_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// A store that is open.
#[derive(Debug)]
pub(crate) struct Opened {
    store: SqliteStore,
}

/// A store that holds an organisation.
pub(crate) struct Prepared {
    /// The store.
    pub(crate) store: SqliteStore,
    /// What the server wants to know of it.
    pub(crate) launch: Launch,
    /// The seed was planted just now.
    pub(crate) planted: bool,
}

/// What filled a data folder.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    /// The seed's fingerprint.
    fingerprint: String,
    /// Its credentials are the demo's.
    demo: bool,
}

/// Opens the store at a place.
pub(crate) fn open(place: &Place) -> Outcome<Opened> {
    let store = SqliteStore::open(place).map_err(|error| match error {
        OpenError::InUse(folder) => {
            let message = format!("another process uses the data folder {}", folder.display());
            let failure = Failure::new(Exit::CannotStart, message);
            failure.hint(
                "stop it, or use the server that it is: commands take --url instead of --data",
            )
        }
        // These say what to do themselves.
        OpenError::Newer { .. } | OpenError::Foreign(_) => Failure::new(Exit::CannotStart, error),
        OpenError::Folder(..) | OpenError::Sqlite(_) => {
            Failure::new(Exit::CannotStart, error).hint("`tanzanite doctor` looks closer")
        }
    })?;
    Ok(Opened { store })
}

impl Opened {
    /// The store.
    pub(crate) fn store(&self) -> &SqliteStore {
        &self.store
    }

    /// The organisations that it holds.
    pub(crate) fn organisations(&self) -> Outcome<Vec<OrgId>> {
        self.store
            .read_blocking(|tx| tx.organisations())
            .map_err(|error| store_failed(&error))
    }
}

/// Reads a seed.
pub(crate) fn load(source: &SeedSource) -> Outcome<Seed> {
    match source {
        SeedSource::Demo => Seed::demo().map_err(|error| not_usable(&error)),
        SeedSource::File(path) => {
            let text = read_seed(path)?;
            Seed::parse(&path.display().to_string(), &text).map_err(|error| not_usable(&error))
        }
    }
}

/// Opens the store and sees to it that it holds an organisation. Before anything is written it asks
/// `allowed` about the seed: whether its credentials are the demo's.
pub(crate) fn prepare(
    place: &Place,
    source: Option<&SeedSource>,
    allowed: impl FnOnce(bool) -> Outcome<()>,
) -> Outcome<Prepared> {
    // Before the store, so that a bad seed leaves no folder behind.
    let seed = source
        .map(|source| Ok((source, load(source)?)))
        .transpose()?;
    allowed(seed.as_ref().is_some_and(|(_, seed)| seed.is_demo()))?;
    if let (Place::Folder(folder), None) = (place, &seed)
        && is_unused(folder)
    {
        return Err(nothing_there(folder));
    }
    let opened = open(place)?;
    let note = note_at(place)?;
    let filled = !opened.organisations()?.is_empty();
    let known = match (filled, &seed, place) {
        (false, None, Place::Folder(folder)) => return Err(nothing_there(folder)),
        (true, Some((_, seed)), Place::Folder(folder)) => {
            check_same(folder, note.as_ref(), seed)?;
            Some(seed)
        }
        (false, Some((source, seed)), _) => {
            plant(&opened.store, place, seed, source)?;
            Some(seed)
        }
        _ => None,
    };
    let demo = known.map_or_else(
        || note.as_ref().is_some_and(|note| note.demo),
        Seed::is_demo,
    );
    let credentials = match known {
        Some(seed) => Some(seed.credentials()),
        None => credentials_of_demo(note.as_ref())?,
    };
    let Some(default_org) = opened.organisations()?.first().copied() else {
        return Err(Failure::new(
            Exit::CannotStart,
            "the seed has no organisation",
        ));
    };
    let launch = Launch {
        default_org,
        credentials,
        demo,
    };
    Ok(Prepared {
        store: opened.store,
        launch,
        planted: !filled,
    })
}

/// The demo's credentials, if a folder was filled from the demo as it still is.
fn credentials_of_demo(note: Option<&Note>) -> Outcome<Option<Credentials>> {
    let Some(note) = note.filter(|note| note.demo) else {
        return Ok(None);
    };
    let demo = load(&SeedSource::Demo)?;
    Ok((demo.fingerprint() == note.fingerprint).then(|| demo.credentials()))
}

fn plant(store: &SqliteStore, place: &Place, seed: &Seed, source: &SeedSource) -> Outcome<()> {
    if let Place::Folder(folder) = place {
        write_note(
            folder,
            &Note {
                fingerprint: seed.fingerprint(),
                demo: seed.is_demo(),
            },
        )?;
    }
    let pictures = pictures(seed, source);
    let look_up = move |name: &str| {
        pictures
            .get(name)
            .cloned()
            .unwrap_or_else(|| Err("it is unknown".to_owned()))
    };
    let (seed, now) = (seed.clone(), surroundings::now());
    let planted = store
        .write_blocking(move |tx: &mut dyn Transaction| seed.apply(&look_up, now, tx).map(|_| ()));
    planted.map_err(|error| match error {
        SeedApplyError::Seed(error) => not_usable(&error),
        SeedApplyError::Store(error) => store_failed(&error),
    })
}

/// The pictures of a seed by their names, each read once: the demo's are built in, others lie
/// beside the file.
fn pictures(seed: &Seed, source: &SeedSource) -> HashMap<String, Result<Bytes, String>> {
    let folder = match source {
        SeedSource::Demo => None,
        SeedSource::File(path) => path.parent(),
    };
    let read = |name: &str| match folder {
        None => demo_picture(name).ok_or_else(|| "the demo has no such picture".to_owned()),
        Some(folder) => read_picture(&folder.join(name)),
    };
    seed.pictures()
        .map(|name| (name.to_owned(), read(name)))
        .collect()
}

/// A picture, unless it is longer than any photo may be.
fn read_picture(path: &Path) -> Result<Bytes, String> {
    let length = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if length > limits::PHOTO_BYTES_MAX as u64 {
        return Err(format!(
            "it has {length} bytes; a photo has at most {}",
            limits::PHOTO_BYTES_MAX
        ));
    }
    fs::read(path)
        .map(Bytes::from)
        .map_err(|error| error.to_string())
}

/// Whether a folder that holds something may be served with a seed: with the one that filled it.
pub(crate) fn check_filled_by(folder: &Path, seed: &Seed) -> Outcome<()> {
    check_same(folder, read_note(folder)?.as_ref(), seed)
}

fn check_same(folder: &Path, note: Option<&Note>, seed: &Seed) -> Outcome<()> {
    let hint = "without a seed (flag, variable or settings file) what it holds is served; \
                to begin anew, name another folder or remove this one";
    let wrong = match note {
        Some(note) if note.fingerprint == seed.fingerprint() => return Ok(()),
        Some(_) => "was filled from another seed, or from this one before it was changed",
        None => "was not filled from a seed that we know of",
    };
    Err(Failure::new(
        Exit::CannotStart,
        format!("the data folder {} {wrong}", folder.display()),
    )
    .hint(hint))
}

/// Whether nothing of ours can be in a folder, so that opening it would only make a stray database.
fn is_unused(folder: &Path) -> bool {
    fs::read_dir(folder).map_or_else(
        |error| error.kind() == ErrorKind::NotFound,
        |mut files| files.next().is_none(),
    )
}

fn nothing_there(folder: &Path) -> Failure {
    let failure = Failure::new(
        Exit::CannotStart,
        format!("the data folder {} is empty", folder.display()),
    );
    failure.hint("fill it with --seed demo or --seed FILE; `tanzanite init` writes such a file")
}

fn read_seed(path: &Path) -> Outcome<String> {
    let failed = |error: &std::io::Error| {
        let failure = Failure::caused(
            Exit::CannotStart,
            format!("cannot read the seed {}", path.display()),
            error,
        );
        failure.hint("a seed is `demo` or a file; `tanzanite init` writes one")
    };
    let length = fs::metadata(path).map_err(|error| failed(&error))?.len();
    if length > SEED_BYTES_MAX {
        let message = format!(
            "the seed {} has {length} bytes; at most {SEED_BYTES_MAX} are read",
            path.display()
        );
        return Err(Failure::new(Exit::CannotStart, message));
    }
    fs::read_to_string(path).map_err(|error| failed(&error))
}

fn note_path(folder: &Path) -> PathBuf {
    folder.join(NOTE_FILE)
}

fn note_at(place: &Place) -> Outcome<Option<Note>> {
    match place {
        Place::Folder(folder) => read_note(folder),
        Place::Memory => Ok(None),
    }
}

fn read_note(folder: &Path) -> Outcome<Option<Note>> {
    let path = note_path(folder);
    let damaged = |error: &dyn std::error::Error| {
        let failure = Failure::caused(
            Exit::CannotStart,
            format!("cannot read {}", path.display()),
            error,
        );
        failure.hint(
            "without it, it is unknown what filled the folder; restore it or use another folder",
        )
    };
    match fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| damaged(&error)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(damaged(&error)),
    }
}

fn write_note(folder: &Path, note: &Note) -> Outcome<()> {
    let path = note_path(folder);
    let text = serde_json::to_string_pretty(note).map_err(std::io::Error::other);
    text.and_then(|text| write_atomically(&path, &(text + "\n")))
        .map_err(|error| {
            Failure::caused(
                Exit::CannotStart,
                format!("cannot write {}", path.display()),
                &error,
            )
        })
}

/// All problems of a seed, the first one first.
fn not_usable(error: &SeedError) -> Failure {
    let failures = error
        .problems()
        .iter()
        .take(PROBLEMS_SHOWN_MAX)
        .map(|problem| {
            let place = format!("{}:{}:{}", problem.file, problem.line, problem.column);
            Failure::new(Exit::CannotStart, format!("{place}: {}", problem.message))
                .hint(&problem.hint)
        });
    let failure = failures.reduce(Failure::and);
    failure.unwrap_or_else(|| Failure::new(Exit::CannotStart, error))
}

fn store_failed(error: &StoreError) -> Failure {
    Failure::new(Exit::CannotStart, error).hint("`tanzanite doctor` looks closer")
}
