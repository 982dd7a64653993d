//! The arguments of what works on stores as a whole.

use crate::settings::{Flags, ServerSide};
use clap::Args;

pub(super) const COPY_EXAMPLES: &str = "\
Examples:
  tanzanite copy --from sqlite:crm --to postgres://crm@db/crm --blobs s3://photos
  tanzanite copy --from postgres://crm@db/crm --from-blobs s3://photos --to sqlite:crm

No server may use either of them meanwhile. A run that was broken off is gone on with when it is
started again; until it has ended, nobody can serve what it fills. At the end everything is read
back and compared.";

pub(super) const VERIFY_EXAMPLES: &str = "\
Examples:
  tanzanite verify --data crm                  while no server uses the folder
  tanzanite verify --database postgres://crm@db/crm --blobs s3://photos
                                               also while servers use them
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
pub(crate) struct VerifyArguments {
    #[command(flatten)]
    pub(crate) settings: Flags<ServerSide>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}
