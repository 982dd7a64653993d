//! What can be copied where: a store into another, a store into an archive, an archive into a store, and an archive nowhere.

use super::archive::ArchiveTarget;
use super::engine::{Engine, Progress, read_all};
use super::sides::{Side, Target};
use super::{Copied, CopyError, CopyPage, CopyProgress, former, postgres, sqlite};
use crate::any::Database;
use std::io::{Read, Seek, Write};
use std::ops::ControlFlow;
use tanzanite_protocol::OrgId;

/// Copies everything of a store into another one, which must be empty, or goes on with a copy that was broken off; the
/// target is whole when this returns `Ok`, and nobody can open it before that. Both stores are brought up to date, and the
/// source is not changed otherwise. Nobody may use either of them meanwhile.
///
/// `progress` is told after each page and may break the copy off. Must not be called on a thread that runs asynchronous
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

/// Writes everything of a store, or one of its organisations, into an archive, which must be empty, and reads that back. It is
/// whole when this returns `Ok`; making it last is up to who has the file. The store is brought up to date, and not changed
/// otherwise. One in PostgreSQL may be in use: what is written to it meanwhile is not in the archive.
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

/// Fills a store from an archive. One of a whole store goes into an empty one, as [`copy`] does, and goes on there if it was
/// broken off. One of an organisation goes beside others, all of it in one transaction or nothing: a store in PostgreSQL may
/// be in use meanwhile.
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

/// Reads all of an archive and proves that it is what was written.
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

/// A store that nothing else is in, and its name.
fn target(to: &Database) -> Result<(Box<dyn Target>, String), CopyError> {
    Ok(match to {
        Database::Sqlite(place) => (Box::new(sqlite::target(place)?), sqlite::describe(place)?),
        Database::Postgres(options) => (Box::new(postgres::target(options)?), options.to_string()),
    })
}

/// A store that others than this organisation may be in, and its name.
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

/// Each of two stores would remove the other's objects as garbage.
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
