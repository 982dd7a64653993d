//! The arguments of the commands that work on whole stores.

use crate::settings::{Flags, ServerSide};
use clap::Args;
use std::path::PathBuf;
use tanzanite_protocol::OrgId;

pub(super) const COPY_EXAMPLES: &str = "\
Examples:
  tanzanite copy --from sqlite:crm --to postgres://crm@db/crm --blobs s3://photos
  tanzanite copy --from postgres://crm@db/crm --from-blobs s3://photos --to sqlite:crm

No server may use either of them meanwhile. A run that was broken off is gone on with when it is
started again; until it has ended, nobody can serve what it fills. At the end everything is read
back and compared.";

pub(super) const BACKUP_EXAMPLES: &str = "\
Examples:
  tanzanite backup crm.tanzanite --data crm    while no server uses the folder
  tanzanite backup crm.tanzanite --database postgres://crm@db/crm --blobs s3://photos
                                               also while servers use them: what is written
                                               meanwhile is not in it
  tanzanite backup one.tanzanite --data crm --org 600100200
                                               one organisation alone, with its snapshots

The file is there when it is whole and was read back; until then it is FILE.partial. What is there
already is never written over.";

pub(super) const RESTORE_EXAMPLES: &str = "\
Examples:
  tanzanite restore crm.tanzanite --data crm   into a new folder
  tanzanite restore crm.tanzanite --database postgres://crm@db/crm --blobs s3://photos
                                               into an empty database, whichever kind it came from

A run that was broken off is gone on with when it is started again; until it has ended, nobody can
serve what it fills. At the end everything is read back and compared.

An archive of one organisation is added to whatever is there, with its snapshots, all of it or
nothing. It is refused if that organisation, or one of its client ids, is there already. No server
may use the folder meanwhile; servers may use the database.";

pub(super) const VERIFY_EXAMPLES: &str = "\
Examples:
  tanzanite verify --data crm                  while no server uses the folder
  tanzanite verify --database postgres://crm@db/crm --blobs s3://photos
                                               also while servers use them
  tanzanite verify --archive crm.tanzanite     a backup, without a store
  tanzanite verify --data crm --json           for programs

It ends with 1 if something does not agree.";

#[derive(Debug, Args)]
pub(crate) struct CopyArguments {
    /// The database to read: sqlite:DIR or postgres://…
    #[arg(long, value_name = "URL")]
    pub(crate) from: String,
    /// The database to fill, which must be empty, or hold what an earlier run has left
    #[arg(long, value_name = "URL")]
    pub(crate) to: String,
    /// The object store that has the photos of --from
    #[arg(long, value_name = "URL")]
    pub(crate) from_blobs: Option<String>,
    /// The object store to put photos in, beside PostgreSQL
    #[arg(long, value_name = "URL")]
    pub(crate) blobs: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BackupArguments {
    /// The archive to write; it must not be there
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) settings: Flags<ServerSide>,
    /// Only this organisation
    #[arg(long, value_name = "ID", value_parser = organisation)]
    pub(crate) org: Option<OrgId>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Parses the id of an organisation.
fn organisation(text: &str) -> Result<OrgId, String> {
    let id = text.parse().ok().and_then(OrgId::new);
    id.ok_or_else(|| "an organisation's id is a number that is 1 or more".to_owned())
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArguments {
    /// The archive
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) settings: Flags<ServerSide>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// An archive, instead of a database
    #[arg(long, value_name = "FILE", conflicts_with_all = ["data", "database", "memory"])]
    pub(crate) archive: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: Flags<ServerSide>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}
