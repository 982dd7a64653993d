//! Opens the store, and plants the seed if the store is empty.
//!
//! The organisation remembers its seed ([`Origin`]), so that a later start can tell whether it is given the same one,
//! and whether the credentials are the demo's, which are public.

use crate::databases::describe;
use crate::exit::{Exit, Failure, Outcome};
use crate::settings::SeedSource;
use std::fs;
use std::io::ErrorKind;
use tanzanite_crm::metadata::Origin;
use tanzanite_crm::{StoreError, Transaction};
use tanzanite_protocol::{OrgId, Timestamp};
use tanzanite_seed::{Seed, SeedApplyError, SeedError, SeedPackage};
use tanzanite_server::{Launch, files};
use tanzanite_store::{
    AnyStore, Database, OpenError, Place, PostgresStore, SqliteOpenError, Store,
};

/// An open store.
#[derive(Debug)]
pub(crate) struct Opened {
    store: AnyStore,
}

/// A store that holds an organisation.
pub(crate) struct Prepared {
    /// The store.
    pub(crate) store: AnyStore,
    /// Facts about the store for the server.
    pub(crate) launch: Launch,
    /// Whether the seed was planted just now.
    pub(crate) planted: bool,
}

/// The content of a store.
pub(crate) struct Held {
    /// The first organisation.
    pub(crate) org: OrgId,
    /// The seed of the first organisation, if known.
    pub(crate) origin: Option<Origin>,
    /// Whether any organisation was made from the demo, whose credentials are public.
    pub(crate) demo: bool,
}

/// Opens a database's store, which is made if it is missing.
pub(crate) fn open(database: &Database) -> Outcome<Opened> {
    let store = AnyStore::open(database).map_err(|error| match error {
        OpenError::Sqlite(SqliteOpenError::InUse(folder)) => {
            let message = format!("another process uses the data folder {}", folder.display());
            let failure = Failure::new(Exit::CannotStart, message);
            failure.hint(
                "stop it, or use the server that it is: commands take --url instead of --data",
            )
        }
        OpenError::Sqlite(SqliteOpenError::Folder(..) | SqliteOpenError::Sqlite(_)) => {
            Failure::new(Exit::CannotStart, error).hint("`tanzanite doctor` looks closer")
        }
        // These errors include their own advice.
        OpenError::Sqlite(_) | OpenError::Postgres(_) => Failure::new(Exit::CannotStart, error),
    })?;
    Ok(Opened { store })
}

/// Opens a database's store; an error if it does not exist.
pub(crate) fn open_existing(database: &Database) -> Outcome<Opened> {
    if is_unused(database)? {
        return Err(nothing_there(database));
    }
    open(database)
}

impl Opened {
    /// The store.
    pub(crate) fn store(&self) -> &AnyStore {
        &self.store
    }

    /// The content; `None` if the store is empty.
    pub(crate) fn held(&self) -> Outcome<Option<Held>> {
        let held = self.store.read_blocking(|tx| {
            let organisations = tx.organisations()?;
            let Some(org) = organisations.first().copied() else {
                return Ok(None);
            };
            let mut origin = |org| {
                let metadata = tx.metadata(org)?;
                Ok::<_, StoreError>(metadata.and_then(|metadata| metadata.origin().cloned()))
            };
            let first = origin(org)?;
            let mut demo = false;
            for org in organisations {
                demo = demo || origin(org)?.is_some_and(|origin| origin.demo);
            }
            Ok(Some(Held {
                org,
                origin: first,
                demo,
            }))
        });
        held.map_err(|error: StoreError| store_failed(&error))
    }
}

/// Reads a seed.
pub(crate) fn load(source: &SeedSource) -> Outcome<Seed> {
    match source {
        SeedSource::Demo => Seed::demo().map_err(|error| not_usable(&error)),
        SeedSource::File(path) => {
            let text = files::read_seed(path).map_err(|error| {
                let message = format!("cannot read the seed {}", path.display());
                Failure::caused(Exit::CannotStart, message, &error)
                    .hint("a seed is `demo` or a file; `tanzanite init` writes one")
            })?;
            Seed::parse(&path.display().to_string(), &text).map_err(|error| not_usable(&error))
        }
    }
}

/// Opens the store and makes sure that it holds an organisation. Before anything is written, `allowed` decides; it is
/// told whether the credentials are the demo's.
pub(crate) fn prepare(
    database: &Database,
    source: Option<&SeedSource>,
    allowed: impl FnOnce(bool) -> Outcome<()>,
) -> Outcome<Prepared> {
    // The seed is read before the store is opened, so that a bad seed leaves no folder behind.
    let package = source.map(load_package).transpose()?;
    allowed(
        package
            .as_ref()
            .is_some_and(|package| package.seed().is_demo()),
    )?;
    let opened = if package.is_none() {
        open_existing(database)?
    } else {
        open(database)?
    };
    let mut planted = false;
    let mut held = opened.held()?;
    if let (None, Some(package)) = (&held, &package) {
        planted = plant(&opened.store, package, tanzanite_server::now())?;
        held = opened.held()?;
    }
    let Some(held) = held else {
        return Err(nothing_there(database));
    };
    if let Some(package) = &package {
        check_made_from(database, &held, package.seed())?;
    }
    let seed = match package {
        Some(package) => Some(package),
        None => demo_of(held.origin.as_ref())?,
    };
    let launch = Launch {
        default_org: held.org,
        seed,
        demo: held.demo,
    };
    Ok(Prepared {
        store: opened.store,
        launch,
        planted,
    })
}

/// A store in memory, filled at this time from a seed that is in no file.
pub(crate) fn prepare_in_memory(package: SeedPackage, at: Timestamp) -> Outcome<Prepared> {
    let opened = open(&Database::Sqlite(Place::Memory))?;
    let planted = plant(&opened.store, &package, at)?;
    let launch = Launch {
        default_org: package.seed().org_id(),
        demo: package.seed().is_demo(),
        seed: Some(package),
    };
    Ok(Prepared {
        store: opened.store,
        launch,
        planted,
    })
}

/// The demo's seed, if the store was filled from the demo in its present version.
fn demo_of(origin: Option<&Origin>) -> Outcome<Option<SeedPackage>> {
    let Some(origin) = origin.filter(|origin| origin.demo) else {
        return Ok(None);
    };
    let demo = load_package(&SeedSource::Demo)?;
    Ok((demo.seed().fingerprint() == origin.fingerprint).then_some(demo))
}

/// Plants the seed unless another node has done so meanwhile. Returns whether it did.
fn plant(store: &AnyStore, package: &SeedPackage, at: Timestamp) -> Outcome<bool> {
    let package = package.clone();
    let planted = store.write_blocking(move |tx: &mut dyn Transaction| {
        if tx.organisations()?.is_empty() {
            package.apply(at, tx).map(|_| true)
        } else {
            Ok(false)
        }
    });
    planted.map_err(|error| match error {
        SeedApplyError::Seed(error) => not_usable(&error),
        SeedApplyError::Store(error) => store_failed(&error),
    })
}

/// Reads a seed and its pictures. The demo's are built in; other pictures are beside the seed's file.
pub(crate) fn load_package(source: &SeedSource) -> Outcome<SeedPackage> {
    let seed = load(source)?;
    Ok(match source {
        SeedSource::Demo => SeedPackage::with_demo_pictures(seed),
        SeedSource::File(path) => files::with_pictures_beside(path, seed),
    })
}

/// Allows serving a store that has content only with the seed that it was made from.
pub(crate) fn check_made_from(database: &Database, held: &Held, seed: &Seed) -> Outcome<()> {
    let wrong = match &held.origin {
        Some(origin) if origin.fingerprint == seed.fingerprint() => return Ok(()),
        Some(_) => "was filled from another seed, or from this one before it was changed",
        None => "was not filled from a seed that we know of",
    };
    let hint = "without a seed (flag, variable or settings file) what it holds is served; \
                to begin anew, name another one or remove this one";
    let message = format!("{} {wrong}", describe(database));
    Err(Failure::new(Exit::CannotStart, message).hint(hint))
}

/// Whether the database cannot hold anything of ours, so that opening it would only create an empty one.
fn is_unused(database: &Database) -> Outcome<bool> {
    match database {
        Database::Sqlite(Place::Memory) => Ok(true),
        Database::Sqlite(Place::Folder(folder)) => Ok(fs::read_dir(folder).map_or_else(
            |error| error.kind() == ErrorKind::NotFound,
            |mut files| files.next().is_none(),
        )),
        Database::Postgres(options) => PostgresStore::exists(options)
            .map(|exists| !exists)
            .map_err(|error| Failure::new(Exit::CannotStart, error)),
    }
}

fn nothing_there(database: &Database) -> Failure {
    let message = format!("{} is empty", describe(database));
    Failure::new(Exit::CannotStart, message)
        .hint("fill it with --seed demo or --seed FILE; `tanzanite init` writes such a file")
}

/// The problems of a seed, in their order, and the number of those left out.
pub(crate) fn not_usable(error: &SeedError) -> Failure {
    let failures = error.problems().iter().map(|problem| {
        let place = format!("{}:{}:{}", problem.file, problem.line, problem.column);
        Failure::new(Exit::CannotStart, format!("{place}: {}", problem.message)).hint(&problem.hint)
    });
    let more = (error.more() > 0).then(|| format!("… and {} more problems", error.more()));
    let more = more.map(|text| Failure::new(Exit::CannotStart, text));
    let failure = failures.chain(more).reduce(Failure::and);
    failure.unwrap_or_else(|| Failure::new(Exit::CannotStart, error))
}

fn store_failed(error: &StoreError) -> Failure {
    Failure::new(Exit::CannotStart, error).hint("`tanzanite doctor` looks closer")
}
