//! Recordings of a real service's answers, made by `tanzanite record`: infers a seed from one, and replays its requests
//! to this server.

mod inference;
mod replay;
mod step;

pub(crate) use inference::{Inferred, SEED_FILE, infer};
pub(crate) use replay::{Planted, replay};

use crate::exit::{Exit, Failure, Outcome};
use std::path::Path;
use tanzanite_protocol::limits;
use tanzanite_server::files::read_at_most;
use tanzanite_server::recorder::recording::Recording;

/// Reads a recording.
pub(crate) fn load(path: &Path) -> Outcome<Recording> {
    let failed = |error: &std::io::Error| {
        let message = format!("cannot read the recording {}", path.display());
        Failure::caused(Exit::Failed, message, error)
    };
    let bytes = read_at_most(path, limits::RECORDING_BYTES_MAX).map_err(|error| failed(&error))?;
    Recording::parse(&bytes).map_err(|error| {
        let message = format!("{} is no recording", path.display());
        Failure::caused(Exit::Failed, message, &error)
            .hint("`tanzanite record --to ORIGIN --out FILE` writes one")
    })
}
