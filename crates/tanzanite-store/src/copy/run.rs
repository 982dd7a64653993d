//! The possible copies: from store to store, from store to archive, from archive to store, and reading an archive only.

use super::archive::ArchiveTarget;
use super::engine::{Engine, Progress, read_all};
use super::sides::{Side, Target};
use super::{Copied, CopyError, CopyPage, CopyProgress, former, postgres, sqlite};
use crate::any::Database;
use std::io::{Read, Seek, Write};
use std::ops::ControlFlow;
use tanzanite_protocol::OrgId;

/// Copies everything from a store to another one, which must be empty, or continues an interrupted copy. The target is
/// complete when this returns `Ok`, and cannot be opened before. Both stores are migrated first; the source is not
/// changed otherwise. No server may use either of them meanwhile.
///
/// `progress` is called after each page and may stop the copy. Must not be called on a thread that runs asynchronous
/// tasks.
pub fn copy(
    from: &Database,
    to: &Database,
    page: CopyPage,
    progress: &mut dyn FnMut(&CopyProgress) -> ControlFlow<()>,
) -> Result<Copied, CopyError> {
    let source = source(from, None)?;
    if let Database::Postgres(_) = to {
        refuse_shared_objects(from, to)?;
    }
    let (target, target_name) = target(to)?;
    Engine {
        source,
        target,
        target_name,
        org: None,
        adding: false,
        page,
        progress: Progress(progress),
    }
    .run()
}

/// Writes a whole store, or one of its organisations, to an archive, which must be empty, and reads it back. The
/// archive is complete when this returns `Ok`; syncing the file is up to the caller. The store is migrated first, and
/// not changed otherwise. A PostgreSQL store may be in use; writes during the backup are not in the archive.
pub fn backup<F: Read + Write + Seek>(
    from: &Database,
    org: Option<OrgId>,
    to: F,
    page: CopyPage,
    progress: &mut dyn FnMut(&CopyProgress) -> ControlFlow<()>,
) -> Result<Copied, CopyError> {
    let source = source(from, org)?;
    let target = ArchiveTarget::new(to, &source.parts());
    Engine {
        source,
        target: Box::new(target),
        target_name: "the archive".to_owned(),
        org,
        adding: false,
        page,
        progress: Progress(progress),
    }
    .run()
}

/// Fills a store from an archive. An archive of a whole store needs an empty store, as [`copy`] does, and an
/// interrupted restore is continued. An archive of one organisation is added to a store with others in a single
/// transaction; a PostgreSQL store may be in use meanwhile.
pub fn restore<F: Read>(
    from: F,
    to: &Database,
    page: CopyPage,
    progress: &mut dyn FnMut(&CopyProgress) -> ControlFlow<()>,
) -> Result<Copied, CopyError> {
    let (source, org) = former::opened(from)?;
    let (target, target_name) = match org {
        None => target(to)?,
        Some(org) => addition(to, org)?,
    };
    Engine {
        source,
        target,
        target_name,
        adding: org.is_some(),
        org,
        page,
        progress: Progress(progress),
    }
    .run()
}

/// Reads a whole archive and verifies its checksums.
pub fn verify_archive<F: Read>(
    from: F,
    progress: &mut dyn FnMut(&CopyProgress) -> ControlFlow<()>,
) -> Result<Copied, CopyError> {
    let (mut source, _) = former::opened(from)?;
    read_all(&mut *source, CopyPage::default(), Progress(progress))
}

fn source(from: &Database, org: Option<OrgId>) -> Result<Box<dyn Side>, CopyError> {
    Ok(match from {
        Database::Sqlite(place) => Box::new(sqlite::source(place, org)?),
        Database::Postgres(options) => Box::new(postgres::source(options, org)?),
    })
}

/// Opens a target that must have no other content; also returns its name.
fn target(to: &Database) -> Result<(Box<dyn Target>, String), CopyError> {
    Ok(match to {
        Database::Sqlite(place) => (Box::new(sqlite::target(place)?), sqlite::describe(place)?),
        Database::Postgres(options) => (Box::new(postgres::target(options)?), options.to_string()),
    })
}

/// Opens a target that may have other organisations; also returns its name.
fn addition(to: &Database, org: OrgId) -> Result<(Box<dyn Target>, String), CopyError> {
    Ok(match to {
        Database::Sqlite(place) => (
            Box::new(sqlite::addition(place, org)?),
            sqlite::describe(place)?,
        ),
        Database::Postgres(options) => (
            Box::new(postgres::addition(options, org)?),
            options.to_string(),
        ),
    })
}

/// Refuses two stores with a common place for objects, since each would remove the other's objects as garbage.
fn refuse_shared_objects(from: &Database, to: &Database) -> Result<(), CopyError> {
    let place = |database: &Database| match database {
        Database::Sqlite(_) => None,
        Database::Postgres(options) => options.blobs.objects().map(crate::blobs::Objects::place),
    };
    match (place(from), place(to)) {
        (Some(from), Some(to)) if from == to => Err(CopyError::ObjectsInUse(to)),
        _ => Ok(()),
    }
}
